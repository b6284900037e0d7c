#include <meterlink/mbus/line_options.hpp>

#include "support/catch.hpp"

using namespace meterlink::mbus;

TEST_CASE("a line without options is faultless and runs at 2400 Bd") {
    line_options options;
    CHECK(options.baud == 2400);
    CHECK(options.packet_size == 1);
    CHECK(options.latency.count() == 0);
    CHECK_FALSE(options.has_echo);
    CHECK_FALSE(options.follows_slaves);
    for (int i = 0; i < 100; ++i)
        CHECK(options.faults.next() == line_fault::none);
}
