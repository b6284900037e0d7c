#pragma once

/// How a search finds out that answers come later than it waits, and what it does then.

#include <algorithm>
#include <chrono>
#include <utility>

#include <meterlink/core/session.hpp>
#include <meterlink/mbus/timing_profile.hpp>

namespace meterlink::mbus::detail {

/// The doubts of a search. Who acknowledges and cannot be read is asked again, after a rest and with
/// patience: the acknowledgement may have been the late one of somebody else. When then nobody is there, or
/// octets came when none were waited for, the line is late: what was asked is asked again with patience,
/// until an answer shows how late it is.
class late_line {
public:
    using duration = session_clock::duration;

    explicit constexpr late_line(duration patience) noexcept : patience_{patience} {}

    /// Whether somebody who cannot be read may not be there at all. Not when that was true once before.
    [[nodiscard]] constexpr bool has_doubts() const noexcept {
        return patience_ > duration{} && !is_trusted_;
    }
    /// Somebody who cannot be read is there indeed.
    constexpr void trust() noexcept { is_trusted_ = true; }

    /// The line is late. False when it was known to be, and all has been done.
    constexpr bool suspect() noexcept {
        if (patience_ <= duration{} || suspicions_ == 2)
            return false;
        ++suspicions_;
        extra_ = patience_;
        rests_ = true;
        is_measuring_ = suspicions_ == 1;
        return true;
    }
    /// Whether octets of nobody have shown more lateness of the line than before.
    [[nodiscard]] constexpr bool is_news(duration lateness) noexcept {
        return lateness > std::exchange(heard_, std::max(heard_, lateness));
    }
    /// An answer took so long beyond what the timing says; not positive when it was in time.
    constexpr void measure(duration beyond) noexcept {
        if (beyond <= duration{})
            return;
        latest_ = std::max(latest_, beyond);
        if (is_measuring_)
            extra_ = std::min(patience_, beyond * 3 / 2 + std::chrono::milliseconds{50});
        is_measuring_ = false;
    }
    /// By how much an answer was late.
    [[nodiscard]] constexpr duration lateness() const noexcept { return std::max(latest_, heard_); }

    /// The timing of what is asked now. What is asked again begins with a rest.
    [[nodiscard]] constexpr timing_profile adapted(timing_profile timing) noexcept {
        if (std::exchange(rests_, false))
            return rested(timing);
        timing.latency += extra_;
        return timing;
    }
    /// The timing of what is asked in doubt.
    [[nodiscard]] constexpr timing_profile patient(timing_profile timing) const noexcept {
        timing.latency += patience_;
        return timing;
    }
    /// The same after a rest, in which late answers pass.
    [[nodiscard]] constexpr timing_profile rested(const timing_profile& timing) const noexcept {
        auto out = patient(timing);
        out.wait_between_communications = std::max(out.wait_between_communications, patience_);
        return out;
    }
    [[nodiscard]] constexpr duration patience() const noexcept { return patience_; }

private:
    duration patience_;
    duration extra_{};
    duration latest_{};
    duration heard_{};
    int suspicions_ = 0;
    bool rests_ = false;
    bool is_measuring_ = false;
    bool is_trusted_ = false;
};

} // namespace meterlink::mbus::detail
