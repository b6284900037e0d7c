#pragma once

/// The body of all requests that are a function code and nothing else.

#include <cstddef>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus::detail {

/// `function`, one octet.
template <function Function>
struct empty_request {
    static constexpr function code = Function;
    static constexpr std::size_t size = 1; ///< Octets of the PDU.

    /// `errc::function_unexpected`, `errc::truncated`, `errc::pdu_length`.
    [[nodiscard]] static constexpr result<empty_request> parse(bytes_view input) noexcept {
        if (const auto problem = fixed_pdu_error(input, Function, size); problem != no_error)
            return fail(problem);
        return empty_request{};
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return size; }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (out.size() < size)
            return no_room(out);
        return field_writer{out}.u8(to_octet(Function)).size();
    }

    [[nodiscard]] friend constexpr bool operator==(const empty_request&,
                                                   const empty_request&) noexcept = default;
};

} // namespace meterlink::modbus::detail
