#pragma once

/// A timer that is asked for a new deadline far more often than one comes.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include <asio/error_code.hpp>
#include <asio/steady_timer.hpp>

#include <meterlink/core/session.hpp>

namespace meterlink::io::detail {

/// The instant that it is.
[[nodiscard]] inline instant steady_now() noexcept {
    return instant{std::chrono::steady_clock::now().time_since_epoch()};
}

/// Has alarms at the earliest deadlines that it was given. They are not set back when a deadline falls away,
/// for a request that is answered in time would then cost two calls of the system; so one may come for
/// nothing. There are two of them, so that a short pause does not move the one of a long wait, which would
/// have to be set again after the pause.
class lazy_timer {
public:
    explicit lazy_timer(const asio::any_io_executor& executor) : alarms_{{{executor}, {executor}}} {}

    /// Has `fire` called at `deadline` or earlier, unless a call is due by then anyway. `fire` keeps this
    /// alive.
    template <class Fire>
    void set(instant deadline, Fire fire) {
        for (const auto& each : alarms_)
            if (each.at && *each.at <= deadline)
                return;
        const std::size_t which = !alarms_[0].at                                      ? 0
                                  : !alarms_[1].at || *alarms_[1].at < *alarms_[0].at ? 1
                                                                                      : 0;
        auto& alarm = alarms_[which];
        alarm.at = deadline;
        alarm.timer.expires_at(std::chrono::steady_clock::time_point{
            std::chrono::duration_cast<std::chrono::steady_clock::duration>(deadline.time_since_epoch())});
        alarm.timer.async_wait(
            [this, which, f = std::move(fire), setting = ++alarm.setting](asio::error_code) mutable {
                if (setting != alarms_[which].setting)
                    return;
                alarms_[which].at.reset();
                f();
            });
    }

    /// Nothing is called any more.
    void cancel() {
        for (auto& each : alarms_) {
            each.at.reset();
            ++each.setting;
            each.timer.cancel();
        }
    }

private:
    struct alarm_clock {
        alarm_clock(const asio::any_io_executor& executor) : timer{executor} {}

        asio::steady_timer timer;
        std::uint64_t setting = 0; ///< Tells the wait that counts from those that were overtaken.
        std::optional<instant> at;
    };

    std::array<alarm_clock, 2> alarms_;
};

} // namespace meterlink::io::detail
