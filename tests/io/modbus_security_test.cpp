/// Modbus/TCP Security: who may talk, and who may do what.

#include <meterlink/io/modbus_server.hpp>

#include <algorithm>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/write.hpp>

#include <meterlink/io/modbus_bridge.hpp>
#include <meterlink/modbus/write_single_register.hpp>

#include "io/modbus_clients.hpp"
#include "io/scripted_peer.hpp"
#include "io/tls_files.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::io;
using namespace meterlink::test;

namespace {

using modbus::register_table;

/// Readers read, operators write too, and all others do nothing.
bool may(const modbus::access_request& asked) {
    if (asked.role == "operator")
        return true;
    return asked.role == "reader" && !asked.changes;
}

/// A server with one writable register, which holds 7.
struct secure_server {
    secure_server() {
        auto& unit = space.unit(1);
        REQUIRE(unit.add({register_table::holding_registers, 0, 1}, modbus::access::writable));
        REQUIRE(unit.set_register({register_table::holding_registers, 0}, 7));
        modbus_server_options how;
        how.session.authorise = may;
        how.on_client = [this](const client_event& event) { clients.push_back(event); };
        const auto own = files.sign({"meter.example", "127.0.0.1"});
        server.emplace(
            context.get_executor(),
            endpoint::parse("tls-listen://127.0.0.1:0?ca=" + files.authority() + "&cert=" + own).value(),
            space, how);
        REQUIRE_FALSE(server->start());
    }

    [[nodiscard]] std::string where(const std::string& authority, const std::string& more = {}) const {
        return "tls://127.0.0.1:" + std::to_string(server->port()) + "?retry=off&ca=" + authority + more;
    }
    modbus_client_at client(const certificate_parts& who, const std::string& more = {}) {
        return {context, where(files.authority(), "&cert=" + files.sign(who) + more)};
    }
    /// Nothing was served: the server has refused the client, and the client knows.
    void refuses(modbus_client_at& client) {
        REQUIRE(run_until(context, [&] {
            return client.was_lost() && !clients.empty() && clients.back().what == client_change::refused;
        }));
        CHECK(clients.back().why);
        CHECK(
            std::ranges::none_of(clients, [](const auto& each) { return each.what == client_change::came; }));
        CHECK(server->clients() == 0);
    }

    asio::io_context context;
    tls_files files;
    modbus::register_space space;
    std::vector<client_event> clients;
    std::optional<modbus_server> server;
};

} // namespace

TEST_CASE("a client does over TLS what its role may") {
    secure_server it;
    auto reader = it.client({"reader", "", {"reader"}});
    CHECK(reader.holding_register(1, 0) == 7);
    CHECK(reader.answer(1, modbus::write_single_register_request{0, 8}).exception ==
          modbus::exception_code::illegal_function);
    CHECK(reader.holding_register(1, 0) == 7);
    auto writer = it.client({"writer", "", {"operator"}});
    CHECK(writer.answer(1, modbus::write_single_register_request{0, 8}));
    CHECK(reader.holding_register(1, 0) == 8);
    REQUIRE(it.clients.size() == 2);
    CHECK(it.clients[0].who.role == "reader");
    CHECK(it.clients[1].who.role == "operator");
}

TEST_CASE("a client without a role or with an unknown one gets exceptions") {
    secure_server it;
    auto nobody = it.client({"nobody", "", {}});
    CHECK(nobody.answer(1, modbus::read_holding_registers_request{0, 1}).exception ==
          modbus::exception_code::illegal_function);
    auto stranger = it.client({"stranger", "", {"Reader"}});
    CHECK(stranger.answer(1, modbus::read_holding_registers_request{0, 1}).exception ==
          modbus::exception_code::illegal_function);
    REQUIRE(it.clients.size() == 2);
    CHECK_FALSE(it.clients[0].who.role);
    CHECK(it.clients[1].who.role == "Reader");
}

TEST_CASE("a client whose role is not one text is refused") {
    SECTION("two roles") {
        secure_server it;
        auto client = it.client({"two", "", {"reader", "operator"}});
        it.refuses(client);
    }
    SECTION("a role of another type") {
        secure_server it;
        certificate_parts parts;
        parts.has_strange_role = true;
        auto client = it.client(parts);
        it.refuses(client);
    }
}

TEST_CASE("a client without a certificate is refused") {
    secure_server it;
    modbus_client_at client{it.context, it.where(it.files.authority())};
    it.refuses(client);
}

TEST_CASE("a client with a certificate of another authority is refused") {
    secure_server it;
    tls_files others{"another authority"};
    const auto own = others.sign({"reader", "", {"reader"}});
    modbus_client_at client{it.context, it.where(it.files.authority(), "&cert=" + own)};
    it.refuses(client);
}

