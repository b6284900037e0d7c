#include <meterlink/io/modbus_line.hpp>

#include <chrono>

#include <meterlink/modbus/client_options.hpp>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::io;
using namespace std::chrono_literals;

TEST_CASE("Modbus is framed as the line usually has it unless the endpoint says otherwise") {
    const auto framing = [](const char* text) { return modbus_framing(endpoint::parse(text).value()); };
    CHECK(framing("serial:/dev/ttyUSB0") == modbus::framing::rtu);
    CHECK(framing("serial:/dev/ttyUSB0?framing=ascii") == modbus::framing::ascii);
    CHECK(framing("tcp://meter:502") == modbus::framing::tcp);
    CHECK(framing("tls://meter:802?ca=x") == modbus::framing::tcp);
    CHECK(framing("udp://meter:502") == modbus::framing::tcp);
    CHECK(framing("tcp://meter:4001?framing=rtu") == modbus::framing::rtu);
}

TEST_CASE("characters take their time on a serial device and none on a network") {
    const auto line = [](const char* text) {
        return with_line(modbus::client_options{}, endpoint::parse(text, usual_modbus_line).value());
    };
    const auto usual = line("serial:x");
    CHECK(usual.timing == modbus::line_timing{19200, 11});
    const auto slow = line("serial:x?baud=9600&parity=none");
    CHECK(slow.timing == modbus::line_timing{9600, 10});
    CHECK(slow.framing == modbus::framing::rtu);
    const auto far = line("tcp://h:1?framing=rtu");
    CHECK(far.timing.characters(100) == 0ns);
    CHECK(far.framing == modbus::framing::rtu);
}
