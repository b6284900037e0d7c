#include <meterlink/io/udp_link.hpp>

#include <array>
#include <optional>
#include <string>

#include <asio/io_context.hpp>

#include "io/scripted_peer.hpp"
#include "support/catch.hpp"

using namespace meterlink::io;
using namespace meterlink::test;

namespace {

asio::error_code opened(asio::io_context& context, udp_link& link) {
    std::optional<asio::error_code> out;
    link.async_open([&](asio::error_code error) { out = error; });
    REQUIRE_FALSE(out);
    REQUIRE(run_until(context, [&] { return out.has_value(); }));
    return *out;
}

std::string next(asio::io_context& context, udp_link& link) {
    std::array<char, 64> room{};
    std::optional<std::string> text;
    link.async_read_some(asio::buffer(room), [&](asio::error_code error, std::size_t count) {
        text = error ? error.message() : std::string(room.data(), count);
    });
    REQUIRE(run_until(context, [&] { return text.has_value(); }));
    return *text;
}

void send(udp_link& link, const std::string& text) {
    asio::error_code error;
    CHECK(link.write_now(asio::buffer(text), error) == text.size());
    CHECK_FALSE(error);
}

} // namespace

TEST_CASE("datagrams go to a peer and its answers come back to who asked last") {
    asio::io_context context;
    udp_link server{context.get_executor(), "127.0.0.1", 0, true};
    REQUIRE_FALSE(server.listen());
    CHECK_FALSE(opened(context, server));
    send(server, "to nobody");
    udp_link client{context.get_executor(), "127.0.0.1", server.port()};
    REQUIRE_FALSE(opened(context, client));
    send(client, "ask");
    CHECK(next(context, server) == "ask");
    send(server, "answer");
    CHECK(next(context, client) == "answer");
    udp_link by_name{context.get_executor(), "localhost", server.port()};
    CHECK_FALSE(opened(context, by_name));
    CHECK(by_name.port() != 0);
}

TEST_CASE("what is written goes to who sent what was read and not to who sent meanwhile") {
    asio::io_context context;
    udp_link server{context.get_executor(), "127.0.0.1", 0, true};
    REQUIRE_FALSE(server.listen());
    udp_link one{context.get_executor(), "127.0.0.1", server.port()};
    udp_link two{context.get_executor(), "127.0.0.1", server.port()};
    REQUIRE_FALSE(opened(context, one));
    REQUIRE_FALSE(opened(context, two));
    send(one, "first");
    CHECK(next(context, server) == "first");
    send(two, "second");
    std::array<char, 64> room{};
    bool has_come = false;
    server.async_read_some(asio::buffer(room), [&](asio::error_code, std::size_t) { has_come = true; });
    send(server, "to the first"); // the second has come, but nobody has seen it yet
    CHECK(next(context, one) == "to the first");
    REQUIRE(run_until(context, [&] { return has_come; }));
    send(server, "to the second");
    CHECK(next(context, two) == "to the second");
}

TEST_CASE("an answer that is too long for a datagram is lost and the port goes on") {
    asio::io_context context;
    udp_link server{context.get_executor(), "127.0.0.1", 0, true};
    REQUIRE_FALSE(server.listen());
    udp_link client{context.get_executor(), "127.0.0.1", server.port()};
    REQUIRE_FALSE(opened(context, client));
    send(client, "ask");
    CHECK(next(context, server) == "ask");
    const std::string too_long(65508, 'x');
    send(server, too_long);
    send(server, "answer");
    CHECK(next(context, client) == "answer");
    asio::error_code error;
    client.write_now(asio::buffer(too_long), error);
    CHECK(error == asio::error::message_size); // a link with one peer tells it
    server.close();
    server.write_now(asio::buffer(too_long), error);
    CHECK_FALSE(error); // nobody has asked since
}

TEST_CASE("a write of a UDP link completes and closing ends a read") {
    asio::io_context context;
    udp_link server{context.get_executor(), "127.0.0.1", 0, true};
    REQUIRE_FALSE(server.listen());
    udp_link client{context.get_executor(), "127.0.0.1", server.port()};
    REQUIRE_FALSE(opened(context, client));
    std::size_t written = 0;
    client.async_write_some(asio::buffer("abc", 3),
                            [&](asio::error_code, std::size_t count) { written = count; });
    CHECK(next(context, server) == "abc");
    CHECK(written == 3);

    std::optional<asio::error_code> ended;
    std::array<char, 4> room{};
    server.async_read_some(asio::buffer(room), [&](asio::error_code error, std::size_t) { ended = error; });
    server.close();
    REQUIRE(run_until(context, [&] { return ended.has_value(); }));
    CHECK(*ended == asio::error::operation_aborted);
}

TEST_CASE("a UDP port in use and an unknown name are told") {
    asio::io_context context;
    udp_link first{context.get_executor(), "127.0.0.1", 0, true};
    REQUIRE_FALSE(first.listen());
    udp_link second{context.get_executor(), "127.0.0.1", first.port(), true};
    CHECK(opened(context, second) == asio::error::address_in_use);
    udp_link unknown{context.get_executor(), "a name with spaces is none", 1};
    CHECK(opened(context, unknown));
}
