#include <meterlink/core/crc.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;

namespace {

constexpr std::array<std::uint8_t, 9> digits{'1', '2', '3', '4', '5', '6', '7', '8', '9'};

/// The CRC by long division, bit by bit.
std::uint16_t divided(bytes_view octets, const crc16_parameters& p) {
    const auto bit_of = [&](std::uint8_t octet, int i) {
        return (static_cast<unsigned>(octet) >> (p.reflected ? i : 7 - i)) & 1U;
    };
    unsigned remainder = p.initial; // kept unreflected throughout; only symmetric initial values occur
    for (const auto octet : octets)
        for (int i = 0; i < 8; ++i) {
            const auto out = ((remainder >> 15) & 1U) ^ bit_of(octet, i);
            remainder = ((remainder << 1) & 0xFFFFU) ^ (out != 0 ? p.polynomial : 0U);
        }
    if (p.reflected) {
        unsigned reversed = 0;
        for (int i = 0; i < 16; ++i)
            reversed |= ((remainder >> i) & 1U) << (15 - i);
        remainder = reversed;
    }
    return static_cast<std::uint16_t>(remainder ^ p.final_xor);
}

} // namespace

TEST_CASE("the CRCs of the digits 1 to 9 are the known check values") {
    STATIC_REQUIRE(crc16_en13757::of(digits) == 0xC2B7);
    STATIC_REQUIRE(crc16_x25::of(digits) == 0x906E);
    STATIC_REQUIRE(crc16_modbus::of(digits) == 0x4B37);
    STATIC_REQUIRE(crc16_kermit::of(digits) == 0x2189);
}

TEST_CASE("the CRCs of real frames are those that were sent") {
    // The header block of a wireless telegram; the CRC follows, most significant octet first: 33 63.
    STATIC_REQUIRE(crc16_en13757::of(std::array<std::uint8_t, 10>{0x2E, 0x44, 0x93, 0x15, 0x78, 0x56, 0x34,
                                                                  0x12, 0x33, 0x03}) == 0x3363);
    STATIC_REQUIRE(crc16_en13757::of(std::array<std::uint8_t, 4>{0x01, 0xFD, 0x1F, 0x01}) == 0xCC22);
    // A Modbus request; the CRC follows, least significant octet first: 74 17.
    STATIC_REQUIRE(crc16_modbus::of(std::array<std::uint8_t, 6>{0x01, 0x03, 0x00, 0x6B, 0x00, 0x03}) ==
                   0x1774);
}

TEST_CASE("the CRC of nothing is what its parameters say") {
    STATIC_REQUIRE(crc16_en13757::of({}) == 0xFFFF);
    STATIC_REQUIRE(crc16_x25::of({}) == 0x0000);
    STATIC_REQUIRE(crc16_modbus::of({}) == 0xFFFF);
    STATIC_REQUIRE(crc16_kermit::of({}) == 0x0000);
}

TEST_CASE("a CRC agrees with bitwise division, wherever the message is cut") {
    std::mt19937_64 random{2};
    for (std::size_t length = 0; length < 64; ++length) {
        std::vector<std::uint8_t> octets(length);
        std::generate(octets.begin(), octets.end(), [&] { return static_cast<std::uint8_t>(random()); });
        CHECK(crc16_en13757::of(octets) == divided(octets, {0x3D65, 0, false, 0xFFFF}));
        CHECK(crc16_modbus::of(octets) == divided(octets, {0x8005, 0xFFFF, true, 0}));
        CHECK(crc16_x25::of(octets) == divided(octets, {0x1021, 0xFFFF, true, 0xFFFF}));
        CHECK(crc16_kermit::of(octets) == divided(octets, {0x1021, 0, true, 0}));
        for (std::size_t cut = 0; cut <= length; ++cut) {
            crc16_x25 crc;
            crc.update(bytes_view{octets}.first(cut));
            CHECK(crc.finish() == crc16_x25::of(bytes_view{octets}.first(cut))); // and may go on after that
            CHECK(crc.update(bytes_view{octets}.subspan(cut)).finish() == crc16_x25::of(octets));
        }
    }
}
