#pragma once

/// A listening TCP port whose clients have to show a certificate.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <asio/any_io_executor.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/bind_executor.hpp>
#include <asio/ip/tcp.hpp>

#include <meterlink/io/detail/tls_link.hpp>
#include <meterlink/io/endpoint.hpp>
#include <meterlink/io/tcp_server.hpp>

namespace meterlink::io {

/// A stream to a client that a `tls_server` has accepted. `async_open` shakes hands; it fails unless the
/// client's certificate stands up, and where its role is not one text. Once closed it stays closed.
class tls_connection : public detail::tls_stream {
public:
    explicit tls_connection(std::shared_ptr<detail::tls_link> link) : tls_stream{std::move(link)} {}

    /// Who is at the other end; all zero when nobody is.
    [[nodiscard]] asio::ip::tcp::endpoint peer() const noexcept { return link_->peer(); }
};

/// Accepts clients as Modbus/TCP Security has it: TLS 1.2 or later, and a certificate of theirs is required
/// and judged by those in `settings.authorities`.
class tls_server {
public:
    /// A client has `handshake_timeout` for its part of the handshake.
    tls_server(const asio::any_io_executor& executor, tls_settings settings,
               std::chrono::milliseconds handshake_timeout = std::chrono::seconds{10})
        : acceptor_{executor}, settings_{std::move(settings)}, timeout_{handshake_timeout} {}

    /// Reads the certificates, binds and listens. `port` 0 takes a free one, which `port()` then tells.
    [[nodiscard]] asio::error_code listen(const std::string& host, std::uint16_t port) {
        loaded_ = detail::load_tls_server(settings_);
        return loaded_.error ? loaded_.error : detail::listen_tcp(acceptor_, host, port);
    }

    /// What the error of `listen` cannot say: which file could not be used.
    [[nodiscard]] const std::string& explanation() const noexcept { return loaded_.explanation; }

    [[nodiscard]] asio::any_io_executor get_executor() { return acceptor_.get_executor(); }

    /// The port that is listened on; 0 when none is.
    [[nodiscard]] std::uint16_t port() const noexcept {
        asio::error_code ignored;
        return acceptor_.local_endpoint(ignored).port();
    }

    /// `void(error_code, tls_connection)`: the next client, who has not shaken hands yet.
    template <class Token>
    auto async_accept(Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code, tls_connection)>(
            [this](auto handler) {
                const auto executor = asio::get_associated_executor(handler, acceptor_.get_executor());
                acceptor_.async_accept(asio::bind_executor(
                    executor, [h = std::move(handler), context = loaded_.context, timeout = timeout_](
                                  asio::error_code error, asio::ip::tcp::socket socket) mutable {
                        std::move(h)(error, tls_connection{detail::make_tls_connection(
                                                std::move(socket), std::move(context), timeout)});
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
    tls_settings settings_;
    std::chrono::milliseconds timeout_;
    detail::loaded_tls loaded_;
};

} // namespace meterlink::io
