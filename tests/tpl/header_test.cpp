#include <meterlink/tpl/header.hpp>

#include <random>
#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::tpl;
using namespace meterlink::test;

namespace {

const auto water = "78 56 34 12 24 40 01 07 55 1B 20 25"_octets;
const auto water_msb_first = "12 34 56 78 40 24 01 07 55 1B 25 20"_octets;

} // namespace

TEST_CASE("a long header is the meter's address, and a short header behind it") {
    const auto header = long_header::parse(water);
    REQUIRE(header);
    CHECK(header->identification == 0x12345678);
    CHECK(header->manufacturer == manufacturer::parse("PAD"));
    CHECK(header->version == 1);
    CHECK(header->device_type == device_type::water);
    CHECK(header->common.access_number == 0x55);
    CHECK(header->common.status == status{0x1B});
    CHECK(header->common.configuration == configuration_field{0x2520});
    CHECK(header->common == short_header::parse(bytes_view{water}.subspan(8)));
}

TEST_CASE("a header does not care for what stands behind it") {
    auto longer = water;
    longer.push_back(0x13);
    CHECK(long_header::parse(longer) == long_header::parse(water));
    CHECK(short_header::parse("2A 00 20 25 FF"_octets) == short_header{0x2A, {}, {0x2520}});
}

TEST_CASE("the obsolete order turns every field of more than one octet round") {
    const auto header = long_header::parse(water_msb_first, byte_order::most_significant_first);
    REQUIRE(header);
    CHECK(*header == long_header::parse(water));
    std::vector<std::uint8_t> out(12);
    CHECK(header->emit(out, byte_order::most_significant_first).value() == 12);
    CHECK(out == water_msb_first);
}

TEST_CASE("a header cut at any length is truncated there") {
    for (std::size_t size = 0; size < 12; ++size)
        CHECK(long_header::parse(bytes_view{water}.first(size)).error() == tpl_error(errc::truncated, size));
    for (std::size_t size = 0; size < 4; ++size)
        CHECK(short_header::parse(bytes_view{water}.first(size)).error() == tpl_error(errc::truncated, size));
}

TEST_CASE("any header goes out as it came in") {
    std::mt19937 random{12};
    for (int round = 0; round < 1000; ++round) {
        std::vector<std::uint8_t> wire(12);
        for (auto& octet : wire)
            octet = static_cast<std::uint8_t>(random());
        CHECK(to_bytes(long_header::parse(wire).value()) == wire);
        wire.resize(4);
        CHECK(to_bytes(short_header::parse(wire).value()) == wire);
    }
}

TEST_CASE("a header is not written without room") {
    const auto header = long_header::parse(water).value();
    for (std::size_t room = 0; room < 12; ++room) {
        std::vector<std::uint8_t> out(room);
        CHECK(header.emit(out).error() == error{errc::buffer_too_small, layer::core, room});
        if (room < 4)
            CHECK(header.common.emit(out).error() == error{errc::buffer_too_small, layer::core, room});
    }
}
