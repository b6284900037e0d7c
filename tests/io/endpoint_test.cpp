#include <meterlink/io/endpoint.hpp>

#include <chrono>
#include <string>
#include <string_view>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::io;
using namespace std::chrono_literals;

namespace {

endpoint parsed(std::string_view text) {
    INFO(text);
    const auto where = endpoint::parse(text);
    if (!where)
        FAIL(endpoint_error_text(text, where.error()));
    return *where;
}

void refused(std::string_view text, errc code, std::size_t offset) {
    INFO(text);
    const auto where = endpoint::parse(text);
    REQUIRE_FALSE(where);
    CHECK(where.error() == error{code, layer::io, offset});
}

} // namespace

TEST_CASE("a serial device has the settings of the bus unless others are named") {
    const auto plain = parsed("serial:/dev/ttyUSB0");
    CHECK(plain.kind == endpoint_kind::serial);
    CHECK(plain.host == "/dev/ttyUSB0");
    CHECK(plain.serial == serial_settings{2400, parity::even, 8, 1});
    CHECK(plain.serial.bits_per_octet() == 11);

    const auto other = parsed("serial:/dev/ttyS1?baud=19200&parity=none&data=7&stop=2&echo=on");
    CHECK(other.serial == serial_settings{19200, parity::none, 7, 2});
    CHECK(other.serial.bits_per_octet() == 10);
    CHECK(other.echo);
    CHECK(parsed("serial:x?rs485=on").serial.rs485);
    CHECK_FALSE(parsed("serial:x?rs485=off").serial.rs485);
}

TEST_CASE("hosts and ports of every kind are read") {
    CHECK(parsed("tcp://meter.example:10001").host == "meter.example");
    CHECK(parsed("tcp://127.0.0.1:10001").port == 10001);
    CHECK(parsed("tcp://[fe80::1%eth0]:1").host == "fe80::1%eth0");
    CHECK(parsed("tcp-listen://*:0").kind == endpoint_kind::tcp_listen);
    CHECK(parsed("udp://10.0.0.1:65535").port == 65535);
    CHECK(parsed("udp-listen://[::]:5000").host == "::");
}

TEST_CASE("a recording stands in for a line and is not tried again") {
    const auto where = parsed("replay:bus.log");
    CHECK(where.kind == endpoint_kind::replay);
    CHECK(where.host == "bus.log");
    CHECK_FALSE(where.keeps_times);
    CHECK_FALSE(where.retry);
    CHECK(parsed("replay:bus.log?pace=real&echo=on").keeps_times);
    CHECK(parsed("replay:bus.log?pace=real&echo=on").echo);
    CHECK_FALSE(parsed("replay:bus.log?pace=quick").keeps_times);
    CHECK(endpoint::replay("what?is#this") == [] {
        auto same = parsed("replay:x");
        same.host = "what?is#this";
        return same;
    }());
}

TEST_CASE("a serial device has the settings that are usual for who reads unless others are named") {
    const serial_settings usual{19200, parity::even, 8, 1};
    const auto plain = endpoint::parse("serial:x", usual).value();
    CHECK(plain.serial == usual);
    CHECK(to_string(plain, usual) == "serial:x");
    CHECK(to_string(plain) == "serial:x?baud=19200");
    const auto slow = endpoint::parse("serial:x?baud=2400", usual).value();
    CHECK(slow.serial.baud == 2400);
    CHECK(to_string(slow, usual) == "serial:x?baud=2400");
    auto transceiver = usual;
    transceiver.rs485 = true;
    const auto without = endpoint::parse("serial:x?rs485=off", transceiver).value();
    CHECK_FALSE(without.serial.rs485);
    CHECK(to_string(without, transceiver) == "serial:x?rs485=off");
}

TEST_CASE("the framing of Modbus is read for every line") {
    CHECK_FALSE(parsed("tcp://h:1").framing);
    CHECK(parsed("tcp://h:1?framing=rtu").framing == modbus::framing::rtu);
    CHECK(parsed("serial:x?framing=ascii").framing == modbus::framing::ascii);
    CHECK(parsed("udp-listen://*:1?framing=tcp").framing == modbus::framing::tcp);
    CHECK(parsed("replay:x?framing=rtu").framing == modbus::framing::rtu);
}

TEST_CASE("an endpoint under TLS names files and the server") {
    const auto where = parsed("tls://meter:802?ca=/etc/ca.pem&cert=me.pem&key=me.key&name=meter.example");
    CHECK(where.kind == endpoint_kind::tls);
    CHECK(where.tls == tls_settings{"/etc/ca.pem", "me.pem", "me.key", "meter.example"});
    CHECK(parsed("tls-listen://*:802?ca=a&cert=b").tls == tls_settings{"a", "b", "", ""});
}

