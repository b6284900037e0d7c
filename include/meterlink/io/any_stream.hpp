#pragma once

/// A stream of any kind, chosen at run time by an endpoint.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <asio/async_result.hpp>
#include <asio/buffer.hpp>

#include <meterlink/io/detail/completion.hpp>
#include <meterlink/io/endpoint.hpp>
#include <meterlink/io/single_client_options.hpp>
#include <meterlink/io/stream.hpp>

namespace meterlink::io {

/// The stream that an endpoint names: `serial_port`, `tcp_client`, `single_client_server`, `udp_link`,
/// `tls_client` or `replayed_line`; none for `tls_listen`, which is for servers of many clients. The types of
/// sockets stay out of the code that uses it. Each operation costs an allocation more than the stream itself.
class any_stream {
public:
    any_stream(const asio::any_io_executor& executor, const endpoint& where,
               single_client_options options = {});

    [[nodiscard]] asio::any_io_executor get_executor() const { return line_->executor(); }

    /// For what waits for peers: binds and listens at once, so that `port()` is known. Nothing for others.
    [[nodiscard]] asio::error_code listen() { return line_->listen(); }

    /// The port of this machine; 0 where there is none.
    [[nodiscard]] std::uint16_t port() const noexcept { return line_->port(); }
    [[nodiscard]] bool waits_for_peers() const noexcept { return line_->waits_for_peers(); }

    template <class Token>
    auto async_open(Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code)>(
            [this](auto handler) { line_->open({std::move(handler), get_executor()}); }, token);
    }

    template <class Token>
    auto async_read_some(asio::mutable_buffer room, Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code, std::size_t)>(
            [this, room](auto handler) { line_->read(room, {std::move(handler), get_executor()}); }, token);
    }

    template <class Token>
    auto async_write_some(asio::const_buffer octets, Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code, std::size_t)>(
            [this, octets](auto handler) { line_->write(octets, {std::move(handler), get_executor()}); },
            token);
    }

    std::size_t write_now(asio::const_buffer octets, asio::error_code& error) {
        return line_->write_now(octets, error);
    }

    /// Sets the bit rate of a serial line. The others have none, and nothing is done.
    asio::error_code set_baud_rate(std::uint32_t baud) { return line_->set_baud_rate(baud); }

    template <class Token>
    auto async_drain(Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code)>(
            [this](auto handler) { line_->drain({std::move(handler), get_executor()}); }, token);
    }

    void close() noexcept { line_->close(); }

    /// What the error code of a recording (`replayed_line`) or of `tls_client` cannot say; empty for others.
    [[nodiscard]] std::string explanation() const { return line_->explanation(); }

private:
    using done = detail::completion<asio::error_code>;
    using counted = detail::completion<asio::error_code, std::size_t>;

    struct base {
        virtual ~base() = default;
        virtual asio::any_io_executor executor() = 0;
        virtual asio::error_code listen() = 0;
        virtual std::uint16_t port() const noexcept = 0;
        virtual bool waits_for_peers() const noexcept = 0;
        virtual void open(done handler) = 0;
        virtual void read(asio::mutable_buffer room, counted handler) = 0;
        virtual void write(asio::const_buffer octets, counted handler) = 0;
        virtual std::size_t write_now(asio::const_buffer octets, asio::error_code& error) = 0;
        virtual asio::error_code set_baud_rate(std::uint32_t baud) = 0;
        virtual void drain(done handler) = 0;
        virtual void close() noexcept = 0;
        virtual std::string explanation() const = 0;
    };

    template <class Stream>
    struct model;

    static std::unique_ptr<base> make(const asio::any_io_executor& executor, const endpoint& where,
                                      single_client_options options);

    std::unique_ptr<base> line_;
};

} // namespace meterlink::io
