#include <meterlink/io/single_client_server.hpp>

#include <array>
#include <chrono>
#include <optional>

#include <meterlink/io/tcp_connection.hpp>
#include <meterlink/io/tcp_server.hpp>

#include <asio/steady_timer.hpp>
#include <asio/write.hpp>

#include "peer_text.hpp"

namespace meterlink::io::detail {

using asio::ip::tcp;

namespace {

std::string text_of(const tcp::socket& socket) {
    asio::error_code error;
    const auto peer = socket.remote_endpoint(error);
    return error ? "a client" : to_text(peer);
}

/// Tells a client why it is refused, and closes once it has left or a second is over. Closing at once would
/// take the reason back where the client has already sent something.
class farewell : public std::enable_shared_from_this<farewell> {
public:
    farewell(tcp::socket socket, std::string reason)
        : socket_{std::move(socket)}, timer_{socket_.get_executor()}, reason_{std::move(reason)} {}

    void say() {
        timer_.expires_after(std::chrono::seconds{1});
        timer_.async_wait([self = shared_from_this()](asio::error_code) { self->close(); });
        asio::async_write(socket_, asio::buffer(reason_),
                          [self = shared_from_this()](asio::error_code, std::size_t) {
                              asio::error_code ignored;
                              self->socket_.shutdown(tcp::socket::shutdown_send, ignored);
                              self->swallow();
                          });
    }

    void close() {
        asio::error_code ignored;
        socket_.close(ignored);
        timer_.cancel();
    }

private:
    void swallow() {
        socket_.async_read_some(asio::buffer(room_),
                                [self = shared_from_this()](asio::error_code error, std::size_t) {
                                    if (error)
                                        self->close();
                                    else
                                        self->swallow();
                                });
    }

    tcp::socket socket_;
    asio::steady_timer timer_;
    std::string reason_;
    std::array<char, 256> room_{};
};

} // namespace

class single_client_acceptor : public std::enable_shared_from_this<single_client_acceptor> {
public:
    single_client_acceptor(const asio::any_io_executor& executor, std::string host, std::uint16_t port,
                           single_client_options options)
        : client{executor}, next_{executor}, acceptor_{executor}, retry_{executor}, host_{std::move(host)},
          port_{port}, options_{std::move(options)} {}

    asio::error_code listen() {
        if (acceptor_.is_open())
            return {};
        const auto error = listen_tcp(acceptor_, host_, port_);
        if (!error)
            accept();
        return error;
    }

    void open(completion<asio::error_code> done) {
        close_client();
        if (const auto error = listen()) {
            done.later(error);
        } else if (next_.is_open()) {
            client = std::move(next_);
            next_ = tcp::socket{acceptor_.get_executor()};
            done.later({});
        } else {
            done_ = std::move(done);
        }
    }

    void close_client() noexcept {
        asio::error_code ignored;
        client.close(ignored);
        if (auto done = std::move(done_))
            done.later(asio::error::operation_aborted);
    }

    void close_all() noexcept {
        asio::error_code ignored;
        acceptor_.close(ignored);
        next_.close(ignored);
        retry_.cancel();
        options_.on_refused = nullptr;
        close_client();
    }

    std::uint16_t port() const noexcept {
        asio::error_code ignored;
        return acceptor_.local_endpoint(ignored).port();
    }

    tcp::socket client;

private:
    void accept() {
        acceptor_.async_accept([self = shared_from_this()](asio::error_code error, tcp::socket socket) {
            if (!self->acceptor_.is_open())
                return;
            if (error)
                return self->accept_later();
            self->take(std::move(socket));
            self->accept();
        });
    }

    /// When the process is out of descriptors, say, trying again at once would only burn time.
    void accept_later() {
        retry_.expires_after(std::chrono::milliseconds{100});
        retry_.async_wait([self = shared_from_this()](asio::error_code error) {
            if (!error && self->acceptor_.is_open())
                self->accept();
        });
    }

    void take(tcp::socket socket) {
        if (client.is_open() || next_.is_open())
            return refuse(std::move(socket));
        prepare_tcp(socket);
        if (auto done = std::move(done_)) {
            client = std::move(socket);
            done({});
        } else {
            next_ = std::move(socket);
        }
    }

    void refuse(tcp::socket socket) {
        const auto served = text_of(client.is_open() ? client : next_);
        const refused_client who{text_of(socket), served};
        auto reason = options_.refusal;
        if (const auto place = reason.find("%s"); place != std::string::npos)
            reason.replace(place, 2, served);
        std::make_shared<farewell>(std::move(socket), std::move(reason))->say();
        if (const auto tell = options_.on_refused)
            tell(who);
    }

    tcp::socket next_; ///< A client that came between two calls of `open`.
    tcp::acceptor acceptor_;
    asio::steady_timer retry_;
    std::string host_;
    std::uint16_t port_;
    single_client_options options_;
    completion<asio::error_code> done_;
};

single_client_parts make_single_client(const asio::any_io_executor& executor, std::string host,
                                       std::uint16_t port, single_client_options options) {
    auto acceptor =
        std::make_shared<single_client_acceptor>(executor, std::move(host), port, std::move(options));
    auto* const client = &acceptor->client;
    return {std::move(acceptor), client};
}

asio::error_code listen(single_client_acceptor& acceptor) { return acceptor.listen(); }
std::uint16_t port(const single_client_acceptor& acceptor) noexcept { return acceptor.port(); }
void open(single_client_acceptor& acceptor, completion<asio::error_code> done) {
    acceptor.open(std::move(done));
}
void close_client(single_client_acceptor& acceptor) noexcept { acceptor.close_client(); }
void close_all(single_client_acceptor& acceptor) noexcept { acceptor.close_all(); }

} // namespace meterlink::io::detail
