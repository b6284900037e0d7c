#pragma once

/// Octets on their way from a session to a stream, and the bit rate at which they go.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/error.hpp>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/io/echo_canceller.hpp>
#include <meterlink/io/stream.hpp>

namespace meterlink::io::detail {

[[nodiscard]] inline bool is_would_block(const asio::error_code& error) noexcept {
    return error == asio::error::would_block || error == asio::error::try_again;
}

/// Gathers what a session has to say at one bit rate into one write, and knows its echo.
template <stream Stream, session Session>
class line_output {
public:
    explicit line_output(bool has_echo) : has_echo_{has_echo} {}

    /// Whether nothing may be written, because a write or a change of the bit rate is under way.
    [[nodiscard]] bool is_busy() const noexcept { return is_busy_; }
    void set_busy(bool busy) noexcept { is_busy_ = busy; }
    [[nodiscard]] bool empty() const noexcept { return octets_.empty(); }
    void clear() noexcept { octets_.clear(); }

    /// The link is gone, and with it what was under way.
    void drop() noexcept {
        is_busy_ = false;
        echo_.reset();
    }

    /// Takes what the session has to send, until it wants another bit rate.
    void gather(Session& from) {
        while (octets_.size() < most_to_write) {
            const auto octets = from.poll_transmit();
            if (!octets)
                return;
            const bytes_view view = *octets;
            octets_.insert(octets_.end(), view.begin(), view.end());
            if (is_rate_changing(from))
                return;
        }
    }

    [[nodiscard]] auto buffer() const noexcept { return asio::buffer(octets_); }
    /// The first `count` octets, which have been written.
    [[nodiscard]] bytes_view written(std::size_t count) const noexcept {
        return bytes_view{octets_}.first(count);
    }
    void take(std::size_t count) {
        if (has_echo_)
            echo_.sent(written(count), std::exchange(is_unfinished_, count < octets_.size()));
        octets_.erase(octets_.begin(), octets_.begin() + static_cast<std::ptrdiff_t>(count));
    }

    /// What came, without the echo of what was written.
    [[nodiscard]] bytes_view without_echo(bytes_view octets) {
        return has_echo_ ? echo_.filter(octets) : octets;
    }

    /// Whether the session wants another bit rate for the octets to come, and the line can.
    [[nodiscard]] bool is_rate_changing(Session& wishing) const { return wanted_rate(wishing) != rate_; }
    /// Sets it; only while nothing is being written.
    asio::error_code apply_rate(Session& wishing, Stream& line) {
        if constexpr (has_baud_rate<Stream>) {
            rate_ = wanted_rate(wishing);
            if (rate_)
                return line.set_baud_rate(*rate_);
        }
        return {};
    }

private:
    /// What is written at once; a session that sends more waits until it has gone.
    static constexpr std::size_t most_to_write = 65536;

    [[nodiscard]] std::optional<std::uint32_t> wanted_rate(Session& wishing) const {
        if constexpr (has_baud_rate<Stream> &&
                      requires { std::optional<std::uint32_t>{wishing.line_rate()}; }) {
            const std::optional<std::uint32_t> wish = wishing.line_rate();
            return wish ? wish : rate_;
        } else {
            return rate_;
        }
    }

    std::vector<std::uint8_t> octets_;
    echo_canceller echo_;
    std::optional<std::uint32_t> rate_;
    bool has_echo_;
    bool is_unfinished_ = false; ///< The octets to be written next continue those before.
    bool is_busy_ = false;
};

} // namespace meterlink::io::detail
