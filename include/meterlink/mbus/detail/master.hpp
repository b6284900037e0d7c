#pragma once

/// The bodies of `master` that its owner calls: requests and octets in, octets and events out.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

#include <meterlink/mbus/master.hpp> // NOLINT(misc-header-include-cycle): which includes these bodies

namespace meterlink::mbus {

inline request_id master::submit(const request& what, instant now) {
    now_ = now;
    const auto id = static_cast<request_id>(++last_id_);
    queue_.push(id, what);
    proceed(now);
    return id;
}

inline bool master::cancel(request_id which) {
    if (queue_.remove(which)) {
        emit(which, cancelled{});
        return true;
    }
    if (active() != which)
        return false;
    emit(which, cancelled{});
    counts_.forget(conversation_->address());
    conversation_->is_over = true;
    if (phase_ != phase::asking || exchange_.is_unsent())
        end_conversation();
    return true;
}

inline void master::cancel_all() {
    while (const auto waiting = queue_.pop())
        emit(waiting->id, cancelled{});
    if (const auto which = active())
        cancel(*which);
}

inline void master::handle_input(bytes_view octets, instant now) {
    now_ = now;
    if (octets.empty())
        return;
    last_activity_ = std::max(last_activity_, now);
    if (phase_ == phase::asking) {
        if (exchange_.is_early(now) && octets[0] == ack_view::octet)
            late_.note_octet(octets[0], now);
        exchange_.handle_input(octets, now, telegram_slot());
        if (exchange_.state() != exchange_state::waiting)
            conclude(now);
    } else {
        late_.note_octet(octets[0], now);
        note_noise(octets.size());
    }
    proceed(now);
}

inline void master::handle_timeout(instant now) {
    now_ = now;
    if (phase_ == phase::asking) {
        exchange_.handle_timeout(now, telegram_slot());
        if (exchange_.state() != exchange_state::waiting)
            conclude(now);
    }
    proceed(now);
}

inline std::optional<bytes_view> master::poll_transmit() {
    return phase_ == phase::asking ? exchange_.poll_transmit() : std::nullopt;
}

inline std::optional<instant> master::poll_timeout() const {
    switch (phase_) {
    case phase::asking: return exchange_.deadline();
    case phase::pausing: return due();
    case phase::idle: break;
    }
    return queue_.empty() ? std::nullopt : std::optional{now_};
}

inline std::optional<master_event> master::poll_event() {
    if (events_taken_ == events_.size()) {
        events_.clear();
        events_taken_ = 0;
        return std::nullopt;
    }
    return events_[events_taken_++];
}

inline std::optional<request_id> master::active() const noexcept {
    if (!conversation_ || conversation_->is_over)
        return std::nullopt;
    return conversation_->asked.id;
}

inline std::size_t master::unfinished() const noexcept { return queue_.size() + (active() ? 1 : 0); }

inline void master::note_noise(std::size_t count) {
    if (conversation_ && conversation_->has_asked) // what came before has nothing to do with it
        conversation_->was_disturbed = true;
    gap_ = std::max(gap_, timing().effective_character_gap(baud_));
    if (events_.size() > events_taken_)
        if (auto* last = std::get_if<line_noise>(&events_.back().outcome)) {
            last->count += count;
            return;
        }
    emit(request_id::none, line_noise{count});
}

inline telegram_list master::telegrams() const noexcept {
    return telegram_list{telegrams_}.first(conversation_->telegrams);
}

/// Where the next telegram of this conversation goes.
inline kept_telegram& master::telegram_slot() {
    const auto at = conversation_ ? conversation_->telegrams : 0;
    if (telegrams_.size() <= at)
        telegrams_.resize(at + 1);
    return telegrams_[at];
}

} // namespace meterlink::mbus
