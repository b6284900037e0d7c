#pragma once

/// The bodies of `client`: from a request to the line.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/modbus/client.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/rtu_frame.hpp>
#include <meterlink/modbus/tcp_frame.hpp>

namespace meterlink::modbus {

namespace detail {

/// Whether it makes sense to ask everybody: reads ask for an answer. Custom functions may.
[[nodiscard]] constexpr bool may_be_broadcast(std::uint8_t code) noexcept {
    switch (static_cast<function>(code)) {
    case function::write_single_coil:
    case function::write_single_register:
    case function::write_multiple_coils:
    case function::write_multiple_registers:
    case function::write_file_record:
    case function::mask_write_register: return true;
    default: return !is_known(static_cast<function>(code));
    }
}

/// Octets of the frame around a PDU of `size` octets.
[[nodiscard]] constexpr std::size_t frame_size(framing which, std::size_t size) noexcept {
    switch (which) {
    case framing::rtu: return rtu_frame_view::overhead + size;
    case framing::ascii: return ascii_frame_view::overhead + 2 * size;
    case framing::tcp: break;
    }
    return tcp_frame_view::header_size + size;
}

} // namespace detail

inline client::client(const client_options& how)
    : options_{how},
      window_{is_line(how.framing) ? 1 : std::clamp<std::size_t>(how.window, 1, client_options::most_window)},
      silence_{frame_silence_of(how)},
      settling_{how.framing == framing::ascii ? how.timing.between_frames() + std::chrono::milliseconds{50}
                                              : silence_},
      decoder_{how.framing, listen_for::replies, silence_, how.timing},
      is_held_{how.pause_after_connect > session_clock::duration{}} {
    active_.reserve(window_);
}

inline result<request_id> client::submit(unit_id unit, bytes_view request, instant now,
                                         const request_options& how) {
    if (request.empty())
        return fail(errc::pdu_length, layer::modbus, 0, 1, 0);
    if (request.size() > max_pdu_size)
        return fail(errc::pdu_length, layer::modbus, max_pdu_size, max_pdu_size,
                    static_cast<std::int32_t>(request.size()));
    if (request[0] == 0 || is_exception(request[0]))
        return fail(errc::function_unexpected, layer::modbus, 0, -1, request[0]);
    if (how.response_size && (*how.response_size == 0 || *how.response_size > max_pdu_size))
        return fail(errc::pdu_length, layer::modbus, 0);
    const bool is_broadcast = is_on_line() && unit == broadcast_unit;
    if (is_broadcast && !detail::may_be_broadcast(request[0]))
        return fail(errc::value_out_of_range, layer::modbus, 0, -1, request[0]);

    const auto at = pool_.acquire();
    auto& t = pool_[at];
    t.id = static_cast<request_id>(++last_id_);
    t.unit = unit;
    t.is_broadcast = is_broadcast;
    t.how = how;
    t.request.clear();
    t.request.append(request);
    const auto id = t.id;
    pool_.enqueue(at);
    if (!is_broadcast && options_.degradation.requests == degraded_request::refuse &&
        must_not_probe(units_[unit], now))
        refuse(at, now);
    proceed(now);
    return id;
}

inline bool client::cancel(request_id which) {
    const auto at = pool_.find(which);
    if (at == detail::transaction_pool::nobody)
        return false;
    auto& t = pool_[at];
    if (t.state == state::queued) {
        pool_.dequeue(at);
        end(at, cancelled{which});
        return true;
    }
    if (t.state == state::sent && is_on_line()) {
        tell(cancelled{which});
        t.is_over = true;
        return true;
    }
    if (t.state == state::sent)
        numbers_.abandon(t.number);
    if (t.is_probe)
        units_[t.unit].end_probe();
    leave_line(at);
    end(at, cancelled{which});
    wake(instant::min()); // others may begin now, but when that is, is not known here
    return true;
}

inline void client::cancel_all() {
    for (auto at = pool_.first(); at != detail::transaction_pool::nobody; at = pool_.first())
        cancel(pool_[at].id);
    for (auto i = active_.size(); i-- > 0;)
        if (!pool_[active_[i]].is_over)
            cancel(pool_[active_[i]].id);
}

inline std::optional<bytes_view> client::poll_transmit() {
    if (is_held_)
        return std::nullopt;
    for (const auto at : active_) {
        auto& t = pool_[at];
        if (t.state != state::unsent)
            continue;
        t.state = state::sent;
        const auto size = emit(t);
        if (options_.echo && is_on_line())
            echo_.expect(size);
        return bytes_view{frame_}.first(size);
    }
    return std::nullopt;
}

inline std::size_t client::emit(const transaction& t) noexcept {
    switch (options_.framing) {
    case framing::rtu: return rtu_frame::write(frame_, t.unit, t.request).value_or(0);
    case framing::ascii: return ascii_frame::write(frame_, t.unit, t.request).value_or(0);
    case framing::tcp: break;
    }
    return tcp_frame::write(frame_, t.number, t.unit, t.request).value_or(0);
}

inline std::optional<instant> client::poll_timeout() const {
    auto due = earliest(decoder_.poll_timeout(), wake_at_);
    for (const auto at : active_) {
        const auto& t = pool_[at];
        if (t.state == state::pausing)
            continue; // stands in `wake_at_`
        due = earliest(due, deadline_of(t));
        if (is_held_ && link_ == link_state::up)
            due = earliest(due, held_until_);
    }
    return due;
}

inline session_clock::duration client::timeout_of(const transaction& t) {
    if (t.how.response_timeout)
        return *t.how.response_timeout;
    const auto* unit = units_.find(t.unit);
    return unit != nullptr ? unit->options.response_timeout.value_or(options_.response_timeout)
                           : options_.response_timeout;
}

inline std::uint32_t client::retries_of(const transaction& t) {
    if (t.is_probe)
        return 0;
    if (t.how.retries)
        return *t.how.retries;
    const auto* unit = units_.find(t.unit);
    return unit != nullptr ? unit->options.retries.value_or(options_.retries) : options_.retries;
}

/// A frame that has begun to come may end, however long that takes.
inline instant client::deadline_of(const transaction& t) const noexcept {
    if (!is_on_line() || t.state != state::sent || t.is_broadcast || !decoder_.is_pending())
        return t.deadline;
    return t.deadline + options_.timing.characters(ascii_frame_view::max_size) + silence_;
}

/// When the line is free for the next frame.
inline instant client::free_at(instant now) {
    if (!is_on_line())
        return free_at_;
    auto quiet = last_heard_ == instant::min() ? last_heard_ : last_heard_ + options_.timing.between_frames();
    if (const auto pending = decoder_.poll_timeout())
        quiet = std::max(quiet, std::min(*pending, last_heard_ + settling_));
    if (now < quiet) {
        if (!noise_until_)
            noise_until_ = now + silence_ + 2 * options_.timing.characters(ascii_frame_view::max_size);
        quiet = std::min(quiet, *noise_until_);
    }
    return std::max(free_at_, quiet);
}

inline void client::proceed(instant now) {
    wake_at_.reset();
    for (const auto at : active_) {
        const auto& t = pool_[at];
        if (t.state != state::pausing)
            continue;
        const auto free = std::max(free_at(now), units_[t.unit].free_at);
        if (now < free)
            wake(free);
        else
            start_attempt(at, now);
    }
    while (active_.size() < window_ && pool_.queued() > 0) {
        if (const auto free = free_at(now); now < free)
            return wake(free);
        const auto next = pick(now);
        if (next == detail::transaction_pool::nobody)
            return;
        begin(next, now);
    }
}

inline bool client::must_not_probe(detail::unit_record& unit, instant now) const noexcept {
    return unit.is_degraded() && (unit.is_probed() || now < unit.degraded_until());
}

/// The first request in the queue that may begin now. Those that must not are refused on the way; the others
/// say when they want to be looked at again.
inline client::index client::pick(instant now) {
    auto at = pool_.first();
    while (at != detail::transaction_pool::nobody) {
        const auto following = pool_.after(at);
        const auto& t = pool_[at];
        if (t.is_broadcast)
            return at;
        auto& unit = units_[t.unit];
        auto ready = unit.free_at;
        if (is_on_line() && unit.is_late_possible(function_of(t), now)) {
            ready = std::max(ready, unit.late_until());
            listen_for_reply(t); // when the late one comes, the wait is over
        }
        if (must_not_probe(unit, now)) {
            if (options_.degradation.requests == degraded_request::refuse)
                refuse(at, now);
            else if (!unit.is_probed())
                wake(unit.degraded_until());
        } else if (now < ready) {
            wake(ready);
        } else {
            return at;
        }
        at = following;
    }
    return detail::transaction_pool::nobody;
}

inline void client::refuse(index at, instant now) {
    pool_.dequeue(at);
    const auto& t = pool_[at];
    end(at, unit_degraded{t.id, t.unit, std::max(now, units_[t.unit].degraded_until())});
}

inline void client::begin(index at, instant now) {
    pool_.dequeue(at);
    active_.push_back(at);
    auto& t = pool_[at];
    if (!t.is_broadcast && units_[t.unit].is_degraded()) {
        units_[t.unit].begin_probe();
        t.is_probe = true;
    }
    start_attempt(at, now);
}

inline void client::start_attempt(index at, instant now) {
    auto& t = pool_[at];
    t.state = state::unsent;
    t.is_bad = false;
    t.inputs_before = inputs_;
    t.sent = now;
    if (is_on_line())
        t.sent += options_.timing.characters(detail::frame_size(options_.framing, t.request.size()));
    else
        t.number = numbers_.next([this, at](std::uint16_t number) {
            return std::ranges::any_of(active_, [&](index other) {
                return other != at && pool_[other].number == number && pool_[other].state != state::pausing;
            });
        });
    ++t.attempts;
    t.deadline = t.sent + (t.is_broadcast ? options_.broadcast_turnaround : timeout_of(t));
    noise_until_.reset();
    listen_for_reply(t);
}

inline void client::listen_for_reply(const transaction& t) {
    auto* line = decoder_.rtu();
    if (line == nullptr)
        return;
    rtu_expectation whom{t.unit, {}, 0};
    const bool is_echo = function_of(t) == to_octet(function::diagnostics);
    if (t.how.response_size || is_echo) {
        whom.code = function_of(t);
        whom.pdu_size = t.how.response_size.value_or(t.request.size());
    }
    line->expect(whom);
}

} // namespace meterlink::modbus
