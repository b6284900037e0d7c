#pragma once

/// Function 16: bits of one holding register are changed, the others are left.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus {

/// Makes `value` of a holding register `(value & and_mask) | (or_mask & ~and_mask)`
/// (Modbus application protocol V1.1b3, 6.16).
struct mask_write_register_request {
    static constexpr function code = function::mask_write_register;
    static constexpr std::size_t size = 7; ///< Octets of the PDU.

    std::uint16_t address = 0;       ///< As on the wire, counted from 0.
    std::uint16_t and_mask = 0xFFFF; ///< Bits that stay.
    std::uint16_t or_mask = 0;       ///< What the other bits become.

    /// `errc::function_unexpected`, `errc::truncated`, `errc::pdu_length`.
    [[nodiscard]] static constexpr result<mask_write_register_request> parse(bytes_view input) noexcept {
        if (const auto problem = detail::fixed_pdu_error(input, code, size); problem != no_error)
            return fail(problem);
        return mask_write_register_request{detail::u16_at(input, 1), detail::u16_at(input, 3),
                                           detail::u16_at(input, 5)};
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return size; }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (out.size() < size)
            return detail::no_room(out);
        return detail::field_writer{out}.u8(to_octet(code)).u16(address).u16(and_mask).u16(or_mask).size();
    }

    /// What becomes of a register that is `value`.
    [[nodiscard]] constexpr std::uint16_t apply(std::uint16_t value) const noexcept {
        return static_cast<std::uint16_t>((value & and_mask) | (or_mask & ~and_mask));
    }

    [[nodiscard]] friend constexpr bool operator==(const mask_write_register_request&,
                                                   const mask_write_register_request&) noexcept = default;
};

/// The response repeats the request.
using mask_write_register_response = mask_write_register_request;

} // namespace meterlink::modbus
