#include <meterlink/modbus/unit_mapping.hpp>

#include "support/catch.hpp"

using namespace meterlink::modbus;

TEST_CASE("devices are reached as they are asked unless it is said otherwise") {
    constexpr auto same = unit_mapping::identity();
    CHECK_FALSE(same(0));
    CHECK(same(1) == unit_id{1});
    CHECK(same(247) == unit_id{247});
    CHECK_FALSE(same(248));
    CHECK_FALSE(same(255));
}

TEST_CASE("an offset moves all devices that stay devices") {
    constexpr auto down = unit_mapping::offset(-100);
    CHECK_FALSE(down(100));
    CHECK(down(101) == unit_id{1});
    CHECK(down(247) == unit_id{147});
    constexpr auto up = unit_mapping::offset(100);
    CHECK(up(147) == unit_id{247});
    CHECK_FALSE(up(148));
}

TEST_CASE("single units are mapped and barred") {
    auto some = unit_mapping::none();
    CHECK_FALSE(some(1));
    some.set(255, 1).set(0, 0);
    CHECK(some(255) == unit_id{1});
    CHECK(some(0) == unit_id{0});
    some.forbid(255);
    CHECK_FALSE(some(255));
}
