#include <meterlink/wmbus/mix.hpp>

#include <bit>
#include <cstdint>
#include <set>

#include "support/catch.hpp"

using namespace meterlink::wmbus;

TEST_CASE("numbers side by side are far apart when they are mixed") {
    std::set<std::uint64_t> seen;
    for (std::uint64_t x = 1; x <= 1000; ++x) {
        CHECK(seen.insert(mix(x)).second);
        const auto changed = std::popcount(mix(x) ^ mix(x + 1));
        CHECK(changed > 8);
        CHECK(changed < 56);
    }
}
