#include <meterlink/io/tcp_server.hpp>

#include <array>
#include <optional>
#include <string>

#include <asio/io_context.hpp>

#include <meterlink/io/tcp_client.hpp>

#include "io/scripted_peer.hpp"
#include "support/catch.hpp"

using namespace meterlink::io;
using namespace meterlink::test;

TEST_CASE("a TCP server accepts clients and a connection carries octets") {
    asio::io_context context;
    tcp_server server{context.get_executor()};
    CHECK(server.port() == 0);
    REQUIRE_FALSE(server.listen("127.0.0.1", 0));
    CHECK(server.port() != 0);
    tcp_client client{context.get_executor(), "127.0.0.1", server.port()};
    std::optional<tcp_connection> accepted;
    bool connected = false;
    server.async_accept([&](asio::error_code error, tcp_connection connection) {
        REQUIRE_FALSE(error);
        accepted.emplace(std::move(connection));
    });
    client.async_open([&](asio::error_code error) { connected = !error; });
    REQUIRE(run_until(context, [&] { return accepted && connected; }));
    CHECK(accepted->peer().address().is_loopback());

    asio::error_code error;
    const std::string text = "hello";
    CHECK(client.write_now(asio::buffer(text), error) == text.size());
    std::array<char, 16> room{};
    std::size_t count = 0;
    accepted->async_read_some(asio::buffer(room), [&](asio::error_code, std::size_t n) { count = n; });
    REQUIRE(run_until(context, [&] { return count > 0; }));
    CHECK(std::string(room.data(), count) == text);
}

TEST_CASE("a port in use is told and every interface can be listened on") {
    asio::io_context context;
    tcp_server first{context.get_executor()};
    REQUIRE_FALSE(first.listen("*", 0));
    tcp_server second{context.get_executor()};
    CHECK(second.listen("*", first.port()) == asio::error::address_in_use);
    CHECK(second.port() == 0);
    tcp_client client{context.get_executor(), "127.0.0.1", first.port()};
    std::optional<asio::error_code> outcome;
    client.async_open([&](asio::error_code error) { outcome = error; });
    REQUIRE(run_until(context, [&] { return outcome.has_value(); }));
    CHECK_FALSE(*outcome);
}

TEST_CASE("closing a server ends the wait for a client") {
    asio::io_context context;
    tcp_server server{context.get_executor()};
    REQUIRE_FALSE(server.listen("localhost", 0));
    std::optional<asio::error_code> outcome;
    server.async_accept([&](asio::error_code error, tcp_connection) { outcome = error; });
    server.close();
    REQUIRE(run_until(context, [&] { return outcome.has_value(); }));
    CHECK(*outcome == asio::error::operation_aborted);
}
