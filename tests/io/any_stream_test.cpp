#include <meterlink/io/any_stream.hpp>

#include <array>
#include <optional>
#include <string>

#include <asio/io_context.hpp>

#include "io/scripted_peer.hpp"
#include "support/catch.hpp"

using namespace meterlink::io;
using namespace meterlink::test;

namespace {

any_stream line_at(asio::io_context& context, const std::string& where) {
    return {context.get_executor(), endpoint::parse(where).value()};
}

void carries_octets(asio::io_context& context, any_stream& from, any_stream& to) {
    std::array<char, 16> room{};
    std::size_t got = 0;
    std::size_t written = 0;
    to.async_read_some(asio::buffer(room), [&](asio::error_code, std::size_t count) { got = count; });
    from.async_write_some(asio::buffer("abc", 3),
                          [&](asio::error_code, std::size_t count) { written = count; });
    REQUIRE(run_until(context, [&] { return got > 0 && written > 0; }));
    CHECK(std::string(room.data(), got) == "abc");
    CHECK(written == 3);
}

} // namespace

TEST_CASE("an endpoint of each network kind becomes its stream") {
    for (const std::string kind : {"tcp", "udp"}) {
        asio::io_context context;
        auto server = line_at(context, kind + "-listen://127.0.0.1:0");
        REQUIRE_FALSE(server.listen());
        CHECK(server.waits_for_peers() == (kind == "tcp"));
        auto client = line_at(context, kind + "://127.0.0.1:" + std::to_string(server.port()));
        int open = 0;
        const auto count = [&](asio::error_code error) { open += error ? 0 : 1; };
        server.async_open(count);
        client.async_open(count);
        REQUIRE(run_until(context, [&] { return open == 2; }));
        carries_octets(context, client, server);
        carries_octets(context, server, client);
        CHECK_FALSE(client.set_baud_rate(300));
        client.async_drain(count);
        REQUIRE(run_until(context, [&] { return open == 3; }));
        client.close();
    }
}

TEST_CASE("an endpoint of a device becomes a serial port with its settings") {
    asio::io_context context;
    auto peer = scripted_peer::pty(context);
    peer.expect({'x'}).start();
    auto line = line_at(context, "serial:" + peer.path() + "?baud=9600&parity=none");
    CHECK_FALSE(line.waits_for_peers());
    CHECK(line.port() == 0);
    bool open = false;
    line.async_open([&](asio::error_code error) { open = !error; });
    REQUIRE(run_until(context, [&] { return open; }));
    asio::error_code error;
    CHECK(line.write_now(asio::buffer("x", 1), error) == 1);
    CHECK_FALSE(line.set_baud_rate(300));
    REQUIRE(run_until(context, [&] { return peer.done(); }));
    CHECK(peer.failure().empty());
}
