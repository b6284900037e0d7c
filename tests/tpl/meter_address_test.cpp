#include <meterlink/tpl/meter_address.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::tpl;

TEST_CASE("a meter address is taken apart in the order of the link layer and built again") {
    const auto wire = "93 15 78 56 34 12 33 03"_octets;
    const auto address = meter_address::parse(wire);
    REQUIRE(address);
    CHECK(address->manufacturer == manufacturer::parse("ELS"));
    CHECK(address->identification == 0x12345678);
    CHECK(address->version == 0x33);
    CHECK(address->device_type == device_type::gas);
    CHECK(to_bytes(*address) == wire);
}

TEST_CASE("a meter address cut at any length is truncated there") {
    const auto wire = "93 15 78 56 34 12 33 03"_octets;
    for (std::size_t size = 0; size < wire.size(); ++size)
        CHECK(meter_address::parse(bytes_view{wire}.first(size)).error() == tpl_error(errc::truncated, size));
}

TEST_CASE("a long header holds the same address in another order") {
    const auto header = long_header::parse("78 56 34 12 93 15 33 03 2A 00 00 00"_octets);
    REQUIRE(header);
    CHECK(meter_address::from(*header) == meter_address::parse("93 15 78 56 34 12 33 03"_octets));
}
