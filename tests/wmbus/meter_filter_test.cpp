#include <meterlink/wmbus/meter_filter.hpp>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::wmbus;

namespace {

constexpr tpl::meter_address water{{0x1593}, 0x12345678, 0x33, tpl::device_type::water};

} // namespace

TEST_CASE("an empty filter fits every meter") {
    STATIC_REQUIRE(meter_filter{}.matches(water));
    STATIC_REQUIRE(meter_filter{}.matches({}));
    STATIC_REQUIRE(meter_filter{}.matches({{0xFFFF}, 0xFFFF'FFFF, 0xFF, tpl::device_type::any}));
}

TEST_CASE("a digit F of the identification is any digit") {
    CHECK(meter_filter{.identification = 0x12345678}.matches(water));
    for (unsigned shift = 0; shift < 32; shift += 4) {
        const auto wrong = 0x12345678U ^ 0x1U << shift;
        CHECK_FALSE(meter_filter{.identification = wrong}.matches(water));
        CHECK(meter_filter{.identification = wrong | 0xFU << shift}.matches(water));
    }
}

TEST_CASE("what is given must fit all at once") {
    const meter_filter filter{0x1234FFFF, tpl::manufacturer{0x1593}, std::uint8_t{0x33},
                              tpl::device_type::water};
    CHECK(filter.matches(water));
    auto other = water;
    other.version = 0x34;
    CHECK_FALSE(filter.matches(other));
    other = water;
    other.device_type = tpl::device_type::gas;
    CHECK_FALSE(filter.matches(other));
    other = water;
    other.manufacturer = {0x1594};
    CHECK_FALSE(filter.matches(other));
    other = water;
    other.identification = 0x12355678;
    CHECK_FALSE(filter.matches(other));
}

TEST_CASE("an address that is only locally unique fits the letters of its manufacturer") {
    auto local = water;
    local.manufacturer = {0x9593};
    CHECK(meter_filter{.manufacturer = tpl::manufacturer{0x1593}}.matches(local));
}
