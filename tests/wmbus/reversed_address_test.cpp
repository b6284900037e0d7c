#include <meterlink/wmbus/reversed_address.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;

namespace {

const auto maker = *tpl::manufacturer::parse("HYD");

} // namespace

TEST_CASE("an address that begins with version and device type is put into order") {
    const auto sent = *tpl::meter_address::parse("24 23 86 07 75 03 50 48"_octets);
    CHECK(in_standard_order(sent) == tpl::meter_address{{0x2324}, 0x48500375, 0x86, tpl::device_type::water});
}

TEST_CASE("only the maker's own messages reverse the address") {
    for (const auto ci : {0x71, 0xA0, 0xA2, 0xA7, 0xB1, 0xB3})
        CHECK(has_reversed_address(maker, std::vector{static_cast<std::uint8_t>(ci)}));
    for (const auto ci : {0x70, 0x72, 0x78, 0x9F, 0xA8, 0xB0, 0xB4})
        CHECK_FALSE(has_reversed_address(maker, std::vector{static_cast<std::uint8_t>(ci)}));
    CHECK_FALSE(has_reversed_address(maker, {}));
    CHECK_FALSE(has_reversed_address(*tpl::manufacturer::parse("SAP"), "A2"_octets));
    CHECK_FALSE(has_reversed_address(*tpl::manufacturer::parse("KAM"), "A2"_octets));
}

TEST_CASE("a reserved security mode makes a message the maker's own") {
    CHECK(has_reversed_address(maker, "7A 01 00 00 18"_octets));
    CHECK(has_reversed_address(maker, "7A 01 00 00 10"_octets));
    CHECK_FALSE(has_reversed_address(maker, "7A 01 00 00 05"_octets));
    CHECK_FALSE(has_reversed_address(maker, "7A 01 00 00 25"_octets));
    CHECK_FALSE(has_reversed_address(maker, "7A 01 00 00"_octets));
    CHECK_FALSE(has_reversed_address(*tpl::manufacturer::parse("KAM"), "7A 01 00 00 18"_octets));
}
