#pragma once

/// What may still come of questions that nobody answered in time.

#include <algorithm>
#include <chrono>
#include <cstdint>

#include <meterlink/core/session.hpp>
#include <meterlink/mbus/ack.hpp>
#include <meterlink/mbus/address.hpp>
#include <meterlink/mbus/expected_answer.hpp>
#include <meterlink/mbus/long_frame.hpp>

namespace meterlink::mbus::detail {

/// Keeps a late answer from being taken for that of the next question (EN 13757-2, clause 5).
///
/// E5 names nobody, and neither does an answer without long header from a slave that was selected, or asked
/// by 254. Behind a question that stayed silent, the next one which such an answer would fit is held back
/// until it can no longer come. A conforming slave begins within 330 bit times and 50 ms, which a master
/// waits for anyway; one that does not is granted that time, and the latency of the way, twice, counted from
/// the end of its question. A master that waits longer than that for answers holds nothing back. For a
/// telegram without identity, which would be a wrong value, it is two seconds at least.
///
/// Octets like the beginning of an answer, when nobody waits for one any more, show that the line is late:
/// for the next ten minutes each question waits so much longer for its answer, and half of it more.
class late_answers {
public:
    using duration = session_clock::duration;

    /// The line is to be free for so long behind a readout without an answer of somebody unnamed.
    static constexpr duration patience = std::chrono::seconds{2};
    /// How much later than expected an answer is still taken for a late one.
    static constexpr duration latest = std::chrono::seconds{5};
    /// For how long a line is known to be late.
    static constexpr duration memory = std::chrono::minutes{10};

    /// A question has ended that waited until `due` for its answer to begin. `is_owed` when an answer may
    /// still come.
    void note_end(instant due, bool is_owed) noexcept {
        due_ = due;
        is_owed_ = is_owed;
    }

    /// Nobody has answered to a question that had been sent at `sent_at`; an answer in time would have begun
    /// within `response_time`.
    void note_silence(answer_kind kind, primary_address asked, instant sent_at,
                      duration response_time) noexcept {
        const auto bound = 2 * response_time + lateness(sent_at);
        if (kind == answer_kind::acknowledgement || kind == answer_kind::alarm)
            ack_until_ = std::max(ack_until_, sent_at + bound);
        if ((kind == answer_kind::response || kind == answer_kind::alarm) && is_unnamed(asked))
            telegram_until_ = std::max(telegram_until_, sent_at + std::max(bound, patience));
    }

    /// An octet has come that nobody waited for.
    void note_octet(std::uint8_t octet, instant now) noexcept {
        const bool is_answer = octet == ack_view::octet || octet == long_frame_view::start;
        if (!is_owed_ || !is_answer || now <= due_ || now - due_ > latest)
            return;
        is_owed_ = false;
        const auto known = lateness(now); // which the question has waited for
        const auto whole = known + (now - due_);
        seen_ = std::max(known, std::min(whole + whole / 2, latest));
        seen_until_ = now + memory;
    }

    /// How much longer than the timing says an answer is to be waited for.
    [[nodiscard]] duration lateness(instant now) const noexcept {
        return now < seen_until_ ? seen_ : duration{};
    }

    /// When a late E5 can no longer come.
    [[nodiscard]] instant free_of_acks() const noexcept { return ack_until_; }
    /// When nothing can be taken for the answer to a question of that kind any more.
    [[nodiscard]] instant free_for(answer_kind kind, primary_address asked) const noexcept {
        auto out = instant::min();
        if (kind == answer_kind::acknowledgement || kind == answer_kind::alarm)
            out = std::max(out, ack_until_);
        if ((kind == answer_kind::response || kind == answer_kind::alarm) && is_unnamed(asked))
            out = std::max(out, telegram_until_);
        return out;
    }

private:
    [[nodiscard]] static constexpr bool is_unnamed(primary_address asked) noexcept {
        return asked == primary_address::selected || asked == primary_address::test;
    }

    instant due_{};
    bool is_owed_ = false;
    instant ack_until_ = instant::min();
    instant telegram_until_ = instant::min();
    duration seen_{};
    instant seen_until_ = instant::min();
};

} // namespace meterlink::mbus::detail
