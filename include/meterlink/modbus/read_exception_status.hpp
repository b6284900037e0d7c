#pragma once

/// Function 07: eight coils of the device's choice, on serial lines only.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/empty_request.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus {

/// Asks for the eight exception status outputs (Modbus application protocol V1.1b3, 6.7).
using read_exception_status_request = detail::empty_request<function::read_exception_status>;

/// The eight exception status outputs (Modbus application protocol V1.1b3, 6.7).
struct read_exception_status_response {
    static constexpr function code = function::read_exception_status;
    static constexpr std::size_t size = 2; ///< Octets of the PDU.

    std::uint8_t status = 0; ///< What each bit means is the device's matter.

    /// `errc::function_unexpected`, `errc::truncated`, `errc::pdu_length`.
    [[nodiscard]] static constexpr result<read_exception_status_response> parse(bytes_view input) noexcept {
        if (const auto problem = detail::fixed_pdu_error(input, code, size); problem != no_error)
            return fail(problem);
        return read_exception_status_response{input[1]};
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return size; }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (out.size() < size)
            return detail::no_room(out);
        return detail::field_writer{out}.u8(to_octet(code)).u8(status).size();
    }

    [[nodiscard]] friend constexpr bool operator==(const read_exception_status_response&,
                                                   const read_exception_status_response&) noexcept = default;
};

} // namespace meterlink::modbus
