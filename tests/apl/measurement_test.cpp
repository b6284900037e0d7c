#include <meterlink/apl/measurement.hpp>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::apl;

TEST_CASE("a measurement is a reserved quantity until a VIF says what it is") {
    constexpr measurement nothing;
    STATIC_REQUIRE(nothing.quantity == quantity::reserved);
    STATIC_REQUIRE(nothing.unit == unit::none);
    STATIC_REQUIRE(nothing.exponent10 == 0);
    STATIC_REQUIRE(nothing.type == data_type::signed_integer);
    STATIC_REQUIRE(nothing.record_error == 0);
    STATIC_REQUIRE(nothing.offset_thousandths == 0);
    STATIC_REQUIRE(!nothing.counts_4096th);
}

TEST_CASE("measurements differ in any part") {
    const measurement flow{quantity::volume_flow, unit::cubic_metre_per_hour, -3};
    auto other = flow;
    CHECK(other == flow);
    other.exponent10 = -2;
    CHECK(other != flow);
    other = flow;
    other.is_profile = true;
    CHECK(other != flow);
    other = flow;
    other.offset_thousandths = 1;
    CHECK(other != flow);
}
