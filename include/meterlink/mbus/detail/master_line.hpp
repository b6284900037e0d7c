#pragma once

/// The bodies of `master`: when the line is free, and what is asked then.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include <meterlink/mbus/master.hpp> // NOLINT(misc-header-include-cycle): which includes these bodies

namespace meterlink::mbus {

inline const timing_profile& master::timing() const noexcept {
    if (conversation_ && conversation_->request().options().timing)
        return *conversation_->request().options().timing;
    return options_.timing;
}

/// When the line is free for the next question.
inline instant master::due() const noexcept {
    auto at = last_activity_ + std::max(gap_, timing().wait_between_communications);
    at = std::max(at, not_before_);
    // E5 says nothing of whom it is from: one that may still come must not acknowledge something else.
    if (conversation_ && conversation_->answer() == answer_kind::acknowledgement)
        at = std::max(at, late_until_);
    // a late answer to an attempt before is as good as one to this one
    if (conversation_ && conversation_->attempts == 0 && !conversation_->is_over)
        at = std::max(at, held_back_until());
    return std::min(at, not_after_);
}

/// When no answer to somebody else can be taken for the one to the question that comes next.
inline instant master::held_back_until() const noexcept {
    const auto& request = conversation_->request();
    const auto kind = conversation_->answer();
    const bool is_raw = request.kind() == request_kind::raw; // whose address is not known
    const bool is_held = kind == answer_kind::acknowledgement ? !request.options().is_probe
                                                              : conversation_->telegrams == 0 && !is_raw;
    return is_held ? late_.free_for(kind, conversation_->address()) : instant::min();
}

inline void master::proceed(instant now) {
    if (phase_ == phase::idle && !begin_next(now))
        return;
    if (phase_ == phase::pausing && now >= due())
        ask(now);
}

inline bool master::begin_next(instant now) {
    while (auto next = queue_.pop()) {
        const auto& how = next->request.options();
        if (how.minimum_interval > session_clock::duration{}) {
            if (const auto until = limits_.blocked_until(next->request.to(), now)) {
                emit(next->id, deferred{*until});
                continue;
            }
        }
        conversation_.emplace(detail::conversation{std::move(*next)});
        counts_.use(conversation_->address());
        change_baud_rate(conversation_->request().options().baud.value_or(options_.baud), now);
        enter(conversation_->first_step(counts_), now);
        return true;
    }
    return false;
}

inline void master::enter(detail::conversation_step step, instant now) {
    conversation_->step = step;
    conversation_->attempts = 0;
    conversation_->silent_since.reset();
    pause(now);
}

inline void master::pause(instant now) {
    phase_ = phase::pausing;
    not_after_ = instant::max();
    not_after_ =
        std::max(due(), now) + timing().effective_character_gap(baud_) + 2 * wire_time(max_frame_size, baud_);
}

inline void master::ask(instant now) {
    auto& talk = *conversation_;
    std::array<std::uint8_t, max_frame_size> buffer{};
    const auto frame = talk.emit(counts_, buffer);
    const bool is_late_possible = now < late_until_;
    auto wait = timing();
    wait.response_timeout = wait.effective_response_timeout(baud_) + late_.lateness(now);
    expected_answer expected{talk.answer(), talk.address(), {}, {}};
    if (talk.request().to().selection())
        expected.mask = talk.request().to().selection()->address();
    static_cast<void>(telegram_slot()); // grows now, not under the view that follows
    if (talk.telegrams > 0)
        expected.narrow(telegrams_[0]);
    if (talk.telegrams > 0 || (is_late_possible && last_slot_ < telegrams_.size()))
        expected.earlier = telegrams_[last_slot_];
    ++talk.attempts;
    talk.has_asked = true;
    exchange_.ask(frame, expected, wait, baud_, now, is_late_possible || now < late_.free_of_acks());
    last_activity_ = exchange_.sent_at();
    phase_ = phase::asking;
}

inline void master::change_baud_rate(std::uint32_t baud, instant now) {
    baud = usable_baud_rate(baud); // of a request without `result`
    if (baud == baud_)
        return;
    // Never in the call in which something is sent: whoever drives the line sends before it takes events.
    const auto settle = std::max(idle_time(baud), idle_time(baud_));
    not_before_ = std::max({not_before_, now + settle, last_activity_ + settle});
    baud_ = baud;
    emit(conversation_->asked.id, baud_rate_changed{baud});
}

} // namespace meterlink::mbus
