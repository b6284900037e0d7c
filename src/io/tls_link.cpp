#include <meterlink/io/detail/tls_link.hpp>

#include <utility>

#include <openssl/x509.h>

#include <asio/error.hpp>
#include <asio/ssl/error.hpp>
#include <asio/ssl/stream.hpp>
#include <asio/steady_timer.hpp>

#include <meterlink/io/tcp_client.hpp>
#include <meterlink/io/tcp_connection.hpp>

#include "tls_context.hpp"

namespace meterlink::io::detail {
namespace {

using asio::ip::tcp;
using tls_socket = asio::ssl::stream<tcp::socket>;
using std::chrono::steady_clock;

/// A peer that goes without a word of TLS has gone. Modbus frames have lengths of their own.
asio::error_code plain(const asio::error_code& error) {
    return error == asio::ssl::error::stream_truncated ? asio::error_code{asio::error::eof} : error;
}

/// What both sides have in common: the handshake, and what follows.
class tls_half : public tls_link, public std::enable_shared_from_this<tls_half> {
public:
    explicit tls_half(const asio::any_io_executor& executor) : executor_{executor}, timer_{executor} {}

    asio::any_io_executor executor() override { return executor_; }

    void read(asio::mutable_buffer room, counted handler) override {
        if (!line_)
            return handler.later(asio::error::not_connected, 0);
        line_->async_read_some(room, [line = line_, done = std::move(handler)](asio::error_code error,
                                                                               std::size_t count) mutable {
            done(plain(error), count);
        });
    }

    void write(asio::const_buffer octets, counted handler) override {
        if (!line_)
            return handler.later(asio::error::not_connected, 0);
        is_writing_ = true;
        line_->async_write_some(octets, [self = shared_from_this(), line = line_, done = std::move(handler)](
                                            asio::error_code error, std::size_t count) mutable {
            if (line == self->line_)
                self->is_writing_ = false;
            done(plain(error), count);
        });
    }

    void close() noexcept override {
        ++attempt_;
        timer_.cancel();
        if (const auto line = std::exchange(line_, nullptr)) {
            asio::error_code ignored;
            if (is_open_ && !is_writing_)
                line->shutdown(ignored); // the socket does not block
            line->lowest_layer().close(ignored);
        }
        is_open_ = is_writing_ = false;
        if (auto waiting = std::move(done_))
            waiting.later(asio::error::operation_aborted);
    }

    tcp::endpoint peer() const noexcept override {
        asio::error_code ignored;
        return line_ ? line_->lowest_layer().remote_endpoint(ignored) : tcp::endpoint{};
    }
    std::optional<std::string> role() const override { return role_; }
    std::string explanation() const override { return explanation_; }

protected:
    void expect_until(steady_clock::time_point deadline) {
        timer_.expires_at(deadline);
        timer_.async_wait([self = shared_from_this(), attempt = attempt_](asio::error_code error) {
            if (!error && attempt == self->attempt_)
                self->finish(asio::error::timed_out);
        });
    }

    void shake_hands(tls_socket::handshake_type side) {
        line_->async_handshake(
            side, [self = shared_from_this(), line = line_, attempt = attempt_](asio::error_code error) {
                if (attempt == self->attempt_)
                    self->finish(self->judge(error));
            });
    }

    virtual void finish(asio::error_code error) {
        ++attempt_;
        timer_.cancel();
        is_open_ = !error;
        if (error && line_) {
            asio::error_code ignored;
            line_->lowest_layer().close(ignored);
            line_.reset();
        }
        if (auto waiting = std::move(done_))
            waiting(error);
    }

    asio::any_io_executor executor_;
    asio::steady_timer timer_;
    std::shared_ptr<tls_socket> line_;
    done done_;
    std::string explanation_;
    std::uint64_t attempt_ = 0; ///< Tells handlers of an attempt that is over from those of this one.
    bool is_open_ = false;

private:
    asio::error_code judge(asio::error_code error) {
        auto* const session = line_->native_handle();
        role_.reset();
        explanation_.clear();
        if (error) {
            if (const auto verdict = SSL_get_verify_result(session); verdict != X509_V_OK)
                explanation_ = X509_verify_cert_error_string(verdict);
            return plain(error);
        }
        auto found = role_of_peer(session);
        if (found.is_malformed) {
            explanation_ = "the role in the certificate is not one UTF8String";
            return asio::error::access_denied;
        }
        role_ = std::move(found.role);
        return {};
    }

    std::optional<std::string> role_;
    bool is_writing_ = false;
};

class tls_caller final : public tls_half {
public:
    tls_caller(const asio::any_io_executor& executor, std::string host, std::uint16_t port,
               tls_settings settings, std::chrono::milliseconds timeout)
        : tls_half{executor}, connector_{std::make_shared<tcp_connector>(executor)}, host_{std::move(host)},
          port_{port}, settings_{std::move(settings)}, timeout_{timeout} {}

    void open(done handler) override {
        close();
        auto loaded = load_tls_client(settings_);
        explanation_ = std::move(loaded.explanation);
        if (loaded.error)
            return handler.later(loaded.error);
        context_ = std::move(loaded.context);
        done_ = std::move(handler);
        expect_until(steady_clock::now() + timeout_);
        const auto connected = [self = shared_from_this(), this, attempt = attempt_](asio::error_code error) {
            if (attempt != attempt_)
                return;
            if (error)
                return finish(error);
            begin();
        };
        connector_->open(host_, port_, timeout_, {connected, executor_});
    }

    void close() noexcept override {
        connector_->close();
        tls_half::close();
    }

private:
    void begin() {
        line_ = std::make_shared<tls_socket>(std::move(connector_->socket), context_->it);
        connector_->socket = tcp::socket{executor_};
        if (!expect_name(line_->native_handle(), settings_.name.empty() ? host_ : settings_.name))
            return finish(asio::error::invalid_argument);
        shake_hands(tls_socket::client);
    }

    void finish(asio::error_code error) override {
        if (error)
            connector_->close();
        tls_half::finish(error);
    }

    std::shared_ptr<tcp_connector> connector_;
    std::shared_ptr<tls_context> context_;
    std::string host_;
    std::uint16_t port_;
    tls_settings settings_;
    std::chrono::milliseconds timeout_;
};

class tls_called final : public tls_half {
public:
    tls_called(tcp::socket socket, std::shared_ptr<tls_context> context, std::chrono::milliseconds timeout)
        : tls_half{socket.get_executor()}, context_{std::move(context)}, timeout_{timeout} {
        if (!socket.is_open() || !context_)
            return;
        prepare_tcp(socket);
        line_ = std::make_shared<tls_socket>(std::move(socket), context_->it);
    }

    void open(done handler) override {
        if (!line_)
            return handler.later(asio::error::not_connected);
        done_ = std::move(handler);
        expect_until(steady_clock::now() + timeout_);
        shake_hands(tls_socket::server);
    }

private:
    std::shared_ptr<tls_context> context_;
    std::chrono::milliseconds timeout_;
};

} // namespace

std::shared_ptr<tls_link> make_tls_client(const asio::any_io_executor& executor, const std::string& host,
                                          std::uint16_t port, const tls_settings& settings,
                                          std::chrono::milliseconds timeout) {
    return std::make_shared<tls_caller>(executor, host, port, settings, timeout);
}

std::shared_ptr<tls_link> make_tls_connection(tcp::socket socket, std::shared_ptr<tls_context> context,
                                              std::chrono::milliseconds timeout) {
    return std::make_shared<tls_called>(std::move(socket), std::move(context), timeout);
}

} // namespace meterlink::io::detail
