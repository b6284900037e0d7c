#include <meterlink/io/tcp_client.hpp>

#include <meterlink/io/tcp_connection.hpp>

#include <asio/connect.hpp>

#include "resolve.hpp"

namespace meterlink::io::detail {

using asio::ip::tcp;

void prepare_tcp(tcp::socket& socket) noexcept {
    asio::error_code ignored;
    socket.set_option(tcp::no_delay{true}, ignored);
    socket.set_option(tcp::socket::keep_alive{true}, ignored);
    socket.non_blocking(true, ignored);
}

void tcp_connector::open(const std::string& host, std::uint16_t port, std::chrono::milliseconds timeout,
                         completion<asio::error_code> done) {
    close();
    done_ = std::move(done);
    timer_.expires_after(timeout);
    timer_.async_wait([self = shared_from_this(), attempt = attempt_](asio::error_code error) {
        if (!error && attempt == self->attempt_)
            self->finish(asio::error::timed_out);
    });
    if (auto addresses = numeric<tcp>(host, port); !addresses.empty())
        return connect(std::move(addresses));
    resolver_.async_resolve(host, std::to_string(port),
                            [self = shared_from_this(), attempt = attempt_](
                                asio::error_code error, tcp::resolver::results_type addresses) {
                                if (attempt != self->attempt_)
                                    return;
                                if (error)
                                    return self->finish(error);
                                self->connect(std::move(addresses));
                            });
}

void tcp_connector::connect(tcp::resolver::results_type addresses) {
    asio::async_connect(
        socket, addresses,
        [self = shared_from_this(), attempt = attempt_](asio::error_code error, const tcp::endpoint&) {
            if (attempt == self->attempt_)
                self->finish(error);
        });
}

void tcp_connector::finish(asio::error_code error) {
    ++attempt_;
    timer_.cancel();
    if (error) {
        resolver_.cancel();
        asio::error_code ignored;
        socket.close(ignored);
    } else {
        prepare_tcp(socket);
    }
    auto done = std::move(done_);
    done(error);
}

void tcp_connector::close() noexcept {
    ++attempt_;
    timer_.cancel();
    resolver_.cancel();
    asio::error_code ignored;
    socket.close(ignored);
    if (auto done = std::move(done_))
        done.later(asio::error::operation_aborted);
}

} // namespace meterlink::io::detail
