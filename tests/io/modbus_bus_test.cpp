#include <meterlink/io/modbus_bus.hpp>

#include <array>
#include <chrono>
#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include "io/background_peer.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::io;
using namespace meterlink::test;
using namespace meterlink::test::literals;
using namespace std::chrono_literals;

namespace {

endpoint at(const background_peer& peer, const std::string& options = {}) {
    return endpoint::parse(peer.where() + options, usual_modbus_line).value();
}

modbus::client_options quick() {
    modbus::client_options how;
    how.response_timeout = 100ms;
    how.retries = 0;
    return how;
}

std::vector<std::uint16_t> registers_of(const modbus_answer& answer) {
    const auto view = answer.as<modbus::read_holding_registers_response_view>();
    REQUIRE(view);
    return {view->registers().begin(), view->registers().end()};
}

} // namespace

TEST_CASE("a script reads registers over TCP") {
    const background_peer peer{[](scripted_peer& it) {
        it.expect("00 01 00 00 00 06 07 03 00 6B 00 02"_octets)
            .reply("00 01 00 00 00 07 07 03 04 12 34 56 78"_octets);
    }};
    modbus_bus bus{at(peer)};
    const auto answer = bus.read_holding_registers(7, 0x6B, 2);
    REQUIRE(answer);
    REQUIRE(answer->how == modbus_ending::reply);
    CHECK(answer->unit == 7);
    CHECK(registers_of(*answer) == std::vector<std::uint16_t>{0x1234, 0x5678});
}

TEST_CASE("a script reads registers with RTU frames over TCP and with ASCII frames") {
    const background_peer rtu{[](scripted_peer& it) {
        it.expect("07 03 00 6B 00 01 F5 B0"_octets).reply("07 03 02 12 34 3D 33"_octets);
    }};
    modbus_bus over_tcp{at(rtu, "?framing=rtu")};
    const auto first = over_tcp.read_holding_registers(7, 0x6B, 1);
    REQUIRE(first);
    REQUIRE(first->how == modbus_ending::reply);
    CHECK(registers_of(*first) == std::vector<std::uint16_t>{0x1234});

    const std::string asked = ":0703006B00018A\r\n";
    const std::string told = ":0703021234AE\r\n";
    const background_peer ascii{
        [&](scripted_peer& it) { it.expect({asked.begin(), asked.end()}).reply({told.begin(), told.end()}); },
        background_peer::kind::pty};
    modbus_bus in_text{at(ascii, "?framing=ascii")};
    const auto second = in_text.read_holding_registers(7, 0x6B, 1);
    REQUIRE(second);
    REQUIRE(second->how == modbus_ending::reply);
    CHECK(registers_of(*second) == std::vector<std::uint16_t>{0x1234});
}

TEST_CASE("several requests are under way at once and their answers are in the order of the questions") {
    const background_peer peer{[](scripted_peer& it) {
        it.expect("00 01 00 00 00 06 01 03 00 00 00 01 00 02 00 00 00 06 01 03 00 01 00 01"_octets)
            .reply("00 02 00 00 00 05 01 03 02 00 22"_octets)
            .reply("00 01 00 00 00 03 01 83 02"_octets);
    }};
    auto how = quick();
    how.window = 4;
    how.response_timeout = 10s;
    modbus_bus bus{at(peer), how};
    const std::array both{
        modbus_request::make(1, modbus::read_holding_registers_request{0, 1}).value(),
        modbus_request::make(1, modbus::read_holding_registers_request{1, 1}).value(),
    };
    const auto answers = bus.perform_all(both);
    REQUIRE(answers);
    REQUIRE(answers->size() == 2);
    CHECK(answers->at(0).how == modbus_ending::exception);
    CHECK(answers->at(0).exception == modbus::exception_code::illegal_data_address);
    CHECK(answers->at(1).how == modbus_ending::reply);
    CHECK(registers_of(answers->at(1)) == std::vector<std::uint16_t>{0x22});
    CHECK(bus.perform_all({})->empty());
}