TEST_CASE("a client does not talk to a server of another authority or name") {
    secure_server it;
    tls_files others{"another authority"};
    const auto own = "&cert=" + it.files.sign({"reader", "", {"reader"}});
    SECTION("authority") {
        modbus_client_at client{it.context, it.where(others.authority(), own)};
        it.refuses(client);
    }
    SECTION("name") {
        modbus_client_at client{it.context, it.where(it.files.authority(), own + "&name=other.example")};
        it.refuses(client);
        CHECK(client.explanation() == "hostname mismatch");
    }
    SECTION("the right name") {
        modbus_client_at client{it.context, it.where(it.files.authority(), own + "&name=meter.example")};
        CHECK(client.holding_register(1, 0) == 7);
    }
}

TEST_CASE("clients that do not shake hands take no place and are bounded") {
    secure_server it;
    std::list<asio::ip::tcp::socket> silent;
    for (int i = 0; i < 40; ++i)
        silent.emplace_back(it.context).connect({asio::ip::address_v4::loopback(), it.server->port()});
    REQUIRE(run_until(it.context, [&] { return it.clients.size() >= 8; }));
    CHECK(std::ranges::all_of(it.clients, [](const auto& each) {
        return each.what == client_change::refused && each.why == std::errc::timed_out;
    }));
    CHECK(it.clients[0].who.number == 1);
    CHECK(it.server->clients() == 0);
    auto reader = it.client({"reader", "", {"reader"}});
    CHECK(reader.holding_register(1, 0) == 7);
    CHECK(it.server->clients() == 1);
}

TEST_CASE("many that do not shake hands keep nobody out who comes from another address") {
    secure_server it;
    const auto connect_from = [&](asio::ip::tcp::socket& socket, const char* address) {
        asio::error_code error;
        socket.open(asio::ip::tcp::v4());
        socket.bind({asio::ip::make_address(address), 0}, error);
        if (!error)
            socket.connect({asio::ip::address_v4::loopback(), it.server->port()}, error);
        return !error;
    };
    asio::ip::tcp::socket slow{it.context};
    if (!connect_from(slow, "127.0.0.2")) {
        WARN("left out: this system has no 127.0.0.2");
        return;
    }
    std::list<asio::ip::tcp::socket> silent;
    for (int i = 0; i < 60; ++i)
        REQUIRE(connect_from(silent.emplace_back(it.context), "127.0.0.1"));
    REQUIRE(run_until(it.context, [&] { return it.clients.size() >= 29; }));
    CHECK(it.clients[0].who.number == 2);
    CHECK(std::ranges::all_of(it.clients,
                              [](const auto& each) { return each.who.peer.starts_with("127.0.0.1:"); }));
}

TEST_CASE("what a client may at a bridge is told by the role of its certificate") {
    secure_server it;
    auto& unit = it.space.unit(3);
    REQUIRE(unit.add({register_table::holding_registers, 0, 1}, modbus::access::writable));
    modbus_server device{it.context.get_executor(),
                         endpoint::parse("tcp-listen://127.0.0.1:0?framing=rtu").value(), it.space};
    REQUIRE_FALSE(device.start());
    modbus_bridge_options how;
    how.session.authorise = may;
    const auto own = it.files.sign({"meter.example", "127.0.0.1"});
    modbus_bridge bridge{
        it.context.get_executor(),
        endpoint::parse("tls-listen://127.0.0.1:0?ca=" + it.files.authority() + "&cert=" + own).value(),
        endpoint::parse("tcp://127.0.0.1:" + std::to_string(device.port()) + "?framing=rtu").value(), how};
    REQUIRE_FALSE(bridge.start());
    REQUIRE(run_until(it.context, [&] { return bridge.line() == link_state::connected; }));
    const auto client = [&](const certificate_parts& who) {
        return modbus_client_at{it.context, "tls://127.0.0.1:" + std::to_string(bridge.port()) +
                                                "?retry=off&ca=" + it.files.authority() +
                                                "&cert=" + it.files.sign(who)};
    };
    const modbus::write_single_register_request writes{0, 8};
    auto nobody = client({"nobody", "", {}});
    CHECK(nobody.answer(3, writes).exception == modbus::exception_code::illegal_function);
    auto reader = client({"reader", "", {"reader"}});
    CHECK(reader.answer(3, writes).exception == modbus::exception_code::illegal_function);
    CHECK(reader.holding_register(3, 0) == 0);
    auto writer = client({"writer", "", {"operator"}});
    CHECK(writer.answer(3, writes));
    CHECK(reader.holding_register(3, 0) == 8);
}

TEST_CASE("a client that speaks no TLS at a port for it is refused and others are served meanwhile") {
    secure_server it;
    auto reader = it.client({"reader", "", {"reader"}});
    CHECK(reader.holding_register(1, 0) == 7);
    asio::ip::tcp::socket plain{it.context};
    plain.connect({asio::ip::address_v4::loopback(), it.server->port()});
    asio::write(plain, asio::buffer("\0\1\0\0\0\6\1\3\0\0\0\1", 12));
    REQUIRE(run_until(it.context, [&] { return it.clients.back().what == client_change::refused; }));
    CHECK(reader.holding_register(1, 0) == 7);
}
