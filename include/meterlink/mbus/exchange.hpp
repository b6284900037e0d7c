#pragma once

/// One question on the line and the wait for its answer.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/mbus/decoder.hpp>
#include <meterlink/mbus/expected_answer.hpp>
#include <meterlink/mbus/frame.hpp>
#include <meterlink/mbus/timing_profile.hpp>

namespace meterlink::mbus {

/// How an exchange stands, or has ended.
enum class exchange_state : std::uint8_t {
    waiting,
    sent,         ///< No answer was expected.
    acknowledged, ///< One E5 and nothing else.
    answered,     ///< A frame of the slave that was asked.
    silent,       ///< Nothing, until the deadline.
    collided,     ///< Octets that are no frame, or several E5.
    refused,      ///< Octets that are no answer to this question.
};

/// A question and its answer (EN 13757-2, clause 5), to be asked again and again. What is heard before the
/// deadline is judged by what was asked; the deadline moves while octets arrive, but not without end: a
/// longest frame at half speed. Our own octets, heard back through a level converter, are dropped.
class exchange {
public:
    /// Octets of an exchange that are kept for its judgement.
    using heard_octets = bounded_bytes<max_frame_size>;

    /// Asks: `frame` is to be sent at `now`. When E5 `is_expendable`, one instead of the answer is a late
    /// one of before.
    void ask(bytes_view frame, const expected_answer& expected, const timing_profile& timing,
             std::uint32_t baud, instant now, bool is_expendable = false) {
        *this = exchange{};
        question_.append(frame);
        expected_ = expected;
        gap_ = timing.effective_character_gap(baud);
        decoder_ = decoder{gap_};
        sent_at_ = now + wire_time(frame.size(), baud);
        ignores_ack_ = is_expendable;
        echo_at_ = frame.size() >= shortest_echo ? 0 : frame.size();
        deadline_ = sent_at_;
        if (expected.kind != answer_kind::none)
            deadline_ += timing.effective_response_timeout(baud);
        due_ = deadline_;
        is_paced_ = timing.is_paced;
        latest_ = deadline_ + gap_ + 2 * wire_time(max_frame_size, baud);
        is_unsent_ = true;
    }

    /// The question, once.
    [[nodiscard]] std::optional<bytes_view> poll_transmit() noexcept {
        if (!std::exchange(is_unsent_, false))
            return std::nullopt;
        return question_.view();
    }
    /// Whether `poll_transmit` has not been asked for the question yet.
    [[nodiscard]] bool is_unsent() const noexcept { return is_unsent_; }

    /// Takes octets; a frame that answers is copied to `answer`.
    void handle_input(bytes_view octets, instant now, bounded_bytes<max_frame_size>& answer) {
        if (is_early(now))
            return pass_over(octets);
        octets = without_echo(octets, now, answer);
        if (octets.empty())
            return;
        if (!first_heard_at_)
            first_heard_at_ = now;
        take(octets, now, answer);
        judge(false);
        if (state_ != exchange_state::waiting)
            return;
        const bool is_spoilt = expected_.kind == answer_kind::acknowledgement && is_disturbed();
        const auto wait_for = is_spoilt ? now + gap_ : std::max(deadline_, now + gap_);
        deadline_ = std::min(wait_for, latest_);
    }

    /// Ends the exchange when its deadline has come.
    void handle_timeout(instant now, bounded_bytes<max_frame_size>& answer) {
        if (state_ != exchange_state::waiting || now < deadline_)
            return;
        if (echo_at_ < question_.size() && echo_at_ > 0) // the rest of the echo never came
            take(question_.view().first(std::exchange(echo_at_, question_.size())), now, answer);
        // Whatever is unfinished stays so: the decoder is told of the idle time that it waits for.
        const auto idle = std::max(now, decoder_.poll_timeout().value_or(now));
        decoder_.decode({}, idle, [&](const decoder_event& event) { handle(event, answer); });
        judge(true);
    }

    [[nodiscard]] exchange_state state() const noexcept { return state_; }
    [[nodiscard]] instant deadline() const noexcept { return deadline_; }
    /// When the last bit of the question is on the line.
    [[nodiscard]] instant sent_at() const noexcept { return sent_at_; }
    /// When an answer had to begin at the latest.
    [[nodiscard]] instant due() const noexcept { return due_; }
    /// How long after the question the first octet came; none when there was none.
    [[nodiscard]] std::optional<session_clock::duration> answer_delay() const noexcept {
        return first_heard_at_ ? std::optional{*first_heard_at_ - sent_at_} : std::nullopt;
    }
    /// Whether nothing that is heard now can be an answer: the question is still being sent.
    [[nodiscard]] bool is_early(instant now) const noexcept { return is_paced_ && now < sent_at_; }
    /// What was wrong, when it has collided or was refused.
    [[nodiscard]] const error& why() const noexcept { return why_; }
    /// What was heard, the first 261 octets, without the echo.
    [[nodiscard]] bytes_view heard() const noexcept { return heard_; }
    /// Whether there was more than the answer.
    [[nodiscard]] bool is_disturbed() const noexcept {
        return garbage_ > 0 || strangers_ > 0 || unasked_acks_ > 0 || acks_ > 1;
    }

