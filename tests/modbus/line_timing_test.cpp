#include <meterlink/modbus/line_timing.hpp>

#include <chrono>

#include "support/catch.hpp"

using namespace meterlink::modbus;
using namespace std::chrono_literals;

TEST_CASE("a character of eleven bits takes its time") {
    STATIC_REQUIRE(line_timing{9600}.characters(1) == 1'145'833ns);
    STATIC_REQUIRE(line_timing{9600}.characters(256) == 293'333'333ns);
    STATIC_REQUIRE(line_timing{9600, 10}.characters(96) == 100ms);
    STATIC_REQUIRE(line_timing{300}.characters(513) == 18'810ms);
}

TEST_CASE("silence is counted in characters up to 19200 Bd and fixed above") {
    STATIC_REQUIRE(line_timing{9600}.within_frame() == 1'718'750ns);
    STATIC_REQUIRE(line_timing{9600}.between_frames() == 4'010'416ns);
    STATIC_REQUIRE(line_timing{19200}.between_frames() == 2'005'208ns);
    STATIC_REQUIRE(line_timing{19200}.within_frame() == 859'375ns);
    STATIC_REQUIRE(line_timing{38400}.within_frame() == 750us);
    STATIC_REQUIRE(line_timing{115'200}.between_frames() == 1750us);
}

TEST_CASE("a line behind a network takes no time") {
    STATIC_REQUIRE(line_timing::network().characters(513) == 0ns);
    STATIC_REQUIRE(line_timing::network().between_frames() == 0ns);
}
