#pragma once

/// Function 0C: counters and the last events of a device on a serial line.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/empty_request.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus {

/// Asks for the event log (Modbus application protocol V1.1b3, 6.10).
using get_comm_event_log_request = detail::empty_request<function::get_comm_event_log>;

/// Status, counters and up to 64 events (Modbus application protocol V1.1b3, 6.10), in borrowed octets.
class get_comm_event_log_response_view {
public:
    static constexpr function code = function::get_comm_event_log;
    static constexpr std::size_t header_size = 8;
    static constexpr std::size_t max_events = 64;

    /// `errc::function_unexpected`; `errc::byte_count` (offset 1) for less than the counters or more than 64
    /// events; `errc::truncated`; `errc::pdu_length`.
    [[nodiscard]] static constexpr result<get_comm_event_log_response_view> parse(bytes_view input) noexcept {
        constexpr std::size_t counters = header_size - 2;
        if (const auto problem = detail::header_error(input, code, 2); problem != no_error)
            return fail(problem);
        if (input[1] < counters || input[1] > counters + max_events)
            return fail(errc::byte_count, layer::modbus, 1, -1, input[1]);
        if (const auto problem = detail::size_error(input, 2U + input[1]); problem != no_error)
            return fail(problem);
        return get_comm_event_log_response_view{input};
    }

    /// FFFF while a program command still runs, else 0.
    [[nodiscard]] constexpr std::uint16_t status() const noexcept { return detail::u16_at(wire_, 2); }
    /// Messages completed without exception.
    [[nodiscard]] constexpr std::uint16_t event_count() const noexcept { return detail::u16_at(wire_, 4); }
    /// Messages seen since the last restart.
    [[nodiscard]] constexpr std::uint16_t message_count() const noexcept { return detail::u16_at(wire_, 6); }
    /// One octet per event, the latest first.
    [[nodiscard]] constexpr bytes_view events() const noexcept { return wire_.subspan(header_size); }
    /// The PDU as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

private:
    explicit constexpr get_comm_event_log_response_view(bytes_view wire) noexcept : wire_{wire} {}

    bytes_view wire_;
};

/// Status, counters and up to 64 events, stored inside the object.
class get_comm_event_log_response {
public:
    using view_type = get_comm_event_log_response_view;

    /// `errc::quantity_out_of_range` (offset 1) for more than 64 events.
    [[nodiscard]] static constexpr result<get_comm_event_log_response> make(std::uint16_t status,
                                                                            std::uint16_t event_count,
                                                                            std::uint16_t message_count,
                                                                            bytes_view events) noexcept {
        get_comm_event_log_response out{status, event_count, message_count};
        if (!out.events_.append(events))
            return fail(
                detail::field_error(errc::quantity_out_of_range, 1, view_type::max_events, events.size()));
        return out;
    }

    [[nodiscard]] static constexpr get_comm_event_log_response from(view_type view) noexcept {
        get_comm_event_log_response out{view.status(), view.event_count(), view.message_count()};
        out.events_.append(view.events());
        return out;
    }

    [[nodiscard]] constexpr std::uint16_t status() const noexcept { return status_; }
    [[nodiscard]] constexpr std::uint16_t event_count() const noexcept { return event_count_; }
    [[nodiscard]] constexpr std::uint16_t message_count() const noexcept { return message_count_; }
    [[nodiscard]] constexpr bytes_view events() const noexcept { return events_.view(); }
    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return view_type::header_size + events_.size();
    }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (out.size() < wire_size())
            return detail::no_room(out);
        return detail::field_writer{out}
            .u8(to_octet(view_type::code))
            .u8(static_cast<std::uint8_t>(wire_size() - 2))
            .u16(status_)
            .u16(event_count_)
            .u16(message_count_)
            .bytes(events_.view())
            .size();
    }

    [[nodiscard]] friend constexpr bool operator==(const get_comm_event_log_response&,
                                                   const get_comm_event_log_response&) noexcept = default;

private:
    constexpr get_comm_event_log_response(std::uint16_t status, std::uint16_t event_count,
                                          std::uint16_t message_count) noexcept
        : status_{status}, event_count_{event_count}, message_count_{message_count} {}

    std::uint16_t status_;
    std::uint16_t event_count_;
    std::uint16_t message_count_;
    bounded_bytes<view_type::max_events> events_;
};

} // namespace meterlink::modbus