    /// Whether an expendable E5 was passed over.
    [[nodiscard]] bool has_late_ack() const noexcept { return has_late_ack_; }
    /// Whether a copy of an earlier telegram was passed over.
    [[nodiscard]] bool has_copy() const noexcept { return has_copy_; }

private:
    static constexpr std::size_t shortest_echo = short_frame_view::size;

    void take(bytes_view octets, instant now, bounded_bytes<max_frame_size>& answer) {
        heard_.append(octets.first(std::min(octets.size(), max_frame_size - heard_.size())));
        decoder_.decode(octets, now, [&](const decoder_event& event) { handle(event, answer); });
    }

    /// Before the question has ended, its echo is all that is of interest.
    void pass_over(bytes_view octets) noexcept {
        for (const auto octet : octets)
            if (echo_at_ < question_.size() && octet == question_[echo_at_])
                ++echo_at_;
    }

    /// Our own octets come first, and whole; what only begins like them is the slave's.
    bytes_view without_echo(bytes_view octets, instant now, bounded_bytes<max_frame_size>& answer) {
        while (!octets.empty() && echo_at_ < question_.size() && octets[0] == question_[echo_at_]) {
            ++echo_at_;
            octets = octets.subspan(1);
        }
        if (octets.empty() || echo_at_ == question_.size())
            return octets;
        const auto held = question_.view().first(std::exchange(echo_at_, question_.size()));
        if (!held.empty())
            take(held, now, answer);
        return octets;
    }

    void handle(const decoder_event& event, bounded_bytes<max_frame_size>& answer) {
        if (const auto* piece = std::get_if<garbage>(&event)) {
            if (garbage_++ == 0)
                garbage_why_ = piece->why;
            return;
        }
        const auto& frame = std::get<frame_event>(event).frame;
        if (kind(frame) == frame_kind::ack) {
            const bool is_asked =
                expected_.kind == answer_kind::acknowledgement || expected_.kind == answer_kind::alarm;
            if (is_asked)
                ++acks_;
            else if (ignores_ack_)
                has_late_ack_ = true;
            else
                ++unasked_acks_;
            return;
        }
        const auto carrier = as_long_frame(frame);
        if (!carrier || carrier->c().service() != link_service::rsp_ud || has_answer_) {
            ++strangers_;
            stranger_why_ = errc::answer_unexpected;
        } else if (expected_.is_copy(*carrier)) {
            has_copy_ = true;
        } else if (!expected_.is_from_asked(*carrier)) {
            ++strangers_;
            stranger_why_ = errc::answer_from_another;
        } else {
            answer.clear();
            answer.append(carrier->wire());
            has_answer_ = true;
        }
    }

    void judge(bool is_over) {
        if (has_answer_)
            state_ = exchange_state::answered;
        else if (acks_ == 1 && !is_disturbed() && !decoder_.poll_timeout())
            state_ = exchange_state::acknowledged;
        else if (is_over)
            judge_failure();
    }

    void judge_failure() {
        // One piece that just ends is an answer broken off; the answers of several slaves end as noise.
        const bool is_broken_off = garbage_ == 1 && garbage_why_.code == errc::inter_byte_timeout &&
                                   expected_.kind != answer_kind::acknowledgement;
        const auto several_acks = acks_ + unasked_acks_ > 1;
        const auto fail_with = [&](exchange_state state, const error& why) {
            state_ = state;
            why_ = why;
        };
        if (expected_.kind == answer_kind::none)
            state_ = exchange_state::sent;
        else if (garbage_ > 0)
            fail_with(is_broken_off ? exchange_state::refused : exchange_state::collided, garbage_why_);
        else if (several_acks || (acks_ > 0 && strangers_ > 0))
            fail_with(exchange_state::collided, {errc::answer_unexpected, layer::mbus, 1});
        else if (strangers_ > 0)
            fail_with(exchange_state::refused, {stranger_why_, layer::mbus, 0});
        else if (unasked_acks_ > 0)
            fail_with(exchange_state::refused, {errc::answer_unexpected, layer::mbus, 0});
        else
            state_ = exchange_state::silent;
    }

    bounded_bytes<max_frame_size> question_;
    heard_octets heard_;
    expected_answer expected_{};
    decoder decoder_;
    session_clock::duration gap_{};
    instant sent_at_{};
    instant deadline_{};
    instant due_{};
    instant latest_{};
    std::optional<instant> first_heard_at_;
    error why_ = no_error;
    error garbage_why_ = no_error;
    errc stranger_why_ = errc::none;
    exchange_state state_ = exchange_state::waiting;
    std::size_t echo_at_ = 0; // octets of the question that have been heard back
    std::size_t acks_ = 0;
    std::size_t unasked_acks_ = 0;
    std::size_t strangers_ = 0; // intact frames that are no answer
    std::size_t garbage_ = 0;
    bool has_answer_ = false;
    bool has_copy_ = false;
    bool ignores_ack_ = false;
    bool has_late_ack_ = false;
    bool is_unsent_ = false;
    bool is_paced_ = false;
};

} // namespace meterlink::mbus
