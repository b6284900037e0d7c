#include <meterlink/modbus/pdu.hpp>

#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;

TEST_CASE("a PDU keeps 253 octets and no more") {
    const std::vector<std::uint8_t> longest(modbus::max_pdu_size, 0x5A);
    const auto kept = modbus::pdu::from(longest);
    REQUIRE(kept);
    CHECK(kept->size() == 253);
    CHECK(std::vector(kept->begin(), kept->end()) == longest);
    const std::vector<std::uint8_t> too_long(254, 0x5A);
    CHECK(modbus::pdu::from(too_long).error() == error{errc::buffer_too_small, layer::core, 253});
}
