#pragma once

/// The bodies of `server`: from the line to a request, and back.

#include <variant>

#include <meterlink/modbus/server.hpp>

namespace meterlink::modbus {

inline void server::handle_link(bool, instant) {
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
    decode(octets, now);
    watch_half_frame(before, now);
}

inline void server::handle_timeout(instant now) {
    decoder_.handle_timeout(now);
    if (is_on_line() && decoder_.is_pending())
        decode({}, now);
    if (answer_at_ && now >= *answer_at_)
        answer_at_.reset();
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
    counters_.note_error();
    if (auto* last = events_.last(); last != nullptr && std::holds_alternative<garbage>(*last))
        std::get<garbage>(*last).count += noise.count;
    else
        events_.push(noise);
}

inline void server::take(const adu_view& adu, instant now) {
    ++frames_;
    counters_.note_message();
    if (is_on_line() && adu.unit == broadcast_unit)
        return take_broadcast(adu);
    auto* const device = device_of(adu.unit);
    if (device == nullptr && (is_on_line() || options_.wrong_units == wrong_unit::ignore))
        return;
    counters_.note_request(false);
    job what{device, adu.unit, adu.pdu, output_.open()};
    const auto size =
        device != nullptr ? answer(what) : refuse(what, exception_code::gateway_target_failed_to_respond);
    if (size == 0) {
        counters_.note_no_response();
        return;
    }
    output_.close(adu.transaction, adu.unit, size);
    if (const auto delay = response_delay_of(options_); delay > session_clock::duration{})
        answer_at_ = now + delay;
    if (output_.size() > options_.most_output) {
        output_.clear();
        wants_close_ = true;
    }
}

inline void server::take_broadcast(const adu_view& adu) {
    counters_.note_request(true);
    space_->for_each([&](unit_id unit, served_device& device) {
        job what{&device, unit, adu.pdu, output_.open()};
        if (!counters_.is_listening_only())
            static_cast<void>(execute(what));
    });
    counters_.note_no_response();
}

inline served_device* server::device_of(unit_id unit) const noexcept {
    if (auto* const device = space_->find(unit))
        return device;
    const bool is_own = !is_on_line() && (unit == 0 || unit == 255);
    const auto own = options_.device ? options_.device : space_->first();
    return own && (is_own || options_.wrong_units == wrong_unit::answer) ? space_->find(*own) : nullptr;
}

} // namespace meterlink::modbus
