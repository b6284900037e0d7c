#include <meterlink/wmbus/received.hpp>

#include <cstdint>
#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::wmbus;
using namespace meterlink::test::literals;

TEST_CASE("a received telegram holds the longest there is on the air") {
    // L = FF: block 1 has 10 octets, the other 246 fill 16 blocks, each block has a CRC.
    STATIC_REQUIRE(max_air_size == 10 + 246 + 2 * (1 + (246 + 15) / 16));
    received telegram;
    const std::vector<std::uint8_t> longest(max_air_size, 0xFF);
    CHECK(telegram.telegram.append(longest));
    CHECK_FALSE(telegram.telegram.push_back(0));
}

TEST_CASE("two telegrams are equal when all that is known of them is") {
    received a;
    CHECK(a.telegram.append("0A 44 93 15"_octets));
    a.mode = mode::t1;
    auto b = a;
    CHECK(a == b);
    b.rssi_dbm = -71.5;
    CHECK_FALSE(a == b);
    b = a;
    CHECK(b.telegram.push_back(0x78));
    CHECK_FALSE(a == b);
}
