#include <meterlink/io/udp_link.hpp>

#include <asio/ip/v6_only.hpp>

#include "resolve.hpp"

namespace meterlink::io::detail {

using asio::ip::udp;

namespace {

asio::error_code bind_to(udp::socket& socket, const udp::endpoint& where) {
    asio::error_code error;
    asio::error_code ignored;
    socket.open(where.protocol(), error);
    if (error)
        return error;
    if (where.address() == asio::ip::address_v6::any())
        socket.set_option(asio::ip::v6_only{false}, ignored);
    socket.bind(where, error);
    if (error)
        socket.close(ignored);
    else
        socket.non_blocking(true, ignored);
    return error;
}

asio::error_code connect_to(udp::socket& socket, const udp::endpoint& where) {
    asio::error_code error;
    asio::error_code ignored;
    socket.close(ignored);
    socket.connect(where, error); // opens it; for UDP this only names the peer
    if (error)
        socket.close(ignored);
    else
        socket.non_blocking(true, ignored);
    return error;
}

} // namespace

asio::error_code udp_socket::bind(const std::string& host, std::uint16_t port) {
    if (!listens_ || socket.is_open())
        return {};
    asio::error_code error;
    auto addresses = numeric<udp>(host, port);
    if (addresses.empty())
        addresses = resolver_.resolve(host, std::to_string(port), udp::resolver::passive, error);
    if (error)
        return error;
    error = asio::error::host_not_found;
    for (const auto& address : addresses)
        if (error = bind_to(socket, address.endpoint()); !error)
            return error;
    return host == "*" ? bind_to(socket, {udp::v4(), port}) : error;
}

void udp_socket::open(const std::string& host, std::uint16_t port, completion<asio::error_code> done) {
    if (listens_)
        return done.later(bind(host, port));
    close();
    if (const auto addresses = numeric<udp>(host, port); !addresses.empty())
        return done.later(connect_to(socket, addresses.begin()->endpoint()));
    done_ = std::move(done);
    resolver_.async_resolve(
        host, std::to_string(port),
        [self = shared_from_this(), attempt = attempt_](asio::error_code error, const auto& addresses) {
            if (attempt != self->attempt_)
                return;
            for (const auto& address : addresses)
                if (error = connect_to(self->socket, address.endpoint()); !error)
                    break;
            self->finish(error);
        });
}

void udp_socket::finish(asio::error_code error) {
    ++attempt_;
    auto done = std::move(done_);
    done(error);
}

void udp_socket::read(asio::mutable_buffer room, completion<asio::error_code, std::size_t> done) {
    if (!listens_)
        return socket.async_receive(room, std::move(done));
    socket.async_receive_from(
        room, coming_,
        [self = shared_from_this(), d = std::move(done)](asio::error_code error, std::size_t count) mutable {
            if (!error)
                self->sender_ = self->coming_; // what was sent before went elsewhere
            d(error, count);
        });
}

std::size_t udp_socket::write(asio::const_buffer octets, asio::error_code& error) {
    error.clear();
    if (listens_ && sender_.port() == 0)
        return octets.size(); // nobody has asked yet
    if (!listens_) {
        const auto count = socket.send(octets, 0, error);
        if (error != asio::error::would_block && error != asio::error::try_again)
            return count;
    } else {
        socket.send_to(octets, sender_, 0, error);
        if (error == asio::error::bad_descriptor)
            return 0;
        // Anything else is between this sender and here: the port is there for all others as before.
    }
    error.clear();
    return octets.size();
}

void udp_socket::close() noexcept {
    ++attempt_;
    resolver_.cancel();
    asio::error_code ignored;
    socket.close(ignored);
    sender_ = {};
    if (auto done = std::move(done_))
        done.later(asio::error::operation_aborted);
}

} // namespace meterlink::io::detail
