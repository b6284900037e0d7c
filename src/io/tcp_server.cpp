#include <meterlink/io/tcp_server.hpp>

#include <asio/ip/v6_only.hpp>

#include "resolve.hpp"

namespace meterlink::io::detail {

using asio::ip::tcp;

namespace {

asio::error_code listen_at(tcp::acceptor& acceptor, const tcp::endpoint& where) {
    asio::error_code error;
    acceptor.open(where.protocol(), error);
    if (error)
        return error;
    acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
    if (where.address() == asio::ip::address_v6::any()) {
        asio::error_code ignored; // a system that keeps the families apart listens on one
        acceptor.set_option(asio::ip::v6_only{false}, ignored);
    }
    acceptor.bind(where, error);
    if (!error)
        acceptor.listen(tcp::acceptor::max_listen_connections, error);
    if (error) {
        asio::error_code ignored;
        acceptor.close(ignored);
    }
    return error;
}

} // namespace

asio::error_code listen_tcp(tcp::acceptor& acceptor, const std::string& host, std::uint16_t port) {
    asio::error_code error;
    acceptor.close(error);
    auto addresses = numeric<tcp>(host, port);
    if (addresses.empty()) {
        tcp::resolver resolver{acceptor.get_executor()};
        addresses = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, error);
        if (error)
            return error;
    }
    error = asio::error::host_not_found;
    for (const auto& address : addresses)
        if (error = listen_at(acceptor, address.endpoint()); !error)
            return error;
    if (host == "*") // a system without IPv6
        return listen_at(acceptor, {tcp::v4(), port});
    return error;
}

} // namespace meterlink::io::detail
