#pragma once

/// The bodies of `client`: what its driver calls.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include <meterlink/modbus/client.hpp>

namespace meterlink::modbus {

inline void client::handle_link(bool up, instant now) {
    if (up && link_ == link_state::up)
        handle_link(false, now);
    decoder_.reset();
    echo_.forget();
    numbers_.forget();
    units_.forget_late();
    silent_attempts_ = lost_attempts_ = 0;
    link_ = up ? link_state::up : link_state::down;
    const auto pause = options_.pause_after_connect;
    is_held_ = pause > session_clock::duration{};
    if (up) {
        held_until_ = now + pause;
        free_at_ = std::max(free_at_, held_until_);
        // What was begun before leaves only now.
        for (const auto at : active_)
            if (auto& t = pool_[at]; t.state != state::pausing && t.sent < held_until_) {
                t.deadline += held_until_ - t.sent;
                t.sent = held_until_;
            }
    } else {
        for (auto i = active_.size(); i-- > 0;) {
            const auto at = active_[i];
            if (pool_[at].state != state::sent)
                continue;
            if (pool_[at].is_over || pool_[at].attempts > retries_of(pool_[at]))
                give_up(at, now, false);
            else
                pool_[at].state = state::pausing;
        }
    }
    proceed(now);
}

inline void client::handle_input(bytes_view octets, instant now) {
    if (octets.empty())
        return;
    ++inputs_;
    silent_attempts_ = 0;
    if (options_.echo && is_on_line())
        echo_.filter(frame_, octets, [this, now](bytes_view rest) { decode(rest, now); });
    else
        decode(octets, now);
    last_heard_ = now;
    proceed(now);
}

inline void client::handle_timeout(instant now) {
    if (is_held_ && link_ == link_state::up && now >= held_until_)
        is_held_ = false;
    decoder_.handle_timeout(now);
    if (decoder_.is_pending())
        decode({}, now);
    time_out(now);
    proceed(now);
}

inline std::optional<client_event> client::poll_event() {
    if (lent_ != detail::transaction_pool::nobody)
        pool_.release(std::exchange(lent_, detail::transaction_pool::nobody));
    if (events_taken_ == events_.size()) {
        events_.clear();
        events_taken_ = 0;
        return std::nullopt;
    }
    const auto& next = events_[events_taken_++];
    lent_ = next.lends;
    return next.what;
}

inline bool client::wants_reconnect() const noexcept {
    if (link_ == link_state::down)
        return false;
    const bool is_dead = options_.reconnect_after > 0 && silent_attempts_ >= options_.reconnect_after;
    return is_dead || lost_attempts_ > 1;
}

inline bool client::wants_link() const noexcept {
    return is_held_ && link_ != link_state::up && unfinished() > 0;
}

inline bool client::is_degraded(unit_id unit) const noexcept {
    const auto* record = units_.find(unit);
    return record != nullptr && record->is_degraded();
}

inline std::size_t client::unfinished() const noexcept {
    const auto lives = [this](index at) { return !pool_[at].is_over; };
    return pool_.queued() + static_cast<std::size_t>(std::count_if(active_.begin(), active_.end(), lives));
}

} // namespace meterlink::modbus
