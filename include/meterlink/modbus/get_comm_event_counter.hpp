#pragma once

/// Function 0B: how many messages the device has completed, on serial lines only.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/empty_request.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus {

/// Asks for status word and event counter (Modbus application protocol V1.1b3, 6.9).
using get_comm_event_counter_request = detail::empty_request<function::get_comm_event_counter>;

/// Status word and event counter (Modbus application protocol V1.1b3, 6.9).
struct get_comm_event_counter_response {
    static constexpr function code = function::get_comm_event_counter;
    static constexpr std::size_t size = 5; ///< Octets of the PDU.

    std::uint16_t status = 0; ///< FFFF while a program command still runs, else 0.
    std::uint16_t events = 0; ///< Messages completed without exception.

    /// `errc::function_unexpected`, `errc::truncated`, `errc::pdu_length`.
    [[nodiscard]] static constexpr result<get_comm_event_counter_response> parse(bytes_view input) noexcept {
        if (const auto problem = detail::fixed_pdu_error(input, code, size); problem != no_error)
            return fail(problem);
        return get_comm_event_counter_response{detail::u16_at(input, 1), detail::u16_at(input, 3)};
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return size; }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (out.size() < size)
            return detail::no_room(out);
        return detail::field_writer{out}.u8(to_octet(code)).u16(status).u16(events).size();
    }

    [[nodiscard]] friend constexpr bool operator==(const get_comm_event_counter_response&,
                                                   const get_comm_event_counter_response&) noexcept = default;
};

} // namespace meterlink::modbus
