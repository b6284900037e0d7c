#include <meterlink/modbus/server_event.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

TEST_CASE("what was written is seen as registers or as bits") {
    values_written told{1, {register_table::holding_registers, 5, 2}, {}};
    REQUIRE(told.octets.append("12 34 56 78"_octets));
    REQUIRE(told.registers().size() == 2);
    CHECK(told.registers()[1] == 0x5678);
    told = {1, {register_table::coils, 5, 10}, {}};
    REQUIRE(told.octets.append("CD 01"_octets));
    REQUIRE(told.bits().size() == 10);
    CHECK(told.bits()[0]);
    CHECK_FALSE(told.bits()[1]);
    CHECK(told.bits()[8]);
}
