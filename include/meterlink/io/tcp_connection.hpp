#pragma once

/// A TCP connection that stands already, as a server accepts it.

#include <cstddef>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>

#include <meterlink/io/stream.hpp>

namespace meterlink::io {

namespace detail {

/// Sets what every connection of this library has: no delay, for a request is one write; keep-alive, for a
/// peer that has lost its power says no goodbye; and operations that do not block. Failures do no harm.
void prepare_tcp(asio::ip::tcp::socket& socket) noexcept;

} // namespace detail

/// A stream on a connected socket. Once closed it stays closed: `async_open` then gives `not_connected`.
class tcp_connection {
public:
    explicit tcp_connection(asio::ip::tcp::socket socket) : socket_{std::move(socket)} {
        if (socket_.is_open())
            detail::prepare_tcp(socket_);
    }

    [[nodiscard]] asio::any_io_executor get_executor() { return socket_.get_executor(); }

    template <class Token>
    auto async_open(Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code)>(
            [this](auto handler) {
                const auto error =
                    socket_.is_open() ? asio::error_code{} : asio::error_code{asio::error::not_connected};
                const auto executor = asio::get_associated_executor(handler, socket_.get_executor());
                asio::post(executor, [h = std::move(handler), error]() mutable { std::move(h)(error); });
            },
            token);
    }

    template <class Token>
    auto async_read_some(asio::mutable_buffer room, Token&& token) {
        return socket_.async_read_some(room, std::forward<Token>(token));
    }

    template <class Token>
    auto async_write_some(asio::const_buffer octets, Token&& token) {
        return socket_.async_write_some(octets, std::forward<Token>(token));
    }

    std::size_t write_now(asio::const_buffer octets, asio::error_code& error) {
        return socket_.write_some(octets, error);
    }

    void close() noexcept {
        asio::error_code ignored;
        socket_.close(ignored);
    }

    [[nodiscard]] bool is_open() const noexcept { return socket_.is_open(); }

    /// Who is at the other end; all zero when nobody is.
    [[nodiscard]] asio::ip::tcp::endpoint peer() const noexcept {
        asio::error_code ignored;
        return socket_.remote_endpoint(ignored);
    }

private:
    asio::ip::tcp::socket socket_;
};

} // namespace meterlink::io
