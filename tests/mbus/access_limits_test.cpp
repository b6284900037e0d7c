#include <meterlink/mbus/access_limits.hpp>

#include <chrono>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace std::chrono_literals;

TEST_CASE("a meter that was read is blocked for its interval", "[access_limits]") {
    access_limits limits;
    constexpr instant now{1h};
    const primary_address meter{5};
    CHECK_FALSE(limits.blocked_until(meter, now));
    limits.note(meter, now, 15min);
    CHECK(limits.blocked_until(meter, now) == now + 15min);
    CHECK(limits.blocked_until(meter, now + 14min) == now + 15min);
    CHECK_FALSE(limits.blocked_until(meter, now + 15min));
    CHECK_FALSE(limits.blocked_until(primary_address{6}, now));
    limits.note(meter, now + 1min, 15min);
    CHECK(limits.blocked_until(meter, now + 1min) == now + 16min);
    limits.note(meter, now + 2min, 0s);
    CHECK_FALSE(limits.blocked_until(meter, now + 2min));
}

TEST_CASE("selected meters are told apart by mask and fabrication number", "[access_limits]") {
    access_limits limits;
    constexpr instant now{1h};
    const secondary_address mask{0x12345678};
    limits.note(selection::enhanced(mask, 1), now, 1h);
    CHECK(limits.blocked_until(selection::enhanced(mask, 1), now));
    CHECK_FALSE(limits.blocked_until(selection::enhanced(mask, 2), now));
    CHECK_FALSE(limits.blocked_until(mask, now));
    CHECK_FALSE(limits.blocked_until(secondary_address{0x12345679}, now));
}
