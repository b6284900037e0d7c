#include <meterlink/wmbus/receivers/receiver_options.hpp>

#include "support/catch.hpp"

using namespace meterlink::wmbus;

TEST_CASE("a receiver has no name and no mode unless they are given") {
    const receiver_options none;
    CHECK(none.name.empty());
    CHECK_FALSE(none.mode);
    const receiver_options roof{"roof", mode::c1};
    CHECK(roof.name == "roof");
    CHECK(roof.mode == mode::c1);
}
