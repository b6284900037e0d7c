#pragma once

/// A TCP port for one client at a time: what a transparent service and a simulated meter listen on.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>

#include <meterlink/io/detail/completion.hpp>
#include <meterlink/io/single_client_options.hpp>
#include <meterlink/io/stream.hpp>

namespace meterlink::io {

namespace detail {

class single_client_acceptor;

/// The socket of the client, and the acceptor that goes on turning others away.
struct single_client_parts {
    std::shared_ptr<single_client_acceptor> acceptor;
    asio::ip::tcp::socket* client = nullptr;
};

single_client_parts make_single_client(const asio::any_io_executor& executor, std::string host,
                                       std::uint16_t port, single_client_options options);
asio::error_code listen(single_client_acceptor& acceptor);
std::uint16_t port(const single_client_acceptor& acceptor) noexcept;
void open(single_client_acceptor& acceptor, completion<asio::error_code> done);
void close_client(single_client_acceptor& acceptor) noexcept;
void close_all(single_client_acceptor& acceptor) noexcept;

} // namespace detail

/// A stream whose `async_open` listens, unless `listen()` did, and completes when a client has come.
/// Meanwhile others are told why they are refused. `close()` closes the connection of the client; the port
/// stays open for the next one until this object is gone.
class single_client_server {
public:
    single_client_server(const asio::any_io_executor& executor, std::string host, std::uint16_t port,
                         single_client_options options = {})
        : executor_{executor},
          parts_{detail::make_single_client(executor, std::move(host), port, std::move(options))} {}

    single_client_server(single_client_server&&) noexcept = default;
    single_client_server& operator=(single_client_server&&) = delete;
    ~single_client_server() {
        if (parts_.acceptor)
            detail::close_all(*parts_.acceptor);
    }

    /// Listens at once, so that `port()` is known and a port in use is told.
    [[nodiscard]] asio::error_code listen() { return detail::listen(*parts_.acceptor); }

    /// The port that is listened on; 0 when none is.
    [[nodiscard]] std::uint16_t port() const noexcept { return detail::port(*parts_.acceptor); }

    [[nodiscard]] asio::any_io_executor get_executor() const { return executor_; }
    [[nodiscard]] bool waits_for_peers() const noexcept { return true; }

    template <class Token>
    auto async_open(Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code)>(
            [this](auto handler) { detail::open(*parts_.acceptor, {std::move(handler), executor_}); }, token);
    }

    template <class Token>
    auto async_read_some(asio::mutable_buffer room, Token&& token) {
        return parts_.client->async_read_some(room, std::forward<Token>(token));
    }

    template <class Token>
    auto async_write_some(asio::const_buffer octets, Token&& token) {
        return parts_.client->async_write_some(octets, std::forward<Token>(token));
    }

    std::size_t write_now(asio::const_buffer octets, asio::error_code& error) {
        return parts_.client->write_some(octets, error);
    }

    void close() noexcept { detail::close_client(*parts_.acceptor); }

private:
    asio::any_io_executor executor_;
    detail::single_client_parts parts_;
};

} // namespace meterlink::io
