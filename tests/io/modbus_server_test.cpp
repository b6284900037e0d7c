#include <meterlink/io/modbus_server.hpp>

#include <algorithm>
#include <chrono>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/ip/udp.hpp>
#include <asio/write.hpp>

#include <meterlink/modbus/write_single_register.hpp>

#include "io/modbus_clients.hpp"
#include "io/scripted_peer.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::io;
using namespace meterlink::test;
using namespace meterlink::test::literals;
using namespace std::chrono_literals;

namespace {

using modbus::register_table;

/// Ten holding registers of unit 1 that hold their address times ten, those from 5 on writable.
struct served {
    explicit served(const std::string& where = "tcp-listen://127.0.0.1:0", modbus_server_options how = {}) {
        auto& unit = space.unit(1);
        REQUIRE(unit.add({register_table::holding_registers, 0, 5}));
        REQUIRE(unit.add({register_table::holding_registers, 5, 5}, modbus::access::writable));
        for (std::uint16_t i = 0; i < 10; ++i)
            REQUIRE(unit.set_register({register_table::holding_registers, i}, std::uint16_t(10 * i)));
        how.on_client = [this](const client_event& event) { clients.push_back(event); };
        how.on_event = [this](const served_client&, const modbus::server_event& event) {
            events.push_back(event);
        };
        server.emplace(context.get_executor(), endpoint::parse(where, usual_modbus_line).value(), space, how);
        REQUIRE_FALSE(server->start());
    }

    [[nodiscard]] std::string where(const std::string& options = {}) const {
        return "tcp://127.0.0.1:" + std::to_string(server->port()) + options;
    }
    [[nodiscard]] auto count(client_change what) const {
        return std::ranges::count(clients, what, &client_event::what);
    }

    asio::io_context context;
    modbus::register_space space;
    std::vector<client_event> clients;
    std::vector<modbus::server_event> events;
    std::optional<modbus_server> server;
};

} // namespace

TEST_CASE("several clients are served the same registers and see what another one has written") {
    served it;
    std::list<modbus_client_at> clients;
    for (int i = 0; i < 5; ++i)
        clients.emplace_back(it.context, it.where());
    for (auto& client : clients)
        CHECK(client.holding_register(1, 3) == 30);
    CHECK(it.server->clients() == 5);
    CHECK(it.count(client_change::came) == 5);
    CHECK(it.clients[0].who.peer.starts_with("127.0.0.1:"));
    CHECK_FALSE(it.clients[0].who.role);

    CHECK(clients.front().answer(1, modbus::write_single_register_request{6, 4711}));
    CHECK(clients.back().holding_register(1, 6) == 4711);
    REQUIRE(it.events.size() == 1);
    CHECK(std::get<modbus::values_written>(it.events[0]).registers()[0] == 4711);
    CHECK(clients.front().answer(1, modbus::write_single_register_request{1, 1}).exception ==
          modbus::exception_code::illegal_data_address);

    clients.pop_front();
    REQUIRE(run_until(it.context, [&] { return it.count(client_change::left) == 1; }));
    CHECK(it.server->clients() == 4);
}

TEST_CASE("a client for whom there is no place is closed and there is one again when another has left") {
    modbus_server_options how;
    how.most_clients = 2;
    served it{"tcp-listen://127.0.0.1:0", how};
    std::list<modbus_client_at> clients;
    for (int i = 0; i < 2; ++i)
        CHECK(clients.emplace_back(it.context, it.where()).holding_register(1, 1) == 10);
    modbus_client_at third{it.context, it.where("?retry=5ms..20ms")};
    REQUIRE(run_until(it.context, [&] { return it.count(client_change::refused) > 0 && third.was_lost(); }));
    CHECK(it.server->clients() == 2);
    CHECK(it.clients.back().why == std::errc::connection_refused);
    CHECK(clients.front().holding_register(1, 2) == 20);
    clients.pop_front();
    CHECK(run_until(it.context, [&] { return it.count(client_change::came) == 3; }));
    CHECK(third.holding_register(1, 4) == 40);
}

TEST_CASE("a client that is silent makes room for another and one that is not does not") {
    modbus_server_options how;
    how.most_clients = 2;
    how.replaceable_after = 60ms;
    served it{"tcp-listen://127.0.0.1:0", how};
    modbus_client_at idle{it.context, it.where("?retry=off")};
    CHECK(idle.holding_register(1, 1) == 10);
    modbus_client_at busy{it.context, it.where("?retry=off")};
    const auto begin = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() < begin + 80ms)
        REQUIRE(busy.holding_register(1, 2) == 20);
    modbus_client_at newcomer{it.context, it.where("?retry=off")};
    CHECK(newcomer.holding_register(1, 3) == 30);
    REQUIRE(run_until(it.context, [&] { return idle.was_lost(); }));
    REQUIRE(it.count(client_change::left) == 1);
    const auto left = std::ranges::find(it.clients, client_change::left, &client_event::what);
    CHECK(left->why == std::errc::device_or_resource_busy);
    CHECK(left->who.number == 1);
    CHECK(busy.holding_register(1, 2) == 20);
    CHECK(it.server->clients() == 2);
    CHECK(it.count(client_change::refused) == 0);
}

