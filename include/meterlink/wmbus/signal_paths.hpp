#pragma once

/// Through which receivers a meter is heard, how loud, and which of them hears it best.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <meterlink/core/session.hpp>

namespace meterlink::wmbus {

/// One way by which a meter is heard: a receiver, directly or through a repeater. The signal of a repeated
/// copy is that of the repeater, so the two are kept apart.
struct signal_path {
    std::string receiver;
    bool is_relayed = false;
    /// Signal strength, smoothed: every value moves it by a quarter of the difference. None while the
    /// receiver has not measured any.
    std::optional<double> rssi_dbm;
    std::optional<double> latest_rssi_dbm; ///< As the last copy had it.
    instant last_heard{};
    std::uint64_t copies = 0;
};

/// The paths by which one meter is heard, the best one first.
///
/// The best is the one with the strongest smoothed signal, a direct one before one through a repeater, and a
/// measured one before one that was not; between equals it stays as it is. A path that has heard nothing for
/// `silence`, while the meter was heard by another one, comes behind all that have. This is measured at the
/// meter's last telegram: when the meter itself falls silent, the best path stays.
class signal_paths {
public:
    struct options {
        /// Some times the interval in which the meter sends.
        session_clock::duration silence = std::chrono::hours{1};
        /// Paths that are kept; at least 1. Beyond, the one heard longest ago gives way.
        std::size_t capacity = 8;
    };

    /// What a new value of the signal strength counts for, against all before it.
    static constexpr double smoothing = 0.25;

    /// Takes a copy that `receiver` heard at `now`; allocates only when the path is new.
    void on(std::string_view receiver, bool is_relayed, std::optional<double> rssi_dbm, instant now,
            const options& how) {
        auto& path = find_or_add(receiver, is_relayed, how);
        path.last_heard = std::max(path.last_heard, now);
        path.latest_rssi_dbm = rssi_dbm;
        if (rssi_dbm)
            path.rssi_dbm =
                path.rssi_dbm ? *path.rssi_dbm + smoothing * (*rssi_dbm - *path.rssi_dbm) : *rssi_dbm;
        ++path.copies;
        last_heard_ = std::max(last_heard_, now);
        put_best_first(how);
    }

    /// Forgets all paths; the next telegrams choose anew.
    void clear() noexcept { paths_.clear(); }

    /// The best path; none before the first copy.
    [[nodiscard]] const signal_path* best() const noexcept { return paths_.empty() ? nullptr : &paths_[0]; }
    /// The other ones, in no order.
    [[nodiscard]] std::span<const signal_path> alternatives() const noexcept {
        return std::span{paths_}.subspan(paths_.empty() ? 0 : 1);
    }
    /// All, the best one first.
    [[nodiscard]] std::span<const signal_path> all() const noexcept { return paths_; }

    /// Whether the best path is one of `receiver`.
    [[nodiscard]] bool is_best(std::string_view receiver) const noexcept {
        return !paths_.empty() && paths_[0].receiver == receiver;
    }

private:
    signal_path& find_or_add(std::string_view receiver, bool is_relayed, const options& how) {
        for (auto& path : paths_)
            if (path.is_relayed == is_relayed && path.receiver == receiver)
                return path;
        if (!paths_.empty() && paths_.size() >= how.capacity)
            paths_.erase(std::min_element(paths_.begin(), paths_.end(), [](const auto& a, const auto& b) {
                return a.last_heard < b.last_heard;
            }));
        auto& added = paths_.emplace_back();
        added.receiver = receiver;
        added.is_relayed = is_relayed;
        return added;
    }

    void put_best_first(const options& how) noexcept {
        const auto is_worse = [&](const signal_path& a, const signal_path& b) {
            const bool a_is_silent = last_heard_ - a.last_heard > how.silence;
            const bool b_is_silent = last_heard_ - b.last_heard > how.silence;
            if (a_is_silent != b_is_silent)
                return a_is_silent;
            if (a.is_relayed != b.is_relayed)
                return a.is_relayed;
            constexpr auto unmeasured = -std::numeric_limits<double>::infinity();
            return a.rssi_dbm.value_or(unmeasured) < b.rssi_dbm.value_or(unmeasured);
        };
        const auto best = std::max_element(paths_.begin(), paths_.end(), is_worse);
        if (best != paths_.begin())
            std::swap(*best, paths_.front());
    }

    std::vector<signal_path> paths_;
    instant last_heard_{};
};

} // namespace meterlink::wmbus
