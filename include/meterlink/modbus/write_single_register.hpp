#pragma once

/// Function 06: one holding register is written.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus {

/// Writes a holding register (Modbus application protocol V1.1b3, 6.6).
struct write_single_register_request {
    static constexpr function code = function::write_single_register;
    static constexpr std::size_t size = 5; ///< Octets of the PDU.

    std::uint16_t address = 0; ///< As on the wire, counted from 0.
    std::uint16_t value = 0;

    /// `errc::function_unexpected`, `errc::truncated`, `errc::pdu_length`.
    [[nodiscard]] static constexpr result<write_single_register_request> parse(bytes_view input) noexcept {
        if (const auto problem = detail::fixed_pdu_error(input, code, size); problem != no_error)
            return fail(problem);
        return write_single_register_request{detail::u16_at(input, 1), detail::u16_at(input, 3)};
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return size; }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (out.size() < size)
            return detail::no_room(out);
        return detail::field_writer{out}.u8(to_octet(code)).u16(address).u16(value).size();
    }

    [[nodiscard]] friend constexpr bool operator==(const write_single_register_request&,
                                                   const write_single_register_request&) noexcept = default;
};

/// The response repeats the request.
using write_single_register_response = write_single_register_request;

} // namespace meterlink::modbus