TEST_CASE("octets of one datagram do not spoil the next one") {
    for (const auto* framing : {"tcp", "rtu", "ascii"}) {
        served it{std::string{"udp-listen://127.0.0.1:0?framing="} + framing};
        REQUIRE(run_until(it.context, [&] { return it.count(client_change::came) == 1; }));
        const auto where = "udp://127.0.0.1:" + std::to_string(it.server->port()) + "?framing=" + framing;
        asio::ip::udp::socket noise{it.context};
        noise.connect({asio::ip::address_v4::loopback(), it.server->port()});
        modbus_client_at client{it.context, where};
        modbus_client_at other{it.context, where};
        for (int i = 0; i < 3; ++i) {
            noise.send(asio::buffer("\0\1\0\0\0\6\1\3\0", 9)); // the beginning of a request
            noise.send(asio::buffer("\1", 1));
            noise.send(asio::buffer(":0103", 5));
            CHECK(client.holding_register(1, 7) == 70);
            CHECK(other.holding_register(1, 8) == 80);
        }
        CHECK(it.clients.size() == 1); // nobody was given up
        CHECK(std::ranges::any_of(
            it.events, [](const auto& event) { return std::holds_alternative<modbus::garbage>(event); }));
    }
}

TEST_CASE("a datagram that asks for more than one holds gets no answer and takes nothing from others") {
    served it{"udp-listen://127.0.0.1:0"};
    REQUIRE(it.space.unit(1).add({register_table::holding_registers, 100, 125}));
    REQUIRE(run_until(it.context, [&] { return it.count(client_change::came) == 1; }));
    asio::ip::udp::socket greedy{it.context};
    greedy.connect({asio::ip::address_v4::loopback(), it.server->port()});
    greedy.non_blocking(true);
    modbus_client_at client{it.context, "udp://127.0.0.1:" + std::to_string(it.server->port())};
    const auto asked = "00 01 00 00 00 06 01 03 00 64 00 7D"_octets; // answered with 259 octets
    std::vector<std::uint8_t> room(70000);
    const auto answered = [&](int requests) -> std::size_t {
        std::vector<std::uint8_t> datagram;
        for (int i = 0; i < requests; ++i)
            datagram.insert(datagram.end(), asked.begin(), asked.end());
        greedy.send(asio::buffer(datagram));
        CHECK(client.holding_register(1, 7) == 70); // which is handled after it
        asio::error_code none;
        const auto count = greedy.receive(asio::buffer(room), 0, none);
        return none ? 0 : count;
    };
    CHECK(answered(252) == 252 * 259);
    CHECK(answered(253) == 0);
    CHECK(answered(260) == 0);
    CHECK(answered(1) == 259);
    CHECK(it.clients.size() == 1); // the port was never lost
}

TEST_CASE("a client that talks nonsense is given up and those beside it do not notice") {
    served it;
    modbus_client_at good{it.context, it.where()};
    CHECK(good.holding_register(1, 1) == 10);
    auto bad = asio::ip::tcp::socket{it.context};
    bad.connect({asio::ip::address_v4::loopback(), it.server->port()});
    asio::write(bad, asio::buffer("GET / HTTP/1.1\r\n\r\n", 18));
    REQUIRE(run_until(it.context, [&] { return it.count(client_change::given_up) == 1; }));
    CHECK(std::ranges::any_of(
        it.events, [](const auto& event) { return std::holds_alternative<modbus::garbage>(event); }));
    CHECK(good.holding_register(1, 2) == 20);
    CHECK_FALSE(good.was_lost());
}

TEST_CASE("a client that says nothing for too long is let go") {
    served it{"tcp-listen://127.0.0.1:0?idle=30ms"};
    modbus_client_at client{it.context, it.where("?retry=off")};
    CHECK(client.holding_register(1, 1) == 10);
    REQUIRE(run_until(it.context, [&] { return it.count(client_change::left) == 1; }));
    CHECK(run_until(it.context, [&] { return client.was_lost(); }));
}

TEST_CASE("a server speaks RTU over TCP and on a serial line where its endpoint says so") {
    served far{"tcp-listen://127.0.0.1:0?framing=rtu"};
    modbus_client_at client{far.context, far.where("?framing=rtu")};
    CHECK(client.holding_register(1, 7) == 70);

    auto peer = scripted_peer::pty(far.context);
    peer.reply("01 03 00 07 00 01 35 CB"_octets).expect("01 03 02 00 46 39 B6"_octets);
    modbus_server near{far.context.get_executor(),
                       endpoint::parse("serial:" + peer.path(), usual_modbus_line).value(), far.space};
    REQUIRE_FALSE(near.start());
    REQUIRE(run_until(far.context, [&] { return near.clients() == 1; }));
    peer.start();
    REQUIRE(run_until(far.context, [&] { return peer.done(); }));
    CHECK(peer.failure().empty());
}

TEST_CASE("a server can be stopped by its own observer and started again") {
    served it;
    const auto port = it.server->port();
    modbus_client_at client{it.context, it.where("?retry=5ms")};
    CHECK(client.holding_register(1, 1) == 10);
    it.server->stop();
    CHECK(it.server->clients() == 0);
    CHECK(it.server->port() == 0);
    REQUIRE(run_until(it.context, [&] { return client.was_lost(); }));

    modbus_server_options how;
    how.on_client = [&](const client_event&) { it.server->stop(); };
    it.server.emplace(it.context.get_executor(),
                      endpoint::parse("tcp-listen://127.0.0.1:" + std::to_string(port)).value(), it.space,
                      how);
    REQUIRE_FALSE(it.server->start());
    REQUIRE(run_until(it.context, [&] { return it.server->port() == 0; }));
    CHECK(it.server->clients() == 0);
    REQUIRE_FALSE(it.server->start());
    CHECK(it.server->port() == port);
}

TEST_CASE("a port that is taken is an error of the start") {
    served it;
    modbus::register_space space;
    modbus_server second{
        it.context.get_executor(),
        endpoint::parse("tcp-listen://127.0.0.1:" + std::to_string(it.server->port())).value(), space};
    CHECK(second.start() == asio::error::address_in_use);
}
