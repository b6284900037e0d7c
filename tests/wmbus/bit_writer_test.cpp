#include <meterlink/wmbus/bit_writer.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include <meterlink/wmbus/bits.hpp>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;

TEST_CASE("bits are written the most significant first and the last octet is filled with zeros") {
    std::vector<std::uint8_t> out(3, 0xFF);
    bit_writer bits{out};
    bits.put(0xA, 4).put(0x53, 8).put(0x7, 3);
    CHECK(bits.size() == 15);
    CHECK(bits.finish() == std::size_t{15});
    CHECK(out == "A5 3E FF"_octets);
}

TEST_CASE("only the low bits of a value are written") {
    std::vector<std::uint8_t> out(5);
    bit_writer bits{out};
    bits.put(0xFFFFFFFF, 4).put(0, 0).put(0x12345678, 32).put(0xF0, 4);
    CHECK(bits.finish() == std::size_t{40});
    CHECK(out == "F1 23 45 67 80"_octets);
}

TEST_CASE("bits that do not fit are told and not written") {
    for (std::size_t room = 0; room < 3; ++room) {
        std::vector<std::uint8_t> out(room, 0);
        bit_writer bits{out};
        bits.put(0xFFFF, 16).put(1, 1);
        CHECK(bits.size() == 17);
        CHECK(bits.finish().error() == error{errc::buffer_too_small, layer::core, room});
        CHECK(out == std::vector<std::uint8_t>(room, 0xFF));
    }
}

TEST_CASE("bits written in any portions are read in the same") {
    std::mt19937_64 random{2};
    for (int round = 0; round < 100; ++round) {
        std::vector<std::uint8_t> out(200);
        bit_writer bits{out};
        std::vector<std::pair<std::uint32_t, std::size_t>> portions;
        for (int i = 0; i < 40; ++i) {
            const std::size_t count = 1 + random() % 32;
            const auto value = static_cast<std::uint32_t>(random() & ((std::uint64_t{1} << count) - 1));
            portions.emplace_back(value, count);
            bits.put(value, count);
        }
        const auto size = bits.finish();
        REQUIRE(size);
        bits_view back{out, 0, *size};
        for (const auto& [value, count] : portions)
            CHECK(back.take(count) == value);
        CHECK(back.empty());
    }
}
