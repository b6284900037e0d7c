#include <meterlink/mbus/baud_rate.hpp>

#include "support/catch.hpp"

using namespace meterlink::mbus;

TEST_CASE("CI fields B8 to BF command eight bit rates") {
    STATIC_REQUIRE(baud_rate(0xB8) == 300U);
    STATIC_REQUIRE(baud_rate(0xB9) == 600U);
    STATIC_REQUIRE(baud_rate(0xBA) == 1200U);
    STATIC_REQUIRE(baud_rate(0xBB) == 2400U);
    STATIC_REQUIRE(baud_rate(0xBC) == 4800U);
    STATIC_REQUIRE(baud_rate(0xBD) == 9600U);
    STATIC_REQUIRE(baud_rate(0xBE) == 19200U);
    STATIC_REQUIRE(baud_rate(0xBF) == 38400U);
    STATIC_REQUIRE(baud_rate(0xB7) == std::nullopt);
    STATIC_REQUIRE(baud_rate(0xC0) == std::nullopt);
}

TEST_CASE("a bit rate has one CI field, or none when the bus does not know it") {
    for (const auto& row : baud_rate_rows)
        CHECK(baud_rate_ci(row.baud) == row.ci);
    STATIC_REQUIRE(baud_rate_ci(0) == std::nullopt);
    STATIC_REQUIRE(baud_rate_ci(115200) == std::nullopt);
}

TEST_CASE("no bit rate is taken for the slowest") {
    STATIC_REQUIRE(usable_baud_rate(0) == 300);
    STATIC_REQUIRE(usable_baud_rate(2400) == 2400);
}
