#pragma once

/// The bodies of `master`: from the end of an exchange to the outcome of its request.

#include <algorithm>
#include <cstddef>

#include <meterlink/mbus/master.hpp>

namespace meterlink::mbus {

/// The exchange has ended, one way or another.
inline void master::conclude(instant now) {
    const auto state = exchange_.state();
    const bool is_good = state == exchange_state::acknowledged || state == exchange_state::answered;
    gap_ = is_good && !exchange_.is_disturbed() ? bit_times(bits_per_character, baud_) : idle_time(baud_);
    auto& talk = *conversation_;
    if (talk.is_over)
        return end_conversation();
    talk.was_disturbed = talk.was_disturbed || exchange_.is_disturbed();
    if (state == exchange_state::sent)
        return finish(sent{}, now);
    if (!is_good)
        return fail(state, exchange_.why(), now);
    if (talk.silent_since)
        late_until_ = now + (exchange_.sent_at() - *talk.silent_since);
    if (state == exchange_state::answered)
        return act_on_telegram(now);
    succeed(now);
}

/// The slave has acknowledged, or given the telegram that was wanted.
inline void master::succeed(instant now) {
    auto& talk = *conversation_;
    using enum detail::conversation_step;
    if (talk.selects()) {
        talk.is_selected = true;
        counts_.reset(primary_address::selected);
    } else if (talk.step == initialise || talk.is_verification()) {
        counts_.reset(talk.address());
    }
    if (const auto which = talk.counter())
        counts_.toggle(talk.address(), *which);
    switch (talk.step) {
    case initialise:
    case application_reset:
        not_before_ = std::max(not_before_, now + timing().wait_after_initialisation);
        return enter(talk.after(talk.step), now);
    case select: return enter(talk.after(talk.step), now);
    case act: return act_on_acknowledgement(now);
    case verify_new_rate:
        if (!talk.request().options().baud)
            options_.baud = baud_;
        return finish(acknowledged{}, now);
    case verify_old_rate: {
        const error why{errc::baud_rate_not_followed, layer::mbus, 0};
        return finish(bad_answer{talk.attempts, why, {}, {}, talk.is_selected}, now);
    }
    case deselect: return end_conversation();
    }
}

/// The request itself was acknowledged.
inline void master::act_on_acknowledgement(instant now) {
    auto& talk = *conversation_;
    const auto frame = talk.request().frame();
    switch (talk.request().kind()) {
    case request_kind::normalise: counts_.reset(talk.address()); break;
    case request_kind::send:
        // Another slave may have been known by the address that this one has got.
        if (const auto sent = long_frame_view::parse(frame);
            sent && sent->user_data().size() == 3 && sent->user_data()[1] == 0x7A)
            counts_.forget(sent->user_data()[2]);
        break;
    case request_kind::set_baud_rate:
        talk.old_baud = baud_;
        change_baud_rate(talk.request().wanted_baud(), now);
        return enter(detail::conversation_step::verify_new_rate, now);
    default: break;
    }
    finish(acknowledged{}, now);
}

/// A telegram of the slave that was asked.
inline void master::act_on_telegram(instant now) {
    auto& talk = *conversation_;
    const auto& octets = telegram_slot();
    const auto telegram = telegram_view::parse(octets);
    const auto carried =
        telegram && telegram->message() ? telegram->message()->application() : tpl::application::unknown;
    if (talk.answer() == answer_kind::acknowledgement)
        counts_.forget(talk.address());
    else if (const auto which = talk.counter())
        counts_.toggle(talk.address(), *which);
    const auto& how = talk.request().options();
    limits_.note(talk.request().to(), now, how.minimum_interval);
    if (carried == tpl::application::application_error && talk.request().kind() != request_kind::raw) {
        const auto code = apl::application_error::parse(telegram->message()->payload());
        return finish(application_refusal{code, octets}, now);
    }
    const bool is_alarm = carried == tpl::application::alarm;
    const bool wants_alarm = talk.request().kind() == request_kind::poll_alarm;
    if (talk.answer() == answer_kind::acknowledgement || (wants_alarm && telegram && !is_alarm))
        return fail(exchange_state::refused, {errc::answer_unexpected, layer::mbus, 0}, now);
    if (!telegram)
        return give_up(exchange_state::refused, telegram.error(), now);
    if (wants_alarm)
        return finish(alarm_report{octets}, now);
    last_slot_ = talk.telegrams++;
    const bool is_raw = talk.request().kind() == request_kind::raw;
    const bool more = !is_raw && telegram->records().trailer().more_records_follow;
    const auto wanted = how.multi_telegram.most();
    const auto most = std::max<std::size_t>(
        wanted == 0 ? options_.telegram_limit : std::min(wanted, options_.telegram_limit), 1);
    if (more && talk.telegrams < most)
        return enter(detail::conversation_step::act, now);
    if (more) // the next readout is to begin with the first telegram
        counts_.forget(talk.address());
    finish(reading{telegrams(), !more, talk.was_disturbed}, now);
}

/// An attempt has failed: once more, or that was it.
inline void master::fail(exchange_state how, const error& why, instant now) {
    auto& talk = *conversation_;
    gap_ = idle_time(baud_);
    if (how == exchange_state::silent && !talk.silent_since)
        talk.silent_since = exchange_.sent_at();
    if (how == exchange_state::collided)
        not_before_ = std::max(not_before_, last_activity_ + timing().collision_recovery);
    const bool is_last = talk.attempts >= talk.attempts_allowed(timing()) ||
                         (how == exchange_state::collided && talk.request().options().is_collision_final);
    if (!is_last)
        return pause(now);
    if (talk.step == detail::conversation_step::initialise) {
        counts_.reset(talk.address()); // some slaves do not acknowledge it
        return enter(talk.after(talk.step), now);
    }
    give_up(how, why, now);
}

inline void master::give_up(exchange_state how, const error& why, instant now) {
    auto& talk = *conversation_;
    counts_.forget(talk.address());
    if (talk.step == detail::conversation_step::verify_new_rate) {
        change_baud_rate(talk.old_baud, now);
        return enter(detail::conversation_step::verify_old_rate, now);
    }
    const bool was_selected = talk.is_selected;
    if (how == exchange_state::silent) {
        // A slave that sends the same telegram for ever has no further one.
        if (exchange_.has_copy() && talk.telegrams > 0)
            return finish(reading{telegrams(), false, true}, now);
        talk.is_selected = false; // nobody is there to be deselected
        if (talk.counter() && talk.answer() == answer_kind::acknowledgement)
            late_until_ = now + timing().effective_response_timeout(baud_);
        return finish(no_answer{talk.attempts, telegrams(), was_selected}, now);
    }
    failed_.clear();
    failed_.append(exchange_.heard());
    if (how == exchange_state::collided)
        return finish(collision{talk.attempts, why, failed_, telegrams(), was_selected}, now);
    finish(bad_answer{talk.attempts, why, failed_, telegrams(), was_selected}, now);
}

inline void master::finish(const master_outcome& outcome, instant now) {
    auto& talk = *conversation_;
    emit(talk.asked.id, outcome);
    talk.is_over = true;
    talk.telegrams = 0; // what follows needs no further slot: growing would move what the event lends
    if (talk.is_selected && talk.request().options().deselects)
        return enter(detail::conversation_step::deselect, now);
    end_conversation();
}

inline void master::end_conversation() noexcept {
    conversation_.reset();
    phase_ = phase::idle;
}

} // namespace meterlink::mbus