TEST_CASE("a request that cannot be put on the wire is refused and nothing is sent") {
    const background_peer peer{[](scripted_peer& it) {
        it.expect("00 02 00 00 00 06 01 05 00 02 FF 00"_octets)
            .reply("00 02 00 00 00 06 01 05 00 02 FF 00"_octets);
    }};
    modbus_bus bus{at(peer)};
    CHECK(bus.read_coils(1, 0, 0).error().code == errc::quantity_out_of_range);
    const std::array<modbus_request, 2> second_is_empty{
        modbus_request::make(1, modbus::read_coils_request{0, 1}).value(), modbus_request{}};
    CHECK(bus.perform_all(second_is_empty).error().code == errc::pdu_length);
    CHECK(bus.write_single_coil(1, 2, true)->how == modbus_ending::reply);
}

TEST_CASE("a script is told of silence and asks again") {
    const background_peer peer{[](scripted_peer& it) {
        it.expect("00 01 00 00 00 06 01 04 00 00 00 01"_octets)
            .expect("00 02 00 00 00 06 01 04 00 00 00 01"_octets)
            .reply("00 02 00 00 00 05 01 04 02 00 2A"_octets);
    }};
    modbus_bus bus{at(peer), quick()};
    const auto silence = bus.read_input_registers(1, 0, 1);
    REQUIRE(silence);
    CHECK(silence->how == modbus_ending::no_reply);
    CHECK(silence->attempts == 1);
    CHECK(bus.read_input_registers(1, 0, 1)->how == modbus_ending::reply);
}

TEST_CASE("a script is told why a Modbus line is not there or is lost") {
    asio::io_context context;
    asio::ip::tcp::acceptor gone{context, {asio::ip::address_v4::loopback(), 0}};
    const auto port = gone.local_endpoint().port();
    gone.close();
    modbus_bus nowhere{endpoint::parse("tcp://127.0.0.1:" + std::to_string(port)).value()};
    const auto answer = nowhere.read_coils(3, 0, 1);
    REQUIRE(answer);
    CHECK(answer->how == modbus_ending::no_line);
    CHECK(answer->unit == 3);
    CHECK(answer->line_error == asio::error::connection_refused);

    const background_peer peer{
        [](scripted_peer& it) { it.expect("00 01 00 00 00 06 03 01 00 00 00 01"_octets).hang_up(); }};
    modbus_bus lost{at(peer, "?retry=off")};
    const auto broken = lost.read_coils(3, 0, 1);
    REQUIRE(broken);
    CHECK(broken->how == modbus_ending::line_lost);
    CHECK(broken->line_error == asio::error::eof);
}

TEST_CASE("a connection that is lost is made again and the request repeated") {
    const background_peer peer{[](scripted_peer& it) {
        it.expect("00 01 00 00 00 06 03 01 00 00 00 01"_octets)
            .hang_up()
            .expect("00 02 00 00 00 06 03 01 00 00 00 01"_octets)
            .reply("00 02 00 00 00 04 03 01 01 01"_octets);
    }};
    modbus_bus bus{at(peer, "?retry=1ms")};
    CHECK(bus.read_coils(3, 0, 1)->how == modbus_ending::reply);
}

TEST_CASE("who waits for a Modbus answer can give up") {
    const background_peer peer{
        [](scripted_peer& it) { it.expect("00 01 00 00 00 06 01 01 00 00 00 01"_octets); }};
    auto how = quick();
    how.response_timeout = 1h;
    modbus_bus bus{at(peer), how};
    std::size_t octets = 0;
    bus.on_traffic([&](direction, bytes_view some, instant) { octets += some.size(); });
    bus.while_waiting([&] { return octets == 0; });
    CHECK(bus.read_coils(1, 0, 1)->how == modbus_ending::cancelled);
}
