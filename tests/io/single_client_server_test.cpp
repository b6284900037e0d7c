#include <meterlink/io/single_client_server.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include <meterlink/io/driver.hpp>

#include "io/request_session.hpp"
#include "io/scripted_peer.hpp"
#include "support/catch.hpp"

using namespace meterlink::io;
using namespace meterlink::test;
using asio::ip::tcp;

namespace {

tcp::endpoint at(const single_client_server& server) {
    return {asio::ip::address_v4::loopback(), server.port()};
}

std::string everything_from(asio::io_context& context, tcp::socket& socket) {
    std::string text;
    std::array<char, 256> room{};
    bool ended = false;
    const std::function<void()> more = [&] {
        socket.async_read_some(asio::buffer(room), [&](asio::error_code error, std::size_t count) {
            text.append(room.data(), count);
            ended = bool(error);
            if (!ended)
                more();
        });
    };
    more();
    REQUIRE(run_until(context, [&] { return ended; }));
    return text;
}

} // namespace

TEST_CASE("one client is served and a second one is told why it is not") {
    asio::io_context context;
    std::vector<refused_client> refused;
    single_client_options options;
    options.on_refused = [&](const refused_client& who) { refused.push_back(who); };
    single_client_server server{context.get_executor(), "127.0.0.1", 0, options};
    REQUIRE_FALSE(server.listen());
    bool open = false;
    server.async_open([&](asio::error_code error) { open = !error; });

    tcp::socket first{context};
    first.connect(at(server));
    REQUIRE(run_until(context, [&] { return open; }));
    const auto name = "127.0.0.1:" + std::to_string(first.local_endpoint().port());

    tcp::socket second{context};
    second.connect(at(server));
    second.send(asio::buffer("impatient", 9)); // sent before the refusal was read
    CHECK(everything_from(context, second) == "busy: " + name + " is connected, one client at a time\r\n");
    REQUIRE(refused.size() == 1);
    CHECK(refused[0].connected == name);
    CHECK(refused[0].peer == "127.0.0.1:" + std::to_string(second.local_endpoint().port()));

    asio::error_code error;
    CHECK(server.write_now(asio::buffer("x", 1), error) == 1);
    std::array<char, 4> room{};
    CHECK(first.receive(asio::buffer(room)) == 1);
}

TEST_CASE("the next client is taken when the first has left also one that came in between") {
    asio::io_context context;
    single_client_server server{context.get_executor(), "127.0.0.1", 0};
    REQUIRE_FALSE(server.listen());
    for (int round = 0; round < 3; ++round) {
        tcp::socket client{context};
        client.connect(at(server));
        bool open = false;
        server.async_open([&](asio::error_code error) { open = !error; });
        REQUIRE(run_until(context, [&] { return open; }));
        client.close();
        std::array<char, 4> room{};
        std::optional<asio::error_code> read;
        server.async_read_some(asio::buffer(room),
                               [&](asio::error_code error, std::size_t) { read = error; });
        REQUIRE(run_until(context, [&] { return read.has_value(); }));
        CHECK(*read == asio::error::eof);
        server.close();
    }
}

TEST_CASE("a port that cannot be listened on and a server that is gone are told") {
    asio::io_context context;
    std::optional<asio::error_code> taken;
    std::optional<asio::error_code> gone;
    {
        single_client_server server{context.get_executor(), "127.0.0.1", 0};
        REQUIRE_FALSE(server.listen());
        single_client_server other{context.get_executor(), "127.0.0.1", server.port()};
        other.async_open([&](asio::error_code error) { taken = error; });
        server.async_open([&](asio::error_code error) { gone = error; });
    }
    context.run();
    CHECK(taken == asio::error_code{asio::error::address_in_use});
    CHECK(gone == asio::error_code{asio::error::operation_aborted});
}

TEST_CASE("a driver on a port serves one client after the other") {
    asio::io_context context;
    single_client_server server{context.get_executor(), "127.0.0.1", 0};
    REQUIRE_FALSE(server.listen());
    const auto where = at(server);
    driver serving{std::move(server), request_session{}};
    std::vector<link_event> links;
    serving.on_event([&](const auto& event) {
        if (const auto* link = std::get_if<0>(&event))
            links.push_back(*link);
    });
    serving.start();
    for (std::size_t round = 0; round < 3; ++round) {
        tcp::socket client{context};
        client.connect(where);
        client.send(asio::buffer("x", 1));
        REQUIRE(run_until(context, [&] { return serving.peer().stray == int(round) + 1; }));
        client.close();
        REQUIRE(run_until(context, [&] { return links.size() == 2 * round + 2; }));
        CHECK(links.back().why == link_loss::closed_by_peer);
    }
}
