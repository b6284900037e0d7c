#include <meterlink/wmbus/bits.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;

TEST_CASE("bits are read the most significant first") {
    const auto octets = "A5 3C"_octets;
    const bits_view bits{octets};
    CHECK(bits.size() == 16);
    CHECK(bits[0]);
    CHECK_FALSE(bits[1]);
    CHECK(bits[7]);
    CHECK(bits.peek(4) == 0xA);
    CHECK(bits.peek(8, 4) == 0x53);
    CHECK(bits.peek(16) == 0xA53C);
    CHECK(bits.peek(0) == 0);
}

TEST_CASE("a run of bits may begin and end anywhere") {
    const auto octets = "12 34 56 78 9A"_octets;
    const bits_view bits{octets, 4, 32};
    CHECK(bits.size() == 32);
    CHECK(bits.peek(32) == 0x23456789);
    CHECK(bits.first(8).peek(8) == 0x23);
    CHECK(bits.subview(24).size() == 8);
    CHECK(bits.subview(24).peek(8) == 0x89);
    CHECK(bits.subview(40).empty());
}

TEST_CASE("what lies beyond the end is zero and is not read from the octets") {
    const auto octets = "FF FF"_octets;
    const bits_view bits{octets, 3, 5};
    CHECK(bits.peek(8) == 0xF8);
    CHECK(bits.peek(32) == 0xF8000000);
    CHECK(bits.peek(4, 5) == 0);
    CHECK(bits.peek(4, 100) == 0);
    CHECK_FALSE(bits[5]);
    CHECK(bits_view{octets, 12, 100}.size() == 4);
    CHECK(bits_view{octets, 100, 1}.empty());
    CHECK(bits_view{}.peek(8) == 0);
}

TEST_CASE("bits taken one after the other are those there") {
    std::mt19937_64 random{1};
    std::vector<std::uint8_t> octets(64);
    for (auto& octet : octets)
        octet = static_cast<std::uint8_t>(random());
    for (std::size_t offset = 0; offset < 8; ++offset) {
        const bits_view all{octets, offset, 480};
        for (std::size_t count = 1; count <= 32; ++count) {
            auto rest = all;
            for (std::size_t at = 0; at + count <= all.size(); at += count) {
                std::uint32_t expected = 0;
                for (std::size_t i = 0; i < count; ++i)
                    expected = (expected << 1) | (all[at + i] ? 1U : 0U);
                REQUIRE(rest.take(count) == expected);
                REQUIRE(rest.size() == all.size() - at - count);
            }
        }
    }
}
