#include <meterlink/modbus/framing.hpp>

#include "support/catch.hpp"

using namespace meterlink::modbus;

TEST_CASE("framings have names and all but that of TCP are those of lines") {
    CHECK(name(framing::tcp) == "tcp");
    CHECK(name(framing::rtu) == "rtu");
    CHECK(name(framing::ascii) == "ascii");
    CHECK(name(static_cast<framing>(9)) == "unknown");
    CHECK_FALSE(is_line(framing::tcp));
    CHECK(is_line(framing::rtu));
    CHECK(is_line(framing::ascii));
}