TEST_CASE("times and retries are read with their units") {
    const auto where = parsed("tcp://h:1?connect=250ms&idle=2min&retry=1s..1h");
    CHECK(where.connect_timeout == 250ms);
    CHECK(where.idle_timeout == 2min);
    REQUIRE(where.retry);
    CHECK(*where.retry == retry_times{1s, 1h});
    CHECK_FALSE(parsed("tcp://h:1?retry=off").retry);
    CHECK(parsed("tcp://h:1?retry=3s").retry == retry_times{3s, 3s});
}

TEST_CASE("what is wrong with an endpoint is named with its place") {
    refused("", errc::endpoint_scheme, 0);
    refused("http://h:1", errc::endpoint_scheme, 0);
    refused("/dev/ttyUSB0", errc::endpoint_scheme, 0);
    refused("serial:", errc::endpoint_device, 7);
    refused("serial:?baud=300", errc::endpoint_device, 7);
    refused("replay:", errc::endpoint_device, 7);
    refused("replay:x?retry=off", errc::endpoint_option, 9);
    refused("replay:x?pace=slow", errc::endpoint_value, 14);
    refused("tcp://h:1?pace=real", errc::endpoint_option, 10);
    refused("tcp://:1", errc::endpoint_host, 6);
    refused("tcp://*:1", errc::endpoint_host, 6);
    refused("tcp://[::1", errc::endpoint_host, 6);
    refused("tcp://a/b:1", errc::endpoint_host, 6);
    refused("tcp://host", errc::endpoint_port, 10);
    refused("tcp://[::1]7", errc::endpoint_port, 11);
    refused("tcp://host:", errc::endpoint_port, 11);
    refused("tcp://host:0", errc::endpoint_port, 11);
    refused("tcp://host:65536", errc::endpoint_port, 11);
    refused("tcp://host:1x", errc::endpoint_port, 11);
    refused("tcp://h:1?", errc::endpoint_option, 10);
    refused("tcp://h:1?baud=300", errc::endpoint_option, 10);
    refused("udp://h:1?connect=1s", errc::endpoint_option, 10);
    refused("tcp://h:1?echo=on&bax=3", errc::endpoint_option, 18);
    refused("tcp://h:1?echo=on&echo=on", errc::endpoint_option, 18);
    refused("tcp://h:1?echo", errc::endpoint_value, 14);
    refused("tcp://h:1?echo=yes", errc::endpoint_value, 15);
    refused("tcp://h:1?idle=5", errc::endpoint_value, 15);
    refused("tcp://h:1?idle=0s", errc::endpoint_value, 15);
    refused("tcp://h:1?idle=99999999h", errc::endpoint_value, 15);
    refused("tcp://h:1?retry=2s..1s", errc::endpoint_value, 16);
    refused("serial:x?baud=24oo", errc::endpoint_value, 14);
    refused("serial:x?baud=0", errc::endpoint_value, 14);
    refused("serial:x?parity=mark", errc::endpoint_value, 16);
    refused("serial:x?data=9", errc::endpoint_value, 14);
    refused("serial:x?stop=0", errc::endpoint_value, 14);
    refused("serial:x?rs485=yes", errc::endpoint_value, 15);
    refused("tcp://h:1?rs485=on", errc::endpoint_option, 10);
    refused("tcp://h:1?framing=RTU", errc::endpoint_value, 18);
    refused("tcp://h:1?ca=x", errc::endpoint_option, 10);
    refused("tls://h:802", errc::endpoint_incomplete, 11);
    refused("tls://h:802?ca=", errc::endpoint_value, 15);
    refused("tls-listen://h:802?ca=x", errc::endpoint_incomplete, 23);
    refused("tls-listen://h:802?ca=x&name=y", errc::endpoint_option, 24);
}

TEST_CASE("an error of an endpoint cites the text that is wrong") {
    constexpr std::string_view text = "serial:/dev/ttyUSB0?baud=24oo";
    CHECK(endpoint_error_text(text, endpoint::parse(text).error()) ==
          R"(the value does not fit its option: "24oo" at column 26 of "serial:/dev/ttyUSB0?baud=24oo")");
    CHECK(endpoint_error_text("serial:", endpoint::parse("serial:").error()) ==
          R"(the endpoint names no device or file: nothing at column 8 of "serial:")");
}

TEST_CASE("an endpoint as text is the same endpoint again") {
    for (const std::string text :
         {"serial:/dev/ttyUSB0",
          "serial:/dev/ttyUSB0?baud=300&parity=odd&data=7&stop=2&rs485=on&retry=off&echo=on",
          "tcp://[::1]:10001", "tcp://h:1?connect=250ms&idle=2min&retry=1s..1h", "tcp-listen://*:0?idle=15s",
          "tls://h:802?connect=1s&framing=rtu&ca=a&cert=b&key=c&name=d", "tls-listen://*:0?ca=a&cert=b",
          "udp://h:1", "udp-listen://0.0.0.0:5000", "replay:bus.log", "replay:bus.log?echo=on&pace=real"})
        CHECK(to_string(parsed(text)) == text);
    CHECK(to_string(parsed("tcp://h:1?connect=10s&retry=500ms..30s&echo=off")) == "tcp://h:1");
}
