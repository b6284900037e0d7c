#pragma once

/// How a driver keeps its link, and what it shows of it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/io/endpoint.hpp>

namespace meterlink::io {

/// How a driver keeps its link.
struct driver_options {
    std::optional<std::chrono::nanoseconds> idle_timeout; ///< Closes a link on which nothing moves.
    std::optional<retry_times> retry = retry_times{};     ///< None: a lost link stays lost.
    bool echo = false;                                    ///< The line gives back what is sent.
    std::optional<std::uint32_t> seed;                    ///< Of the jitter; a random one when there is none.

    /// What the options of an endpoint say.
    [[nodiscard]] static driver_options from(const endpoint& where) {
        driver_options out;
        if (where.idle_timeout)
            out.idle_timeout = *where.idle_timeout;
        out.retry = where.retry;
        out.echo = where.echo;
        return out;
    }
};

/// Which way octets went.
enum class direction : std::uint8_t { sent, received };

/// Is shown every octet of a line as it was sent or came, echo included.
using traffic_observer = std::function<void(direction, bytes_view, instant)>;

} // namespace meterlink::io
