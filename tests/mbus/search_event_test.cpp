#include <meterlink/mbus/search_event.hpp>

#include <vector>

#include "octets.hpp"
#include "support/catch.hpp"
#include "talking.hpp"

using namespace meterlink;
using namespace meterlink::mbus;

TEST_CASE("an answer tells the address of its long header", "[search_event]") {
    const auto frame = framed("08 05 72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 00"_octets);
    CHECK(told_address(frame) == secondary_address{0x12345678, 0x4024, 1, 7});
    CHECK(told_primary(frame) == primary_address{5});
    const found_meter meter{*told_address(frame), 7, told_primary(frame), 2400, false};
    CHECK(meter.mask() == search_mask{{0x12345678, 0x4024, 1, 7}, 7});
}

TEST_CASE("an answer of the fixed structure tells the number alone", "[search_event]") {
    const auto frame = framed("08 05 73 78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00"_octets);
    CHECK(told_address(frame) == secondary_address{0x12345678, 0xFFFF, 0xFF, 0xFF});
}

TEST_CASE("an answer without identity tells no address", "[search_event]") {
    CHECK_FALSE(told_address(framed("08 05 7A 55 00 00 00 03 13 15 31 00"_octets)));
    CHECK_FALSE(told_address("E5"_octets));
    CHECK_FALSE(told_address("68 03"_octets));
    CHECK(told_primary("68 03"_octets) == primary_address::unconfigured);
    CHECK(told_primary("E5"_octets) == primary_address::unconfigured);
}

TEST_CASE("an answer tells the fabrication number where a record has it", "[search_event]") {
    CHECK(told_fabrication_number(framed(
              "08 05 72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 00 0C 78 04 03 02 01"_octets)) ==
          0x01020304U);
    CHECK_FALSE(told_fabrication_number(
        framed("08 05 72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 00"_octets)));
    CHECK_FALSE(
        told_fabrication_number(framed("08 05 72 78 56 34 12 24 40 01 07 55 00 00 00 0C 78 04 03"_octets)));
    CHECK_FALSE(told_fabrication_number("E5"_octets));
}
