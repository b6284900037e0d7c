#include <meterlink/mbus/secondary_address.hpp>

#include <array>
#include <vector>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;

namespace {

constexpr secondary_address water{0x12345678, 0x4024, 0x01, 0x07}; // PAD

} // namespace

TEST_CASE("a secondary address is eight octets, least significant first") {
    const auto wire = "78 56 34 12 24 40 01 07"_octets;
    CHECK(secondary_address::parse(wire) == water);
    CHECK(to_bytes(water) == wire);
}

TEST_CASE("the obsolete order turns identification and manufacturer round") {
    const auto wire = "12 34 56 78 40 24 01 07"_octets;
    CHECK(secondary_address::parse(wire, byte_order::most_significant_first) == water);
    std::array<std::uint8_t, 8> out{};
    CHECK(water.emit(out, byte_order::most_significant_first) == std::size_t{8});
    CHECK(std::vector<std::uint8_t>(out.begin(), out.end()) == wire);
}

TEST_CASE("a secondary address has exactly eight octets") {
    const auto wire = "78 56 34 12 24 40 01 07 00"_octets;
    for (std::size_t size = 0; size < 8; ++size) {
        CHECK(secondary_address::parse(bytes_view{wire}.first(size)).error() ==
              link_error(errc::truncated, size));
        std::vector<std::uint8_t> out(size);
        CHECK(water.emit(out).error().code == errc::buffer_too_small);
    }
    CHECK(secondary_address::parse(wire).error() == link_error(errc::trailing_bytes, 8, -1, 0));
}

TEST_CASE("a long header carries the address of its meter") {
    const auto wire = "78 56 34 12 24 40 01 07 55 00 00 00"_octets;
    CHECK(secondary_address::from(*tpl::long_header::parse(wire)) == water);
}

TEST_CASE("an address without wildcards selects itself alone") {
    STATIC_REQUIRE(water.matches(water));
    STATIC_REQUIRE_FALSE(water.has_wildcards());
    for (unsigned bit = 0; bit < 32; ++bit)
        CHECK_FALSE(water.matches({water.id ^ 1U << bit, 0x4024, 1, 7}));
    for (unsigned bit = 0; bit < 16; ++bit)
        CHECK_FALSE(water.matches({water.id, static_cast<std::uint16_t>(0x4024U ^ 1U << bit), 1, 7}));
    for (unsigned bit = 0; bit < 8; ++bit) {
        CHECK_FALSE(water.matches({water.id, 0x4024, static_cast<std::uint8_t>(1U ^ 1U << bit), 7}));
        CHECK_FALSE(water.matches({water.id, 0x4024, 1, static_cast<std::uint8_t>(7U ^ 1U << bit)}));
    }
}

TEST_CASE("every nibble F of the identification selects any digit") {
    for (unsigned shift = 0; shift < 32; shift += 4) {
        auto mask = water;
        mask.id |= 0xFU << shift;
        CHECK(mask.has_wildcards());
        for (unsigned digit = 0; digit < 10; ++digit) {
            auto meter = water;
            meter.id = (meter.id & ~(0xFU << shift)) | digit << shift;
            CHECK(mask.matches(meter));
        }
        auto other = water;
        other.id ^= 1U << ((shift + 4) % 32);
        CHECK_FALSE(mask.matches(other));
    }
}

TEST_CASE("FF selects any manufacturer octet, version and device type") {
    STATIC_REQUIRE(secondary_address{}.matches(water));
    STATIC_REQUIRE(secondary_address{0x12345678, 0xFFFF, 0x01, 0x07}.matches(water));
    STATIC_REQUIRE(secondary_address{0x12345678, 0x40FF, 0x01, 0x07}.matches(water));
    STATIC_REQUIRE(secondary_address{0x12345678, 0xFF24, 0x01, 0x07}.matches(water));
    STATIC_REQUIRE_FALSE(secondary_address{0x12345678, 0xFF25, 0x01, 0x07}.matches(water));
    STATIC_REQUIRE(secondary_address{0x12345678, 0x4024, 0xFF, 0x07}.matches(water));
    STATIC_REQUIRE(secondary_address{0x12345678, 0x4024, 0x01, 0xFF}.matches(water));
    STATIC_REQUIRE_FALSE(secondary_address{0x1FFFFFFF, 0xFFFF, 0xFF, 0x04}.matches(water));
    STATIC_REQUIRE(secondary_address{0x12345678, 0x40FF, 0x01, 0x07}.has_wildcards());
    STATIC_REQUIRE(secondary_address{0x12345678, 0x4024, 0x01, 0xFF}.has_wildcards());
}

TEST_CASE("digits of a mask are compared one by one") {
    STATIC_REQUIRE(digits_match(0x1FFFFFFF, 0x12345678));
    STATIC_REQUIRE_FALSE(digits_match(0x2FFFFFFF, 0x12345678));
    STATIC_REQUIRE(digits_match(0xFFFFFFF8, 0x12345678));
    STATIC_REQUIRE(digits_match(0x12345678, 0x12345678));
    STATIC_REQUIRE_FALSE(digits_match(0x12345678, 0x1234567F)); // a wildcard in a meter's own digits is none
}
