#pragma once

/// Which exception a request gets that cannot be parsed.

#include <cstddef>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/modbus/exception.hpp>

namespace meterlink::modbus::detail {

/// What a request is refused with that cannot be parsed: quantities, values and lengths come before
/// addresses (Modbus application protocol V1.1b3, the state diagrams of 6.1 to 6.18).
[[nodiscard]] constexpr exception_code refusal_of(const error& problem) noexcept {
    return problem.code == errc::address_overflow ? exception_code::illegal_data_address
                                                  : exception_code::illegal_data_value;
}

/// The same for a request that writes, whose byte count stands at `at` and is to be `count`.
[[nodiscard]] constexpr exception_code refusal_of(const error& problem, bytes_view request, std::size_t at,
                                                  std::size_t count) noexcept {
    const bool is_whole = request.size() > at && request[at] == count && request.size() == at + 1 + count;
    return is_whole ? refusal_of(problem) : exception_code::illegal_data_value;
}

/// What a request for files is refused with: where the reference is wrong, that is an address
/// (Modbus application protocol V1.1b3, 6.14 and 6.15).
[[nodiscard]] constexpr exception_code file_refusal_of(const error& problem) noexcept {
    return problem.code == errc::value_out_of_range || problem.code == errc::address_overflow
               ? exception_code::illegal_data_address
               : exception_code::illegal_data_value;
}

} // namespace meterlink::modbus::detail
