#pragma once

/// Function 05: one coil is switched on or off.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus {

/// Switches a coil (Modbus application protocol V1.1b3, 6.5).
struct write_single_coil_request {
    static constexpr function code = function::write_single_coil;
    static constexpr std::size_t size = 5; ///< Octets of the PDU.
    static constexpr std::uint16_t on = 0xFF00;
    static constexpr std::uint16_t off = 0x0000;

    std::uint16_t address = 0; ///< As on the wire, counted from 0.
    bool value = false;        ///< On or off.

    /// `errc::function_unexpected`, `errc::truncated`, `errc::pdu_length`; `errc::coil_value` (offset 3) for
    /// values other than FF00 and 0000.
    [[nodiscard]] static constexpr result<write_single_coil_request> parse(bytes_view input) noexcept {
        if (const auto problem = detail::fixed_pdu_error(input, code, size); problem != no_error)
            return fail(problem);
        if (const auto found = detail::u16_at(input, 3); found != on && found != off)
            return fail(errc::coil_value, layer::modbus, 3, -1, found);
        return write_single_coil_request{detail::u16_at(input, 1), detail::u16_at(input, 3) == on};
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return size; }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (out.size() < size)
            return detail::no_room(out);
        return detail::field_writer{out}.u8(to_octet(code)).u16(address).u16(value ? on : off).size();
    }

    [[nodiscard]] friend constexpr bool operator==(const write_single_coil_request&,
                                                   const write_single_coil_request&) noexcept = default;
};

/// The response repeats the request.
using write_single_coil_response = write_single_coil_request;

} // namespace meterlink::modbus
