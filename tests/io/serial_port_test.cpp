#include <meterlink/io/serial_port.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include <termios.h>

#include <asio/io_context.hpp>

#include "io/scripted_peer.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::io;
using namespace meterlink::test;
using namespace meterlink::test::literals;
using namespace std::chrono_literals;

namespace {

termios settings_of(const scripted_peer& peer) {
    termios settings{};
    REQUIRE(::tcgetattr(peer.slave(), &settings) == 0);
    return settings;
}

} // namespace

TEST_CASE("a serial port gives raw octets both ways") {
    asio::io_context context;
    auto peer = scripted_peer::pty(context);
    peer.expect("03 0A 0D 11 13 FF 00"_octets).reply("0D 0A 7F 04 00"_octets).start();
    serial_port port{context.get_executor(), peer.path()};
    REQUIRE_FALSE(port.open());
    asio::error_code error;
    const auto sent = "03 0A 0D 11 13 FF 00"_octets;
    CHECK(port.write_now(asio::buffer(sent), error) == sent.size());
    octets got;
    std::array<std::uint8_t, 16> room{};
    while (got.size() < 5) {
        std::optional<std::size_t> count;
        port.async_read_some(asio::buffer(room), [&](asio::error_code failed, std::size_t n) {
            REQUIRE_FALSE(failed);
            count = n;
        });
        REQUIRE(run_until(context, [&] { return count.has_value(); }));
        got.insert(got.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(*count));
    }
    CHECK(got == "0D 0A 7F 04 00"_octets);
    CHECK(peer.failure().empty());
}

TEST_CASE("the bit rate of a serial port is set and changed while it is open") {
    asio::io_context context;
    auto peer = scripted_peer::pty(context);
    serial_port port{context.get_executor(), peer.path(), {300, parity::none, 8, 1}};
    CHECK_FALSE(port.set_baud_rate(600)); // counts when it is opened
    REQUIRE_FALSE(port.open());
    const auto opened = settings_of(peer);
    CHECK(::cfgetospeed(&opened) == B600);
    constexpr std::array<std::pair<std::uint32_t, speed_t>, 4> rates{
        {{300, B300}, {2400, B2400}, {38400, B38400}, {115200, B115200}}};
    for (const auto& [baud, code] : rates) {
        CHECK_FALSE(port.set_baud_rate(baud));
        const auto settings = settings_of(peer);
        CHECK(::cfgetospeed(&settings) == code);
        CHECK(::cfgetispeed(&settings) == code);
        CHECK(port.settings().baud == baud);
    }
}

TEST_CASE("a serial port belongs to one owner until it is closed") {
    asio::io_context context;
    auto peer = scripted_peer::pty(context);
    serial_port first{context.get_executor(), peer.path()};
    serial_port second{context.get_executor(), peer.path()};
    REQUIRE_FALSE(first.open());
    CHECK(second.open() == std::errc::device_or_resource_busy);
    first.close();
    CHECK_FALSE(second.open());
}

TEST_CASE("what is no serial device is refused with the reason") {
    asio::io_context context;
    CHECK(serial_port{context.get_executor(), "/dev/no_such_device"}.open() ==
          std::errc::no_such_file_or_directory);
    CHECK(serial_port{context.get_executor(), "/dev/null"}.open() ==
          std::errc::inappropriate_io_control_operation);
}

TEST_CASE("a device that cannot turn an RS-485 transceiver round is not opened as if it could") {
    asio::io_context context;
    auto peer = scripted_peer::pty(context);
    const auto where = endpoint::parse("serial:" + peer.path() + "?rs485=on").value();
    CHECK(serial_port{context.get_executor(), where.host, where.serial}.open() ==
          std::errc::inappropriate_io_control_operation);
    CHECK_FALSE(serial_port{context.get_executor(), where.host}.open()); // it was given back
}

TEST_CASE("draining completes once nothing is left and closing ends it") {
    asio::io_context context;
    auto peer = scripted_peer::pty(context);
    serial_port port{context.get_executor(), peer.path()};
    std::optional<asio::error_code> drained;
    const auto keep = [&](asio::error_code error) { drained = error; };
    port.async_drain(keep);
    REQUIRE(run_until(context, [&] { return drained.has_value(); }));
    CHECK(*drained == asio::error::bad_descriptor);

    REQUIRE_FALSE(port.open());
    drained.reset();
    port.async_drain(keep);
    REQUIRE(run_until(context, [&] { return drained.has_value(); }));
    CHECK_FALSE(*drained);
    CHECK_FALSE(port.flush());
}

TEST_CASE("a break takes as long as was asked and is ended by closing") {
    asio::io_context context;
    auto peer = scripted_peer::pty(context);
    serial_port port{context.get_executor(), peer.path()};
    REQUIRE_FALSE(port.open());
    std::optional<asio::error_code> ended;
    const auto begun = std::chrono::steady_clock::now();
    port.async_send_break(20ms, [&](asio::error_code error) { ended = error; });
    REQUIRE(run_until(context, [&] { return ended.has_value(); }));
    // A pty need not know breaks; one that does takes its time.
    CHECK((*ended || std::chrono::steady_clock::now() - begun >= 20ms));

    std::optional<asio::error_code> aborted;
    port.async_send_break(1h, [&](asio::error_code error) { aborted = error; });
    port.close();
    REQUIRE(run_until(context, [&] { return aborted.has_value(); }));
    CHECK(*aborted);
}
