#include <meterlink/modbus/bridge_event.hpp>

#include "support/catch.hpp"

using namespace meterlink::modbus;

TEST_CASE("an event names the connection it is about") {
    const bridge_event event = upstream_ready{static_cast<upstream_id>(3)};
    REQUIRE(std::holds_alternative<upstream_ready>(event));
    CHECK(std::get<upstream_ready>(event) == upstream_ready{static_cast<upstream_id>(3)});
    CHECK_FALSE(std::get<upstream_ready>(event) == upstream_ready{static_cast<upstream_id>(4)});
}
