#pragma once

/// The bodies of `server`: from the line to a request, and back.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/diagnostics.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/server.hpp>

namespace meterlink::modbus {

namespace detail {

/// Fewer octets than any frame has: a line makes them when its drivers are switched.
inline constexpr std::size_t most_stray_octets = 3;

/// Whether everybody may be told to do it (Modbus over serial line V1.02, 2.1: writes). Diagnostics that
/// bring the devices of a line back to where they began are for all of them as well.
[[nodiscard]] constexpr bool is_carried_out_by_all(bytes_view request) noexcept {
    switch (static_cast<function>(request[0])) {
    case function::write_single_coil:
    case function::write_single_register:
    case function::write_multiple_coils:
    case function::write_multiple_registers:
    case function::write_file_record:
    case function::mask_write_register: return true;
    case function::diagnostics: break;
    default: return false;
    }
    if (request.size() < diagnostics_view::header_size)
        return false;
    const auto which = static_cast<diagnostic>(u16_at(request, 1));
    return which == diagnostic::restart_communications || which == diagnostic::clear_counters;
}

} // namespace detail

inline void server::handle_link(bool up, instant) {
    if (!up)
        role_.reset();
    held_unit_.reset();
    decoder_.reset();
    output_.clear();
    answer_at_.reset();
    request_until_.reset();
    wants_close_ = false;
}

inline void server::handle_input(bytes_view octets, instant now) {
    if (octets.empty() || wants_close_)
        return;
    const auto before = frames_;
    heard_ = now;
    decode(octets, now);
    if (answer_at_ && output_.size() > 0) // the line is not free yet
        answer_at_ = now + response_delay_of(options_);
    watch_half_frame(before, now);
}

inline void server::handle_timeout(instant now) {
    decoder_.handle_timeout(now);
    if (is_on_line() && decoder_.is_pending())
        decode({}, now);
    if (answer_at_ && now >= *answer_at_) {
        answer_at_.reset();
        if (now > heard_ + options_.latest_answer)
            forget_answer();
    }
    if (request_until_ && now >= *request_until_) {
        request_until_.reset();
        decoder_.tcp()->give_up();
        decode({}, now);
    }
}

inline std::optional<bytes_view> server::poll_transmit() {
    return answer_at_ ? std::nullopt : output_.poll_transmit();
}

inline std::optional<instant> server::poll_timeout() const {
    return earliest(earliest(decoder_.poll_timeout(), answer_at_), request_until_);
}

inline void server::decode(bytes_view octets, instant now) {
    const auto sink = [this, now](const decoder_event& event) {
        if (wants_close_)
            return;
        if (const auto* adu = std::get_if<adu_view>(&event))
            take(*adu, now);
        else
            take(std::get<garbage>(event));
    };
    decoder_.decode(octets, now, sink);
    if (held_unit_)
        answer_held(now);
    if (auto* const stream = decoder_.tcp(); stream != nullptr && stream->is_lost()) {
        stream->give_up(); // so that it tells now what was wrong
        decoder_.decode({}, now, sink);
        wants_close_ = true;
    }
}

/// Whoever begins a request and does not end it holds a connection that others may want.
inline void server::watch_half_frame(std::uint64_t frames_before, instant now) {
    const auto* stream = decoder_.tcp();
    if (stream == nullptr)
        return;
    if (wants_close_ || !stream->is_pending())
        request_until_.reset();
    else if (!request_until_ || frames_ != frames_before)
        request_until_ = now + options_.request_timeout;
}

inline void server::take(const garbage& noise) {
    if (is_on_line() && noise.count > detail::most_stray_octets)
        forget_answer();
    counters_.note_error();
    if (auto* last = events_.last(); last != nullptr && std::holds_alternative<garbage>(*last))
        std::get<garbage>(*last).count += noise.count;
    else
        tell(noise);
}

inline void server::take(const adu_view& adu, instant now) {
    ++frames_;
    counters_.note_message();
    if (is_on_line())
        return take_from_line(adu);
    if (device_of(adu.unit) != nullptr || options_.wrong_units != wrong_unit::ignore)
        respond(adu.transaction, adu.unit, adu.pdu, now);
}

inline void server::take_from_line(const adu_view& adu) {
    forget_answer();
    if (adu.is_foreign_reply)
        return;
    if (adu.unit == broadcast_unit)
        return take_broadcast(adu);
    if (device_of(adu.unit) != nullptr) {
        held_unit_ = adu.unit;
        held_.clear();
        held_.append(adu.pdu);
    } else if (auto* const line = decoder_.rtu()) {
        line->expect_reply(adu);
    }
}

/// What was asked before does not wait for its answer any more.
inline void server::forget_answer() {
    if (std::exchange(held_unit_, std::nullopt)) {
        counters_.note_request(false);
        counters_.note_no_response();
    }
    output_.clear();
    answer_at_.reset();
}

/// Does what is asked by the request that came last.
inline void server::answer_held(instant now) {
    const auto* const line = decoder_.rtu();
    if ((line != nullptr && line->unreported() > detail::most_stray_octets) ||
        now > heard_ + options_.latest_answer)
        return forget_answer();
    const auto unit = *std::exchange(held_unit_, std::nullopt);
    respond(0, unit, held_, now);
}

inline void server::respond(std::uint16_t transaction, unit_id unit, bytes_view request, instant now) {
    auto* const device = device_of(unit);
    counters_.note_request(false);
    job what{device, unit, request, output_.open()};
    const auto size =
        device != nullptr ? answer(what) : refuse(what, exception_code::gateway_target_failed_to_respond);
    if (size == 0) {
        counters_.note_no_response();
        return;
    }
    output_.close(transaction, unit, size);
    if (const auto delay = response_delay_of(options_); delay > session_clock::duration{})
        answer_at_ = now + delay;
    if (output_.size() > options_.most_output) {
        output_.clear();
        wants_close_ = true;
    }
}

inline void server::take_broadcast(const adu_view& adu) {
    counters_.note_request(true);
    const bool is_diagnostic = adu.pdu[0] == to_octet(function::diagnostics);
    space_->for_each([&](unit_id unit, served_device& device) {
        job what{&device, unit, adu.pdu, output_.open()};
        if (detail::is_carried_out_by_all(adu.pdu) && (is_diagnostic || !counters_.is_listening_only()))
            static_cast<void>(execute(what));
    });
    counters_.note_no_response();
}

/// A client that asks much in vain does not hide what it has written.
inline void server::tell(server_event event) {
    events_.push(std::move(event),
                 [](const server_event& each) { return !std::holds_alternative<values_written>(each); });
}

inline served_device* server::device_of(unit_id unit) const noexcept {
    if (auto* const device = space_->find(unit))
        return device;
    const bool is_own = !is_on_line() && (unit == 0 || unit == 255);
    const auto own = options_.device ? options_.device : space_->first();
    return own && (is_own || options_.wrong_units == wrong_unit::answer) ? space_->find(*own) : nullptr;
}

} // namespace meterlink::modbus
