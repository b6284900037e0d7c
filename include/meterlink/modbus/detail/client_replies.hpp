#pragma once

/// The bodies of `client`: from the line to the event.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include <meterlink/modbus/client.hpp>
#include <meterlink/modbus/exception.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/reply_check.hpp>

namespace meterlink::modbus {

namespace detail {

/// Whether every device answers it, be it with an exception; others are not known to all devices, or have
/// no answer at all (function 08/04).
[[nodiscard]] constexpr bool must_be_answered(std::uint8_t code) noexcept {
    return (code >= to_octet(function::read_coils) && code <= to_octet(function::write_single_register)) ||
           code == to_octet(function::write_multiple_coils) ||
           code == to_octet(function::write_multiple_registers);
}

/// Whether a gateway says so, and not the unit behind it.
[[nodiscard]] constexpr bool is_from_gateway(bytes_view response) noexcept {
    if (!is_exception(response[0]) || response.size() < exception_response::size)
        return false;
    const auto code = static_cast<exception_code>(response[1]);
    return code == exception_code::gateway_path_unavailable ||
           code == exception_code::gateway_target_failed_to_respond;
}

} // namespace detail

inline void client::decode(bytes_view octets, instant now) {
    if (auto* stream = decoder_.tcp()) {
        // Should the framing be lost, the numbers from the oldest to the latest are those to look for.
        std::uint16_t span = 0;
        for (const auto at : active_)
            if (pool_[at].state == state::sent)
                span = std::max(span, static_cast<std::uint16_t>(numbers_.last() - pool_[at].number + 1));
        stream->expect(static_cast<std::uint16_t>(numbers_.last() - span + 1), span);
    }
    decoder_.decode(octets, now, [this, now](const decoder_event& event) {
        if (const auto* adu = std::get_if<adu_view>(&event))
            take(*adu, now);
        else
            take(std::get<garbage>(event), now);
    });
}

inline void client::take(const adu_view& adu, instant now) {
    // Whatever it says, the unit is there.
    if (units_.find(adu.unit) != nullptr && !detail::is_from_gateway(adu.pdu))
        units_[adu.unit].note_success();
    if (is_on_line())
        return take_from_line(adu, now);
    lost_attempts_ = 0;
    const auto is_answered = [&](index at) {
        return pool_[at].state == state::sent && pool_[at].number == adu.transaction;
    };
    const auto found = std::find_if(active_.begin(), active_.end(), is_answered);
    if (found == active_.end()) {
        numbers_.settle(adu.transaction);
        return tell_garbage(
            {adu.wire_size, {errc::reply_from_another, layer::modbus, 0, -1, adu.transaction}});
    }
    const auto at = *found;
    if (const auto problem = check(pool_[at], adu); !problem) {
        mark_bad(pool_[at], problem.error(), now);
        return fail_attempt(at, now);
    }
    accept(at, adu.pdu, now);
}

inline void client::take_from_line(const adu_view& adu, instant now) {
    const error stray{errc::reply_from_another, layer::modbus, 0, -1, adu.unit};
    auto& unit = units_[adu.unit];
    const auto code = static_cast<std::uint8_t>(adu.pdu[0] & ~exception_flag);
    const bool is_late = unit.is_late_possible(code, now);
    const auto at = active_.empty() ? detail::transaction_pool::nobody : active_.front();
    if (at == detail::transaction_pool::nobody || pool_[at].state != state::sent || pool_[at].is_broadcast ||
        pool_[at].unit != adu.unit) {
        unit.note_late();
        return tell_garbage({adu.wire_size, stray});
    }
    const auto problem = check(pool_[at], adu);
    if (problem)
        return accept(at, adu.pdu, now);
    if (is_late)
        unit.note_late();
    else
        mark_bad(pool_[at], problem.error(), now);
    tell_garbage({adu.wire_size, is_late ? stray : problem.error()});
}

inline void client::take(const garbage& noise, instant now) {
    tell_garbage(noise);
    if (!is_on_line() || active_.empty())
        return;
    auto& t = pool_[active_.front()];
    // Noise does not end the wait for the reply, but the remains of it do.
    if (t.state == state::sent && !t.is_broadcast && noise.why.code != errc::reply_from_another &&
        noise.why.code != errc::start_byte)
        mark_bad(t, noise.why, now);
}

/// Whether `adu` answers `t`; offsets count from the beginning of the PDU.
inline result<void> client::check(const transaction& t, const adu_view& adu) noexcept {
    if (adu.unit != t.unit)
        return fail(errc::reply_from_another, layer::modbus, 0, t.unit, adu.unit);
    if (auto problem = check_reply(t.request, adu.pdu); !problem)
        return problem;
    if (t.how.response_size && !is_exception(adu.pdu[0]) && adu.pdu.size() != *t.how.response_size)
        return fail(errc::pdu_length, layer::modbus, std::min(adu.pdu.size(), *t.how.response_size),
                    static_cast<std::int32_t>(*t.how.response_size),
                    static_cast<std::int32_t>(adu.pdu.size()));
    return {};
}

/// What came is no reply; once it is over, the attempt is.
inline void client::mark_bad(transaction& t, const error& why, instant now) noexcept {
    t.is_bad = true;
    t.why = why;
    t.deadline = std::min(t.deadline, now + settling_);
}

inline void client::accept(index at, bytes_view response, instant now) {
    auto& t = pool_[at];
    auto& unit = units_[t.unit];
    const bool is_refusal = is_exception(response[0]);
    const auto code = static_cast<exception_code>(is_refusal ? response[1] : 0);
    if (detail::is_from_gateway(response))
        unit.note_failure(options_.degradation, t.is_probe, now);
    if (is_on_line() && t.attempts > 1) // the others may be answered yet
        unit.expect_late(function_of(t), t.attempts - 1, late_until(t), now);
    unit.free_at = now + unit.options.turnaround;
    free_at_ = std::max(free_at_, now + options_.pause_between_requests);
    leave_line(at);
    if (t.is_over)
        return pool_.release(at);
    if (is_refusal)
        return end(at, exception_reply{t.id, t.unit, static_cast<function>(function_of(t)), code});
    t.response.clear();
    t.response.append(response);
    t.state = state::ended;
    tell(reply{t.id, t.unit, t.request, t.response}, at);
}

inline void client::time_out(instant now) {
    for (std::size_t i = 0; i < active_.size();) {
        const auto at = active_[i];
        auto& t = pool_[at];
        if (t.state == state::pausing || now < deadline_of(t)) {
            ++i;
        } else if (t.is_broadcast && t.state == state::sent) {
            free_at_ = std::max(free_at_, now + options_.pause_between_requests);
            leave_line(at);
            if (t.is_over)
                pool_.release(at);
            else
                end(at, broadcast_sent{t.id});
        } else {
            if (!is_on_line())
                numbers_.abandon(t.number);
            if (inputs_ == t.inputs_before && units_[t.unit].has_answered() && silent_attempts_ < 0xFF)
                ++silent_attempts_;
            const auto before = active_.size();
            fail_attempt(at, now);
            if (active_.size() == before)
                ++i;
        }
    }
    drop_half_frame(now);
}

/// A half frame for which nobody waits any more has a wrong length, and would swallow the next one.
inline void client::drop_half_frame(instant now) {
    auto* stream = decoder_.tcp();
    if (stream == nullptr)
        return;
    const auto number = stream->pending_transaction();
    const auto is_awaited = [&](index at) {
        return pool_[at].state == state::sent && pool_[at].number == number;
    };
    if (number && !stream->is_lost() && std::none_of(active_.begin(), active_.end(), is_awaited)) {
        stream->give_up();
        decode({}, now);
    }
}

/// Once more, or that was it.
inline void client::fail_attempt(index at, instant now) {
    auto& t = pool_[at];
    if (const auto* stream = decoder_.tcp(); stream != nullptr && stream->is_lost() && lost_attempts_ < 0xFF)
        ++lost_attempts_;
    free_at_ = std::max(free_at_, now + options_.pause_between_requests);
    units_[t.unit].free_at = now + units_[t.unit].options.turnaround;
    if (t.is_over || t.attempts > retries_of(t))
        return give_up(at, now, !t.is_over && !t.is_broadcast);
    t.state = state::pausing;
}

inline void client::give_up(index at, instant now, bool is_failure_of_unit) {
    auto& t = pool_[at];
    auto& unit = units_[t.unit];
    if (is_failure_of_unit && link_ != link_state::down && detail::must_be_answered(function_of(t)))
        unit.note_failure(options_.degradation, t.is_probe, now);
    else if (t.is_probe)
        unit.end_probe();
    if (is_on_line() && t.state == state::sent)
        expect_late_replies(t, now);
    leave_line(at);
    if (t.is_over)
        return pool_.release(at);
    if (t.is_bad)
        return end(at, bad_reply{t.id, t.unit, t.attempts, t.why});
    end(at, no_reply{t.id, t.unit, t.attempts});
}

inline void client::expect_late_replies(const transaction& t, instant now) {
    if (t.is_broadcast || link_ == link_state::down)
        return;
    units_[t.unit].expect_late(function_of(t), t.attempts, late_until(t), now);
}

/// How long replies to `t` may come.
inline instant client::late_until(const transaction& t) {
    const auto timeout = timeout_of(t);
    return t.sent + timeout + options_.late_reply_wait.value_or(timeout);
}

/// The outcome of a request that lends nothing.
inline void client::end(index at, const client_event& event) {
    tell(event);
    pool_.release(at);
}

inline void client::leave_line(index at) { std::erase(active_, at); }

inline void client::tell(const client_event& event, index lends) {
    if (events_taken_ == events_.size()) { // an owner may take as many as there are and ask no more
        events_.clear();
        events_taken_ = 0;
    } else if (events_taken_ >= 32 && events_taken_ >= events_.size() / 2) { // or always leave one
        events_.erase(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(events_taken_));
        events_taken_ = 0;
    }
    events_.push_back({event, lends});
}

inline void client::tell_garbage(const garbage& noise) {
    if (events_.size() > events_taken_)
        if (auto* last = std::get_if<garbage>(&events_.back().what); last != nullptr) {
            last->count += noise.count;
            return;
        }
    tell(noise);
}

} // namespace meterlink::modbus
