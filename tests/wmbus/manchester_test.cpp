#include <meterlink/wmbus/manchester.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;

namespace {

using octets = std::vector<std::uint8_t>;

octets encoded(bytes_view data) {
    octets out(data.size() * 2);
    REQUIRE(encode<manchester>(data, out) == data.size() * 16);
    return out;
}

octets decoded(bits_view chips) {
    octets out(chips.size() / 16);
    REQUIRE(decode<manchester>(chips, out) == out.size());
    return out;
}

} // namespace

TEST_CASE("a one is 01 and a zero is 10") {
    // 10100110010101101001101010011010
    CHECK(encoded("2E 44"_octets) == "A6 56 9A 9A"_octets);
    const auto chips = "A6 56 9A 9A"_octets;
    CHECK(decoded(bits_view{chips}) == "2E 44"_octets);
    STATIC_REQUIRE(manchester::chips_of(0xFF) == 0x5555);
    STATIC_REQUIRE(manchester::chips_of(0x00) == 0xAAAA);
}

TEST_CASE("of all 16 chips only those of an octet are taken") {
    std::size_t valid = 0;
    for (std::uint32_t chips = 0; chips < 0x10000; ++chips)
        if (const auto octet = manchester::octet_of(chips)) {
            ++valid;
            REQUIRE(manchester::chips_of(*octet) == chips);
        }
    CHECK(valid == 256);
}

TEST_CASE("Manchester coded octets survive at every offset into the chips") {
    std::mt19937_64 random{3};
    for (std::size_t offset = 0; offset < 8; ++offset)
        for (std::size_t size = 0; size < 60; ++size) {
            octets data(size);
            std::generate(data.begin(), data.end(), [&] { return static_cast<std::uint8_t>(random()); });
            octets out(1 + size * 2);
            bit_writer chips{out};
            chips.put(static_cast<std::uint32_t>(random()), offset);
            encode<manchester>(data, chips);
            REQUIRE(chips.finish() == offset + size * 16);
            CHECK(decoded(bits_view{out, offset, size * 16}) == data);
        }
}

TEST_CASE("two equal chips where a bit should be are named by their place") {
    octets out(8);
    const auto chips = encoded("2E 44 93 15 78 56 34 12"_octets);
    for (std::size_t chip = 0; chip < 128; ++chip) {
        auto broken = chips;
        broken[chip / 8] ^= static_cast<std::uint8_t>(0x80U >> (chip % 8));
        CHECK(decode<manchester>(bits_view{broken}, out).error() ==
              wmbus_error(errc::chip_code, chip / 2 * 2));
    }
}

TEST_CASE("Manchester chips cut at any place give the whole octets before it") {
    const auto chips = encoded(example_c2());
    for (std::size_t size = 0; size <= chips.size() * 8; ++size) {
        octets out(20);
        CHECK(decode<manchester>(bits_view{chips, 0, size}, out) == size / 16);
        CHECK(std::equal(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size / 16),
                         example_c2().begin()));
    }
}

TEST_CASE("Manchester chips and octets are not written without room") {
    const auto chips = encoded(example_c2());
    for (std::size_t room = 0; room < 20; ++room) {
        octets out(room);
        CHECK(decode<manchester>(bits_view{chips}, out).error() ==
              error{errc::buffer_too_small, layer::core, room});
        CHECK(encode<manchester>(example_c2(), out).error() ==
              error{errc::buffer_too_small, layer::core, room});
    }
}
