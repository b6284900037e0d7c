#include <meterlink/modbus/register_space.hpp>

#include <vector>

#include "support/catch.hpp"

using namespace meterlink::modbus;

TEST_CASE("a space has devices where they were named") {
    register_space space;
    CHECK_FALSE(space.first().has_value());
    CHECK(space.find(7) == nullptr);
    auto& late = space.unit(255);
    auto& early = space.unit(7);
    CHECK(&space.unit(7) == &early);
    CHECK(space.find(255) == &late);
    CHECK(space.first() == 7);
    std::vector<unit_id> seen;
    space.for_each([&](unit_id unit, served_device&) { seen.push_back(unit); });
    CHECK(seen == std::vector<unit_id>{7, 255});
    CHECK(space.remove(7));
    CHECK_FALSE(space.remove(7));
    CHECK(space.first() == 255);
}
