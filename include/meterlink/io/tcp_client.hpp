#pragma once

/// A TCP connection that is made here, to a converter or gateway.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include <meterlink/io/detail/completion.hpp>
#include <meterlink/io/stream.hpp>

namespace meterlink::io {

namespace detail {

/// Resolves and connects with one deadline for both. The operation is over at the deadline even where the
/// name server is not.
class tcp_connector : public std::enable_shared_from_this<tcp_connector> {
public:
    explicit tcp_connector(const asio::any_io_executor& executor)
        : socket{executor}, resolver_{executor}, timer_{executor} {}

    void open(const std::string& host, std::uint16_t port, std::chrono::milliseconds timeout,
              completion<asio::error_code> done);
    void close() noexcept;

    asio::ip::tcp::socket socket;

private:
    void connect(asio::ip::tcp::resolver::results_type addresses);
    void finish(asio::error_code error);

    asio::ip::tcp::resolver resolver_;
    asio::steady_timer timer_;
    completion<asio::error_code> done_;
    std::uint64_t attempt_ = 0; ///< Tells handlers of an attempt that is over from those of this one.
};

} // namespace detail

/// A stream to a TCP server. `async_open` resolves the name and tries its addresses in turn; it fails with
/// `asio::error::timed_out` after `connect_timeout` for all of that.
class tcp_client {
public:
    tcp_client(const asio::any_io_executor& executor, std::string host, std::uint16_t port,
               std::chrono::milliseconds connect_timeout = std::chrono::seconds{10})
        : connector_{std::make_shared<detail::tcp_connector>(executor)}, host_{std::move(host)}, port_{port},
          connect_timeout_{connect_timeout} {}

    tcp_client(tcp_client&&) noexcept = default;
    tcp_client& operator=(tcp_client&&) = delete;
    ~tcp_client() {
        if (connector_)
            close();
    }

    [[nodiscard]] asio::any_io_executor get_executor() { return connector_->socket.get_executor(); }

    template <class Token>
    auto async_open(Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code)>(
            [this](auto handler) {
                connector_->open(host_, port_, connect_timeout_, {std::move(handler), get_executor()});
            },
            token);
    }

    template <class Token>
    auto async_read_some(asio::mutable_buffer room, Token&& token) {
        return connector_->socket.async_read_some(room, std::forward<Token>(token));
    }

    template <class Token>
    auto async_write_some(asio::const_buffer octets, Token&& token) {
        return connector_->socket.async_write_some(octets, std::forward<Token>(token));
    }

    std::size_t write_now(asio::const_buffer octets, asio::error_code& error) {
        return connector_->socket.write_some(octets, error);
    }

    void close() noexcept { connector_->close(); }

private:
    std::shared_ptr<detail::tcp_connector> connector_;
    std::string host_;
    std::uint16_t port_;
    std::chrono::milliseconds connect_timeout_;
};

} // namespace meterlink::io
