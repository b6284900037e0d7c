#pragma once

/// A timer that is asked for a new deadline far more often than one comes.

#include <chrono>
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

/// Stands at the earliest deadline that it was given. It is not set back when that falls away, for a request
/// that is answered in time would then cost two calls of the system; so it may fire for nothing.
class lazy_timer {
public:
    explicit lazy_timer(const asio::any_io_executor& executor) : timer_{executor} {}

    /// Has `fire` called at `deadline` or earlier, unless a call is due by then anyway. `fire` keeps this
    /// alive.
    template <class Fire>
    void set(instant deadline, Fire fire) {
        if (armed_ && *armed_ <= deadline)
            return;
        armed_ = deadline;
        timer_.expires_at(std::chrono::steady_clock::time_point{
            std::chrono::duration_cast<std::chrono::steady_clock::duration>(deadline.time_since_epoch())});
        timer_.async_wait([this, f = std::move(fire), alarm = ++alarm_](asio::error_code) mutable {
            if (alarm != alarm_)
                return;
            armed_.reset();
            f();
        });
    }

    /// Nothing is called any more.
    void cancel() {
        armed_.reset();
        ++alarm_;
        timer_.cancel();
    }

private:
    asio::steady_timer timer_;
    std::uint64_t alarm_ = 0; ///< Tells the wait that counts from those that were overtaken.
    std::optional<instant> armed_;
};

} // namespace meterlink::io::detail
