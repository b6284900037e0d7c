#pragma once

/// A TCP connection for code that waits on it, with no more calls of the system than octets need.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <meterlink/core/bytes.hpp>

namespace meterlink::io {

/// A connected stream socket (POSIX). A call for each piece that is sent, and one for each that is received:
/// the time limit of receiving stays set in the socket from one to the next.
class direct_socket {
public:
    /// Closed.
    direct_socket() noexcept = default;
    /// Takes a connected descriptor over, from `accept` or from `release` of an asio socket.
    explicit direct_socket(int connected) noexcept;
    direct_socket(direct_socket&& other) noexcept { *this = std::move(other); }
    direct_socket& operator=(direct_socket&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        std::swap(limit_, other.limit_);
        std::swap(is_limit_over_, other.is_limit_over_);
        return *this;
    }
    ~direct_socket() { close(); }

    /// Connects to the first address of `host` that takes it. Closed with an `error` otherwise:
    /// `asio::error::timed_out` after `timeout`.
    [[nodiscard]] static direct_socket connect(const std::string& host, std::uint16_t port,
                                               std::chrono::milliseconds timeout, std::error_code& error);

    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
    void close() noexcept;

    /// Sends what the system takes without waiting, and returns how much that was.
    std::size_t send(bytes_view octets, std::error_code& error) noexcept;

    /// Receives what has come, up to the size of `room`, and returns how much that was. When there is
    /// nothing, it waits, but no longer than `patience` and about a clock tick of the system; without one,
    /// for ever. 0 without an error: nothing has come; that may be before the patience is over. An error of
    /// `asio::error::eof`: nothing will.
    std::size_t receive(bytes_span room, std::optional<std::chrono::nanoseconds> patience,
                        std::error_code& error) noexcept;

    /// Waits until something has come or can be sent, as `receive` does.
    void wait_either(std::optional<std::chrono::nanoseconds> patience, std::error_code& error) noexcept;

private:
    using limit = std::chrono::microseconds;

    void set_limit(std::optional<std::chrono::nanoseconds> patience, std::error_code& error) noexcept;

    int descriptor_ = -1;
    limit limit_ = limit::max(); ///< After which the system ends receiving, as it was set last.
    bool is_limit_over_ = false; ///< The last time it did.
};

} // namespace meterlink::io
