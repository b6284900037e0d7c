#pragma once

/// The life of a driver's link, without the stream: where it stands, what follows a loss, and which handlers
/// still count.
///
/// Many gateways and devices hang up after each answer, or when nothing was asked for a while. That is no
/// failure: after a connection over which octets went both ways, the waits begin anew, and a link that its
/// peer hangs up on after that, or after `steady_after`, rests: what there is to send opens it at once, and
/// it comes back by itself after its wait for those who only listen. So a link is opened without a wait only
/// for something to send, which a session has a bounded number of times for each request. A peer that greets
/// and hangs up, or hangs up without a word, is left alone ever longer.

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>

#include <meterlink/core/session.hpp>
#include <meterlink/io/back_off.hpp>
#include <meterlink/io/driver_options.hpp>
#include <meterlink/io/link_event.hpp>

namespace meterlink::io::detail {

/// States and times of a link; time is an argument. Every way into another connection begins a generation, by
/// which handlers of the one before are told.
class link_cycle {
public:
    explicit link_cycle(const driver_options& options)
        : idle_timeout_{options.idle_timeout}, retries_{options.retry.has_value()},
          waits_{options.retry.value_or(retry_times{})},
          random_{options.seed ? *options.seed : std::random_device{}()} {}

    [[nodiscard]] link_state state() const noexcept { return state_; }
    [[nodiscard]] bool is(link_state state) const noexcept { return state_ == state; }
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }

    /// A connection is being opened.
    void open() noexcept {
        state_ = link_state::connecting;
        retry_at_.reset();
        ++generation_;
    }
    void connected(instant now) noexcept {
        state_ = link_state::connected;
        moved_ = now;
        connected_ = now;
        has_sent_ = has_heard_ = false;
    }
    /// The stream is closed: handlers under way do nothing any more.
    void drop() noexcept { ++generation_; }
    /// It is not tried again.
    void close() noexcept {
        retry_at_.reset();
        state_ = link_state::closed;
    }
    /// What follows a loss, when it is not opened at once: how long it waits; none when it does not come back
    /// by itself.
    [[nodiscard]] std::optional<session_clock::duration> retry(link_loss why, instant now) {
        if (!retries_)
            return std::nullopt;
        if (why == link_loss::idle) {
            state_ = link_state::resting;
            return std::nullopt;
        }
        const bool has_conversed = has_sent_ && has_heard_;
        const bool is_usual =
            why == link_loss::closed_by_peer && (has_conversed || now - connected_ >= steady_after);
        if (is_usual && has_conversed)
            waits_.reset();
        const auto after = waits_.next(static_cast<std::uint32_t>(random_()));
        retry_at_ = now + after;
        state_ = is_usual ? link_state::resting : link_state::waiting;
        return after;
    }

    void sent(instant now) noexcept {
        moved_ = now;
        has_sent_ = true;
    }
    /// The line gave back what was sent.
    void echoed(instant now) noexcept { moved_ = now; }
    /// The peer lives. One who only says why it hangs up does not count as one.
    void heard(instant now) noexcept {
        moved_ = now;
        has_heard_ = true;
        if (now - connected_ >= steady_after)
            waits_.reset();
    }

    [[nodiscard]] std::optional<instant> retry_at() const noexcept { return retry_at_; }
    /// When it is closed because nothing moves.
    [[nodiscard]] std::optional<instant> idle_at() const noexcept {
        if (state_ != link_state::connected || !idle_timeout_)
            return std::nullopt;
        return moved_ + *idle_timeout_;
    }

private:
    static constexpr std::chrono::seconds steady_after{5};

    std::optional<std::chrono::nanoseconds> idle_timeout_;
    bool retries_;
    back_off waits_;
    std::minstd_rand random_;
    link_state state_ = link_state::closed;
    std::uint64_t generation_ = 0;
    instant connected_{};
    bool has_sent_ = false;  ///< Over this connection.
    bool has_heard_ = false; ///< Over this connection.
    instant moved_{};        ///< When octets last went either way.
    std::optional<instant> retry_at_;
};

} // namespace meterlink::io::detail
