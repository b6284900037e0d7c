#include <meterlink/core/checksum.hpp>

#include <array>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;

TEST_CASE("the checksum is the sum of the octets modulo 256") {
    STATIC_REQUIRE(checksum8({}) == 0);
    STATIC_REQUIRE(checksum8(std::array<std::uint8_t, 2>{0xFF, 0x02}) == 0x01);
    // SND_NKE to all: 10 40 FD 3D 16
    STATIC_REQUIRE(checksum8(std::array<std::uint8_t, 2>{0x40, 0xFD}) == 0x3D);
}

TEST_CASE("the checksum of any length is that of adding octet by octet") {
    std::mt19937_64 random{1};
    std::vector<std::uint8_t> octets;
    for (int length = 0; length < 600; ++length) {
        CHECK(checksum8(octets) == (std::accumulate(octets.begin(), octets.end(), 0U) & 0xFF));
        octets.push_back(static_cast<std::uint8_t>(random()));
    }
    CHECK(checksum8(std::vector<std::uint8_t>(70'000, 0xFF)) == ((70'000U * 0xFF) & 0xFF));
}
