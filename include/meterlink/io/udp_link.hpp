#pragma once

/// UDP as a line: what is written together is one datagram.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/ip/udp.hpp>

#include <meterlink/io/detail/completion.hpp>
#include <meterlink/io/stream.hpp>

namespace meterlink::io {

namespace detail {

/// A UDP socket with one peer: the one it was opened for, or whoever sent what was read last.
class udp_socket : public std::enable_shared_from_this<udp_socket> {
public:
    udp_socket(const asio::any_io_executor& executor, bool listens)
        : socket{executor}, resolver_{executor}, listens_{listens} {}

    void open(const std::string& host, std::uint16_t port, completion<asio::error_code> done);
    asio::error_code bind(const std::string& host, std::uint16_t port);
    void read(asio::mutable_buffer room, completion<asio::error_code, std::size_t> done);
    std::size_t write(asio::const_buffer octets, asio::error_code& error);
    void close() noexcept;

    asio::ip::udp::socket socket;

private:
    void finish(asio::error_code error);

    asio::ip::udp::resolver resolver_;
    asio::ip::udp::endpoint coming_; ///< Who sent what is being read.
    asio::ip::udp::endpoint sender_; ///< Who sent what was read last.
    completion<asio::error_code> done_;
    std::uint64_t attempt_ = 0;
    bool listens_;
};

} // namespace detail

/// A stream of datagrams, with a peer that is named, or, with `listens`, on a port of this machine, where
/// answers go to who sent what was read last. A datagram that the buffer of a read cannot hold loses its end.
/// A peer that is named and has no such port shows as `connection_refused` after the first datagram.
class udp_link {
public:
    udp_link(const asio::any_io_executor& executor, std::string host, std::uint16_t port,
             bool listens = false)
        : socket_{std::make_shared<detail::udp_socket>(executor, listens)}, host_{std::move(host)},
          port_{port} {}

    udp_link(udp_link&&) noexcept = default;
    udp_link& operator=(udp_link&&) = delete;
    ~udp_link() {
        if (socket_)
            close();
    }

    /// Binds at once what listens, so that `port()` is known.
    [[nodiscard]] asio::error_code listen() { return socket_->bind(host_, port_); }

    /// The port of this machine; 0 when the socket is not open.
    [[nodiscard]] std::uint16_t port() const noexcept {
        asio::error_code ignored;
        return socket_->socket.local_endpoint(ignored).port();
    }

    [[nodiscard]] asio::any_io_executor get_executor() { return socket_->socket.get_executor(); }

    template <class Token>
    auto async_open(Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code)>(
            [this](auto handler) { socket_->open(host_, port_, {std::move(handler), get_executor()}); },
            token);
    }

    template <class Token>
    auto async_read_some(asio::mutable_buffer room, Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code, std::size_t)>(
            [this, room](auto handler) { socket_->read(room, {std::move(handler), get_executor()}); }, token);
    }

    /// Datagrams are sent at once or not at all: one that the system has no room for is lost, as on the way.
    /// Where it listens, so is one that cannot be sent to who asked, and one that is longer than any may be:
    /// the port goes on for all others.
    template <class Token>
    auto async_write_some(asio::const_buffer octets, Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code, std::size_t)>(
            [this, octets](auto handler) {
                asio::error_code error;
                const auto count = socket_->write(octets, error);
                detail::completion<asio::error_code, std::size_t>{std::move(handler), get_executor()}.later(
                    error, count);
            },
            token);
    }

    std::size_t write_now(asio::const_buffer octets, asio::error_code& error) {
        return socket_->write(octets, error);
    }

    void close() noexcept { socket_->close(); }

private:
    std::shared_ptr<detail::udp_socket> socket_;
    std::string host_;
    std::uint16_t port_;
};

} // namespace meterlink::io
