#include <meterlink/modbus/bridge_options.hpp>

#include "support/catch.hpp"

using namespace meterlink::modbus;

TEST_CASE("a bridge leads to an RTU line and leaves repeating to who asks") {
    const bridge_options how;
    CHECK(how.line.framing == framing::rtu);
    CHECK(how.line.retries == 0);
    CHECK(how.units(17) == unit_id{17});
    CHECK_FALSE(how.units(0));
}

TEST_CASE("a bridge passes what a plain gateway does unless it is told otherwise") {
    const bridge_options how;
    CHECK_FALSE(how.is_read_only);
    CHECK(how.also_passed.empty());
    CHECK_FALSE(how.authorise);
}
