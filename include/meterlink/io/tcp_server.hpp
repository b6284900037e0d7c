#pragma once

/// A listening TCP port that gives one connection after the other.

#include <cstdint>
#include <string>
#include <utility>

#include <asio/bind_executor.hpp>
#include <asio/ip/tcp.hpp>

#include <meterlink/io/tcp_connection.hpp>

namespace meterlink::io {

namespace detail {

/// Listens on `host`, an address, a name, or `*` for every interface of both families where the system has
/// them.
asio::error_code listen_tcp(asio::ip::tcp::acceptor& acceptor, const std::string& host, std::uint16_t port);

} // namespace detail

/// Accepts TCP clients, as many as come.
class tcp_server {
public:
    explicit tcp_server(const asio::any_io_executor& executor) : acceptor_{executor} {}

    /// Binds and listens. `port` 0 takes a free one, which `port()` then tells.
    [[nodiscard]] asio::error_code listen(const std::string& host, std::uint16_t port) {
        return detail::listen_tcp(acceptor_, host, port);
    }

    [[nodiscard]] asio::any_io_executor get_executor() { return acceptor_.get_executor(); }

    /// The port that is listened on; 0 when none is.
    [[nodiscard]] std::uint16_t port() const noexcept {
        asio::error_code ignored;
        return acceptor_.local_endpoint(ignored).port();
    }

    /// `void(error_code, tcp_connection)`: the next client.
    template <class Token>
    auto async_accept(Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code, tcp_connection)>(
            [this](auto handler) {
                const auto executor = asio::get_associated_executor(handler, acceptor_.get_executor());
                acceptor_.async_accept(asio::bind_executor(
                    executor,
                    [h = std::move(handler)](asio::error_code error, asio::ip::tcp::socket socket) mutable {
                        std::move(h)(error, tcp_connection{std::move(socket)});
                    }));
            },
            token);
    }

    /// Stops listening; an `async_accept` completes with `operation_aborted`. Connections stay.
    void close() noexcept {
        asio::error_code ignored;
        acceptor_.close(ignored);
    }

private:
    asio::ip::tcp::acceptor acceptor_;
};

} // namespace meterlink::io
