#pragma once

/// How many telegrams of a meter were lost, told by the gaps in its access numbers.

#include <chrono>
#include <cstdint>
#include <optional>

#include <meterlink/core/session.hpp>

namespace meterlink::wmbus {

/// What an access number says about the ones before it.
enum class access_step : std::uint8_t {
    first,    ///< Nothing was known.
    next,     ///< One more than before: nothing is missing.
    repeated, ///< The same again: the same transmission, or a meter that does not count.
    gap,      ///< Numbers are missing.
    late,     ///< A few back: overtaken on the way.
    restart,  ///< Far off: the meter was restarted or another one has its address.
};

/// Follows the access number of one meter, which counts its transmissions from 00 to FF and round again
/// (EN 13757-7:2018, 7.5.3; EN 13757-4 for that of the extended link layer).
///
/// Its count of lost telegrams is an estimate:
/// - A gap is known modulo 256 only. Up to `largest_gap` it is taken at its word; more is a restart, without
///   loss. A restart that happens to land just ahead counts as a gap.
/// - After a silence longer than `silence` a whole round may be missing. The gap, whatever its size, is then
///   counted as the least that fits, and `uncertain()` is counted up.
/// - A number up to `reordering` back was overtaken. If it had been counted as lost, it no longer is.
/// - Answers of a meter carry the number of the request: they must not be shown to it. Whether asynchronous
///   transmissions between the regular ones have numbers of their own depends on the meter; if they repeat
///   the last one, they count as `repeated`. Of a telegram with two numbers, that of the extended link layer
///   counts transmissions.
class access_tracker {
public:
    struct options {
        /// Numbers ahead that are still believed to be a gap, below 248.
        std::uint8_t largest_gap = 127;
        /// Longer without telegram, and a whole round may be missing. 256 transmissions 16 s apart.
        session_clock::duration silence = std::chrono::minutes{68};
    };

    /// Numbers back that are taken for overtaken telegrams.
    static constexpr unsigned reordering = 8;

    /// Takes the number of a telegram that came in at `now`.
    constexpr access_step on(std::uint8_t number, instant now, const options& how) noexcept {
        if (!last_) {
            follow(number, now);
            return access_step::first;
        }
        const auto ahead = (number - *last_) & 0xFFU;
        const bool was_silent = now - last_time_ > how.silence;
        if (was_silent)
            ++uncertain_;
        if (ahead == 0) {
            last_time_ = now;
            return access_step::repeated;
        }
        if (!was_silent && ahead >= 256 - reordering)
            return overtaken(256 - ahead);
        follow(number, now);
        if (!was_silent && ahead > how.largest_gap) {
            missing_ = 0;
            ++restarts_;
            return access_step::restart;
        }
        missing_ =
            ahead > reordering ? all_missing : (missing_ << ahead | ((1U << (ahead - 1)) - 1)) & all_missing;
        lost_ += ahead - 1;
        return ahead == 1 ? access_step::next : access_step::gap;
    }
    constexpr access_step on(std::uint8_t number, instant now) noexcept { return on(number, now, options{}); }

    /// Telegrams that were sent and not heard.
    [[nodiscard]] constexpr std::uint64_t lost() const noexcept { return lost_; }
    [[nodiscard]] constexpr std::uint32_t restarts() const noexcept { return restarts_; }
    /// Silences after which `lost()` may be too small, by any multiple of 256.
    [[nodiscard]] constexpr std::uint32_t uncertain() const noexcept { return uncertain_; }
    /// The latest number; none before the first telegram that has one.
    [[nodiscard]] constexpr std::optional<std::uint8_t> last() const noexcept { return last_; }

private:
    static constexpr unsigned all_missing = (1U << reordering) - 1;

    constexpr void follow(std::uint8_t number, instant now) noexcept {
        last_ = number;
        last_time_ = now;
    }

    constexpr access_step overtaken(unsigned back) noexcept {
        const auto bit = 1U << (back - 1);
        if ((missing_ & bit) != 0) {
            missing_ &= ~bit;
            --lost_;
        }
        return access_step::late;
    }

    std::optional<std::uint8_t> last_;
    unsigned missing_ = 0; // bit n: the number n + 1 before the last was counted as lost
    std::uint32_t restarts_ = 0;
    std::uint32_t uncertain_ = 0;
    std::uint64_t lost_ = 0;
    instant last_time_{};
};

} // namespace meterlink::wmbus
