#include <meterlink/core/reader.hpp>

#include <array>
#include <cstdint>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;

namespace {

constexpr std::array<std::uint8_t, 9> octets{0x78, 0x56, 0x34, 0x12, 0xF0, 0xDE, 0xBC, 0x9A, 0x01};

} // namespace

TEST_CASE("numbers load in both byte orders, at any width") {
    STATIC_REQUIRE(load_little_endian(bytes_view{octets}.first(4)) == 0x12345678);
    STATIC_REQUIRE(load_little_endian(bytes_view{octets}.first(3)) == 0x345678);
    STATIC_REQUIRE(load_little_endian(bytes_view{octets}.first(8)) == 0x9ABCDEF012345678);
    STATIC_REQUIRE(load_little_endian(octets) == 0x9ABCDEF012345678); // the ninth does not count
    STATIC_REQUIRE(load_little_endian({}) == 0);
    STATIC_REQUIRE(load_big_endian(bytes_view{octets}.first(4)) == 0x78563412);
    STATIC_REQUIRE(load_big_endian(octets) == 0x563412F0DEBC9A01); // the last eight
    STATIC_REQUIRE(load_big_endian({}) == 0);
    STATIC_REQUIRE(load_number(bytes_view{octets}.first(3), byte_order::least_significant_first) == 0x345678);
    STATIC_REQUIRE(load_number(bytes_view{octets}.first(3), byte_order::most_significant_first) == 0x785634);
}

TEST_CASE("a reader walks through its input") {
    reader r{octets};
    CHECK(r.peek() == 0x78);
    CHECK(r.u8() == 0x78);
    CHECK(r.u16() == 0x3456);
    CHECK(r.offset() == 3);
    CHECK(r.u32() == 0xBCDEF012);
    CHECK(r.remaining() == 2);
    CHECK(r.rest().data() == octets.data() + 7);
    CHECK(r.has(2));
    CHECK_FALSE(r.has(3));
    const auto last = r.take(2);
    CHECK(last.data() == octets.data() + 7);
    CHECK(last.size() == 2);
    CHECK(r.empty());
}

TEST_CASE("a reader past the end yields zeros, whatever is read from however much") {
    for (std::size_t size = 0; size < 4; ++size) {
        const std::vector<std::uint8_t> few(size, 0xFF);
        reader four{few};
        CHECK(four.u32() == 0);
        CHECK(four.offset() == 0); // a number is taken whole or not at all
        reader two{few};
        CHECK(two.u16() == (size < 2 ? 0 : 0xFFFF));
        reader one{few};
        CHECK(one.u8() == (size < 1 ? 0 : 0xFF));
        reader more{few};
        CHECK(more.take(size + 1).empty());
        CHECK(more.remaining() == size);
        CHECK(more.take(size).size() == size);
        CHECK(more.peek() == 0);
        CHECK(more.u8() == 0);
        CHECK(more.offset() == size);
        CHECK_FALSE(more.has(static_cast<std::size_t>(-1)));
    }
}
