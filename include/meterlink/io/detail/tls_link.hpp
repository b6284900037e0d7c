#pragma once

/// What streams under TLS are made of, without a word of OpenSSL.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <asio/any_io_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/buffer.hpp>
#include <asio/error_code.hpp>
#include <asio/ip/tcp.hpp>

#include <meterlink/io/detail/completion.hpp>
#include <meterlink/io/endpoint.hpp>

namespace meterlink::io::detail {

/// One connection under TLS, on either side. To be closed before it is let go.
class tls_link {
public:
    using done = completion<asio::error_code>;
    using counted = completion<asio::error_code, std::size_t>;

    virtual ~tls_link() = default;
    virtual asio::any_io_executor executor() = 0;
    virtual void open(done handler) = 0;
    virtual void read(asio::mutable_buffer room, counted handler) = 0;
    virtual void write(asio::const_buffer octets, counted handler) = 0;
    virtual void close() noexcept = 0;
    virtual asio::ip::tcp::endpoint peer() const noexcept = 0;
    virtual std::optional<std::string> role() const = 0;
    virtual std::string explanation() const = 0;
};

/// Certificates and keys, loaded.
class tls_context;

/// The certificates of a server; a null pointer with an error and its explanation when they cannot be loaded.
struct loaded_tls {
    std::shared_ptr<tls_context> context;
    asio::error_code error;
    std::string explanation;
};

loaded_tls load_tls_server(const tls_settings& settings);
std::shared_ptr<tls_link> make_tls_client(const asio::any_io_executor& executor, const std::string& host,
                                          std::uint16_t port, const tls_settings& settings,
                                          std::chrono::milliseconds timeout);
std::shared_ptr<tls_link> make_tls_connection(asio::ip::tcp::socket socket,
                                              std::shared_ptr<tls_context> context,
                                              std::chrono::milliseconds timeout);

/// The operations of a stream, forwarded.
class tls_stream {
public:
    explicit tls_stream(std::shared_ptr<tls_link> link) : link_{std::move(link)} {}
    tls_stream(tls_stream&&) noexcept = default;
    tls_stream& operator=(tls_stream&&) = delete;
    ~tls_stream() {
        if (link_)
            link_->close();
    }

    [[nodiscard]] asio::any_io_executor get_executor() { return link_->executor(); }

    template <class Token>
    auto async_open(Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code)>(
            [this](auto handler) { link_->open({std::move(handler), get_executor()}); }, token);
    }

    template <class Token>
    auto async_read_some(asio::mutable_buffer room, Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code, std::size_t)>(
            [this, room](auto handler) { link_->read(room, {std::move(handler), get_executor()}); }, token);
    }

    template <class Token>
    auto async_write_some(asio::const_buffer octets, Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code, std::size_t)>(
            [this, octets](auto handler) { link_->write(octets, {std::move(handler), get_executor()}); },
            token);
    }

    /// Tells the peer, as far as that costs no waiting.
    void close() noexcept { link_->close(); }

    /// The role in the certificate of the peer (Modbus/TCP Security V3.6, 1.3.6.1.4.1.50316.802.1), once the
    /// stream is open.
    [[nodiscard]] std::optional<std::string> role() const { return link_->role(); }

    /// What the error of opening cannot say: which file, or what is wrong with the certificate of the peer.
    [[nodiscard]] std::string explanation() const { return link_->explanation(); }

protected:
    std::shared_ptr<tls_link> link_;
};

} // namespace meterlink::io::detail
