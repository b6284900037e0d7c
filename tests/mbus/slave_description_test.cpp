#include <meterlink/mbus/slave_description.hpp>

#include <cstdint>
#include <vector>

#include "octets.hpp"
#include "support/catch.hpp"
#include "talking.hpp"

using namespace meterlink;
using namespace meterlink::mbus;

namespace {

const auto water =
    "68 1F 1F 68 08 02 72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 00 DA 02 3B 13 01 8B 60 "
    "04 37 18 02 18 16"_octets;

} // namespace

TEST_CASE("a recorded answer tells address and identity and access number and data") {
    const auto from = slave_description::from(water);
    REQUIRE(from);
    CHECK(from->address == 2);
    CHECK(from->secondary == secondary_address{0x12345678, 0x4024, 1, 7});
    CHECK(from->access_number == 0x55);
    CHECK_FALSE(from->fabrication_number);
    REQUIRE(from->telegrams.size() == 1);
    CHECK(from->telegrams[0].payload == std::vector<std::uint8_t>(water.begin() + 6, water.end() - 2));
}

TEST_CASE("the fabrication number is found among the records") {
    const auto from = slave_description::from(
        framed("08 02 72 78 56 34 12 24 40 01 07 55 00 00 00 01 13 05 0C 78 04 03 02 01"_octets));
    REQUIRE(from);
    CHECK(from->fabrication_number == 0x01020304U);
}

TEST_CASE("an answer from the address 253 comes from an unconfigured meter") {
    auto body = "08 FD 78 01 13 05"_octets;
    const auto from = slave_description::from(framed(body));
    REQUIRE(from);
    CHECK(from->address == 0);
    CHECK(from->secondary == secondary_address{0, 0, 0, 0});
}

TEST_CASE("the fixed structure tells the identification number") {
    const auto from = slave_description::from(
        "68 13 13 68 08 05 73 78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00 3C 16"_octets);
    REQUIRE(from);
    CHECK(from->address == 5);
    CHECK(from->secondary == secondary_address{0x12345678, 0xFFFF, 0xFF, 0xFF});
    CHECK(from->access_number == 0x0A);
}

TEST_CASE("what no meter sent describes none") {
    CHECK(slave_description::from("E5"_octets).error() == link_error(errc::length_unexpected, 0));
    CHECK(slave_description::from("10 40 01 41 16"_octets).error() == link_error(errc::length_unexpected, 0));
    CHECK(slave_description::from(framed("53 02 51 01 7A 08"_octets)).error() ==
          link_error(errc::value_out_of_range, 4, 0x08, 0x53));
    for (std::size_t size = 0; size < water.size(); ++size)
        CHECK(slave_description::from(bytes_view{water}.first(size)).error().code == errc::truncated);
    CHECK(slave_description::from(framed("08 02 72 78"_octets)).error().code == errc::truncated);
}

TEST_CASE("a second telegram must be of the same meter") {
    auto meter = slave_description::from(water).value();
    CHECK(meter.add(water));
    CHECK(meter.telegrams.size() == 2);
    const auto other = framed("08 02 72 79 56 34 12 24 40 01 07 55 00 00 00"_octets);
    CHECK(meter.add(other).error() == link_error(errc::value_out_of_range, 6));
    CHECK(meter.telegrams.size() == 2);
}

TEST_CASE("records become a telegram with a long header") {
    auto meter = slave_description::of(9, {0x12345678, 0x4024, 1, 7});
    apl::record_list list;
    list.records.push_back(apl::record::parse("01 13 05"_octets).value());
    REQUIRE(meter.add(list, tpl::status{0x04}));
    CHECK(meter.telegrams[0].payload == "72 00 00 00 00 00 00 00 00 00 04 00 00 01 13 05"_octets);
    list.manufacturer_data.assign(237, 0xAA);
    CHECK(meter.add(list).error() == link_error(errc::value_out_of_range, 240));
    list.manufacturer_data.pop_back();
    CHECK(meter.add(list));
}
