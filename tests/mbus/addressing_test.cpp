#include <meterlink/mbus/addressing.hpp>

#include "support/catch.hpp"

using namespace meterlink::mbus;

TEST_CASE("the ways of addressing have names", "[addressing]") {
    for (const auto each : {addressing::primary, addressing::secondary, addressing::extended_secondary})
        CHECK(addressing_named(name(each)) == each);
    CHECK(name(addressing::extended_secondary) == "extended");
    CHECK_FALSE(addressing_named("Primary"));
    CHECK_FALSE(addressing_named(""));
    CHECK(name(static_cast<addressing>(9)) == "unknown");
}
