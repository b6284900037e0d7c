#include <meterlink/wmbus/three_of_six.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "corpus/corpus.hpp"
#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;

namespace {

using octets = std::vector<std::uint8_t>;

octets encoded(bytes_view data) {
    octets out(data.size() * 2);
    const auto chips = encode<three_of_six>(data, out);
    REQUIRE(chips == data.size() * 12);
    out.resize((*chips + 7) / 8);
    return out;
}

octets decoded(bits_view chips) {
    octets out(chips.size() / 12);
    REQUIRE(decode<three_of_six>(chips, out) == out.size());
    return out;
}

/// The example of EN 13757-4, annex C.2, on the air.
const auto c2_chips =
    "5A 97 1C 9B 25 B4 4E C6 5A 2D C3 4E 58 D5 93 71 C7 13 4E C5 A3 34 B7 0B 69 9B 13 37 26 B1"_octets;

} // namespace

TEST_CASE("the example of mode T is coded bit for bit") {
    CHECK(encoded(example_c2()) == c2_chips);
    CHECK(decoded(bits_view{c2_chips}) == example_c2());
    CHECK(encoded("2E 44 93 15 78 56 34 12"_octets) == "3B 27 1C 94 B3 59 4E C6 5A 2D C3 4E"_octets);
}

TEST_CASE("the symbols are 16 codes with three ones each") {
    for (const auto symbol : three_of_six::symbols) {
        CHECK(std::popcount(symbol) == 3);
        CHECK(std::count(three_of_six::symbols.begin(), three_of_six::symbols.end(), symbol) == 1);
    }
    STATIC_REQUIRE(three_of_six::symbols[0x0] == 0x16);
    STATIC_REQUIRE(three_of_six::symbols[0x8] == 0x2C);
    STATIC_REQUIRE(three_of_six::symbols[0xF] == 0x29);
}

TEST_CASE("of all 12 chips only those of an octet are taken") {
    std::size_t valid = 0;
    for (std::uint32_t chips = 0; chips < 4096; ++chips) {
        const auto octet = three_of_six::octet_of(chips);
        if (octet) {
            ++valid;
            CHECK(three_of_six::chips_of(*octet) == chips);
        }
    }
    CHECK(valid == 256);
}

TEST_CASE("octets survive at every offset into the chips") {
    std::mt19937_64 random{3};
    for (std::size_t offset = 0; offset < 8; ++offset)
        for (std::size_t size = 0; size < 60; ++size) {
            octets data(size);
            std::generate(data.begin(), data.end(), [&] { return static_cast<std::uint8_t>(random()); });
            octets out(1 + size * 2);
            bit_writer chips{out};
            chips.put(static_cast<std::uint32_t>(random()), offset);
            encode<three_of_six>(data, chips);
            REQUIRE(chips.finish() == offset + size * 12);
            CHECK(decoded(bits_view{out, offset, size * 12}) == data);
        }
}

TEST_CASE("a symbol that is none is named by the chip where it begins") {
    octets out(20);
    for (std::size_t nibble = 0; nibble < 40; ++nibble) {
        octets chips(30);
        bit_writer written{chips};
        for (std::size_t i = 0; i < 40; ++i)
            written.put(i == nibble ? 0x15 : three_of_six::symbols[i % 16], 6);
        REQUIRE(written.finish());
        CHECK(decode<three_of_six>(bits_view{chips}, out).error() ==
              wmbus_error(errc::chip_code, nibble * 6));
    }
}

TEST_CASE("chips cut at any place give the whole octets before it") {
    for (std::size_t size = 0; size <= c2_chips.size() * 8; ++size) {
        octets out(20);
        CHECK(decode<three_of_six>(bits_view{c2_chips, 0, size}, out) == size / 12);
        CHECK(std::equal(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size / 12),
                         example_c2().begin()));
    }
}

TEST_CASE("chips and octets are not written without room") {
    for (std::size_t room = 0; room < 20; ++room) {
        octets out(room);
        CHECK(decode<three_of_six>(bits_view{c2_chips}, out).error() ==
              error{errc::buffer_too_small, layer::core, room});
        CHECK(encode<three_of_six>(example_c2(), out).error() ==
              error{errc::buffer_too_small, layer::core, room});
    }
}

TEST_CASE("every coded telegram of the corpus is decoded and coded again") {
    for (const auto& line : corpus_lines("wireless/three_of_six.jsonl")) {
        const auto chips = octets_of(line, "encoded");
        const auto data = octets_of(line, "decoded");
        REQUIRE(chips.size() * 8 >= data.size() * 12);
        CHECK(decoded(bits_view{chips}.first(data.size() * 12)) == data);
        const auto again = encoded(data);
        CHECK(std::equal(again.begin(), again.begin() + static_cast<std::ptrdiff_t>(data.size() * 12 / 8),
                         chips.begin()));
    }
}
