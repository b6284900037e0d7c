#pragma once

/// A pseudo terminal that looks like a serial device to whoever opens its path.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/buffer.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>

namespace meterlink::cli {

/// The side of the device as a stream of `io::driver`; programs open `path()`. They come and go as they
/// like.
class pty {
public:
    /// Set to `baud`, raw, 8E1. `error()` says why where there is none.
    pty(const asio::any_io_executor& executor, std::uint32_t baud);
    ~pty();
    pty(pty&& other) noexcept
        : executor_{other.executor_}, near_{std::move(other.near_)}, far_{std::exchange(other.far_, -1)},
          path_{std::move(other.path_)}, error_{other.error_} {}
    pty& operator=(pty&&) = delete;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] asio::error_code error() const noexcept { return error_; }

    /// The descriptor to give to `pty_baud`; good as long as this object, wherever it is moved.
    [[nodiscard]] int device() const noexcept { return far_; }

    [[nodiscard]] asio::any_io_executor get_executor() { return executor_; }

    template <class Token>
    auto async_open(Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code)>(
            [this](auto handler) {
                const auto executor = asio::get_associated_executor(handler, executor_);
                asio::post(executor, [h = std::move(handler), e = error_]() mutable { std::move(h)(e); });
            },
            token);
    }

    template <class Token>
    auto async_read_some(asio::mutable_buffer room, Token&& token) {
        return near_->async_read_some(room, std::forward<Token>(token));
    }

    template <class Token>
    auto async_write_some(asio::const_buffer octets, Token&& token) {
        return near_->async_write_some(octets, std::forward<Token>(token));
    }

    void close() noexcept {
        asio::error_code ignored;
        if (near_)
            near_->close(ignored);
    }

private:
    asio::error_code open(std::uint32_t baud);

    asio::any_io_executor executor_;
    std::unique_ptr<asio::posix::stream_descriptor> near_;
    int far_ = -1; // kept open, so that the pty outlives those who open it
    std::string path_;
    asio::error_code error_;
};

/// The bit rate that the program at a pty has set; none for one that has no name in POSIX.
[[nodiscard]] std::optional<std::uint32_t> pty_baud(int device);

} // namespace meterlink::cli
