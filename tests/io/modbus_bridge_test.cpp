#include <meterlink/io/modbus_bridge.hpp>

#include <algorithm>
#include <chrono>
#include <list>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include <meterlink/io/modbus_server.hpp>
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

/// Unit 3 with one hundred writable registers behind RTU over TCP, and a bridge to it.
struct bridged {
    explicit bridged(modbus_bridge_options how = {}) {
        auto& unit = space.unit(3);
        REQUIRE(unit.add({register_table::holding_registers, 0, 100}, modbus::access::writable));
        for (std::uint16_t i = 0; i < 100; ++i)
            REQUIRE(unit.set_register({register_table::holding_registers, i}, std::uint16_t(i + 1000)));
        device.emplace(context.get_executor(),
                       endpoint::parse("tcp-listen://127.0.0.1:0?framing=rtu").value(), space);
        REQUIRE_FALSE(device->start());
        how.on_client = [this](const client_event& event) { clients.push_back(event.what); };
        how.on_line = [this](const link_event& event) { line.push_back(event); };
        bridge.emplace(
            context.get_executor(), endpoint::parse("tcp-listen://127.0.0.1:0").value(),
            endpoint::parse("tcp://127.0.0.1:" + std::to_string(device->port()) + "?framing=rtu&retry=1ms")
                .value(),
            how);
        REQUIRE_FALSE(bridge->start());
        REQUIRE(run_until(context, [this] { return bridge->line() == link_state::connected; }));
    }

    [[nodiscard]] std::string where(const std::string& options = {}) const {
        return "tcp://127.0.0.1:" + std::to_string(bridge->port()) + options;
    }

    asio::io_context context;
    modbus::register_space space;
    std::optional<modbus_server> device;
    std::vector<client_change> clients;
    std::vector<link_event> line;
    std::optional<modbus_bridge> bridge;
};

} // namespace

TEST_CASE("several clients ask the devices of one line and each gets its own answers") {
    bridged it;
    modbus::client_options how;
    how.window = 8;
    how.response_timeout = 10s;
    std::list<modbus_client_at> clients;
    for (int i = 0; i < 4; ++i)
        clients.emplace_back(it.context, it.where(), how);
    for (std::uint16_t round = 0; round < 8; ++round) {
        std::uint16_t address = round;
        for (auto& client : clients)
            client.ask(3, modbus::read_holding_registers_request{address = std::uint16_t(address + 10), 1});
    }
    REQUIRE(run_until(it.context, [&] {
        return std::ranges::all_of(clients, [](const auto& each) { return each.answers.size() == 8; });
    }));
    int first = 1010;
    for (const auto& client : clients) {
        std::vector<int> got;
        for (const auto& answer : client.answers) {
            REQUIRE(answer.how == modbus_ending::reply);
            got.push_back(answer.as<modbus::read_holding_registers_response_view>()->registers()[0]);
        }
        std::vector<int> wanted(8);
        std::iota(wanted.begin(), wanted.end(), first);
        CHECK(got == wanted);
        first += 10;
    }
    CHECK(clients.front().answer(3, modbus::write_single_register_request{5, 42}));
    CHECK(clients.back().holding_register(3, 5) == 42);
    CHECK(it.bridge->clients() == 4);
}

TEST_CASE("a client of a bridge is told that a device is silent or that there is no line") {
    modbus_bridge_options slow;
    slow.session.line.response_timeout = 20ms;
    bridged it{slow};
    modbus_client_at client{it.context, it.where()};
    CHECK(client.answer(4, modbus::read_holding_registers_request{0, 1}).exception ==
          modbus::exception_code::gateway_target_failed_to_respond);
    CHECK(client.holding_register(3, 0) == 1000);
    it.device->stop();
    REQUIRE(run_until(it.context, [&] { return it.bridge->line() != link_state::connected; }));
    CHECK(client.answer(3, modbus::read_holding_registers_request{0, 1}).exception ==
          modbus::exception_code::gateway_path_unavailable);
    CHECK_FALSE(client.was_lost());
}

TEST_CASE("clients of a bridge come and go while it works and it can be destroyed at any moment") {
    for (int steps = 0; steps < 60; ++steps) {
        bridged it;
        std::list<modbus_client_at> clients;
        for (int i = 0; i < 3; ++i)
            clients.emplace_back(it.context, it.where())
                .ask(3, modbus::read_holding_registers_request{0, 10});
        for (int i = 0; i < steps; ++i)
            it.context.run_one_for(5ms); // at the end, nothing happens any more
        if (steps % 2 == 0)
            clients.pop_front();
        it.bridge.reset();
        for (auto& client : clients)
            REQUIRE(run_until(it.context, [&] { return client.was_lost() || !client.answers.empty(); }));
    }
}

TEST_CASE("a bridge lets as many clients in as it is told") {
    modbus_bridge_options how;
    how.most_clients = 1;
    bridged it{how};
    modbus_client_at first{it.context, it.where()};
    CHECK(first.holding_register(3, 1) == 1001);
    modbus_client_at second{it.context, it.where("?retry=off")};
    REQUIRE(run_until(it.context, [&] { return second.was_lost(); }));
    CHECK(it.clients.back() == client_change::refused);
    CHECK(first.holding_register(3, 2) == 1002);
}

TEST_CASE("the clients of a bridge come to a port and nowhere else") {
    asio::io_context context;
    const auto line = endpoint::parse("tcp://127.0.0.1:1").value();
    modbus_bridge bridge{context.get_executor(), endpoint::parse("udp-listen://*:0").value(), line};
    CHECK(bridge.start() == asio::error::operation_not_supported);
    CHECK(bridge.port() == 0);
}
