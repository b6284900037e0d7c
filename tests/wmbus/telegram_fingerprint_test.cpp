#include <meterlink/wmbus/telegram_fingerprint.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <unordered_set>
#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::wmbus;
using namespace meterlink::test;

namespace {

/// Every bit of `telegram` that may be flipped without a change of its fingerprint, as offset * 8 + bit.
std::vector<std::size_t> free_bits(std::vector<std::uint8_t> telegram) {
    const auto original = telegram_fingerprint::of(telegram);
    std::vector<std::size_t> out;
    for (std::size_t bit = 0; bit < telegram.size() * 8; ++bit) {
        const auto mask = static_cast<std::uint8_t>(1U << bit % 8);
        telegram[bit / 8] ^= mask;
        if (telegram_fingerprint::of(telegram) == original)
            out.push_back(bit);
        telegram[bit / 8] ^= mask;
    }
    return out;
}

/// The bits of the L field, and `more`.
std::vector<std::size_t> length_and(std::initializer_list<std::size_t> more) {
    std::vector<std::size_t> out{0, 1, 2, 3, 4, 5, 6, 7};
    out.insert(out.end(), more);
    return out;
}

constexpr auto bit(std::size_t offset, std::size_t number) { return offset * 8 + number; }

} // namespace

TEST_CASE("a repeater may change bits H and R of the configuration field in modes 0 and 5") {
    const auto short_mode_5 =
        "1E 44 93 15 78 56 34 12 33 03 7A 2A 00 10 05 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F"_octets;
    CHECK(free_bits(short_mode_5) == length_and({bit(13, 0), bit(13, 1)}));
    const auto long_mode_0 =
        "18 44 93 15 44 33 22 11 55 37 72 78 56 34 12 93 15 33 03 2A 00 00 00 0C 13"_octets;
    CHECK(free_bits(long_mode_0) == length_and({bit(21, 0), bit(21, 1)}));
}

TEST_CASE("in other modes the bits have other meanings and count") {
    for (const unsigned mode : {1U, 2U, 3U, 4U, 6U, 7U, 8U, 9U, 10U, 13U, 15U, 16U, 21U}) {
        auto telegram = "12 44 93 15 78 56 34 12 33 03 7A 2A 00 10 00 01 02 03 04"_octets;
        telegram[14] = static_cast<std::uint8_t>(mode);
        CHECK(free_bits(telegram) == length_and({}));
    }
}

TEST_CASE("a repeater may change bits H and R of the extended link layer") {
    const auto form_1 = "13 44 93 15 78 56 34 12 33 03 8C 20 2A 7A 2A 00 00 05 01 02"_octets;
    CHECK(free_bits(form_1) == length_and({bit(11, 1), bit(11, 4), bit(16, 0), bit(16, 1)}));
    const auto form_2 = "17 44 2D 2C 78 56 34 12 33 16 8D 20 2A 01 00 00 20 99 99 7A 2A 00 00 05"_octets;
    CHECK(free_bits(form_2) == length_and({bit(11, 1), bit(11, 4)}));
    const auto form_3 =
        "1B 44 93 15 78 56 34 12 33 03 8E 20 2A 93 15 01 02 03 04 05 37 7A 2A 00 00 05 01 02"_octets;
    CHECK(free_bits(form_3) == length_and({bit(11, 1), bit(11, 4), bit(24, 0), bit(24, 1)}));
    const auto form_4 =
        "1C 44 93 15 78 56 34 12 33 03 8F 20 2A 93 15 01 02 03 04 05 37 01 00 00 20 99 99 7A 00"_octets;
    CHECK(free_bits(form_4) == length_and({bit(11, 1), bit(11, 4)}));
}

TEST_CASE("the configuration field is found behind network and authentication layers") {
    const auto network = "12 44 93 15 78 56 34 12 33 03 81 1D 7A 2A 00 00 05 01 02"_octets;
    CHECK(free_bits(network) == length_and({bit(15, 0), bit(15, 1)}));
    const auto authentication = "15 44 93 15 78 56 34 12 33 03 90 03 00 00 05 7A 2A 00 00 05 01 02"_octets;
    // A flipped bit of AFLL or of the CI field moves or hides the configuration field, and changes the
    // fingerprint by itself.
    CHECK(free_bits(authentication) == length_and({bit(18, 0), bit(18, 1)}));
    auto second_fragment = authentication;
    second_fragment[12] = 2;
    CHECK(free_bits(second_fragment) == length_and({}));
}

TEST_CASE(
    "the access demand and data flow bits of an answer may change and the frame count of a request not") {
    const auto answer = "0B 08 93 15 78 56 34 12 33 03 78 00"_octets;
    CHECK(free_bits(answer) == length_and({bit(1, 4), bit(1, 5)}));
    const auto request = "0B 5B 93 15 78 56 34 12 33 03 78 00"_octets;
    CHECK(free_bits(request) == length_and({}));
}

TEST_CASE("a copy of a repeater is known as one") {
    auto telegram = "13 44 93 15 78 56 34 12 33 03 8C 20 2A 7A 2A 00 00 05 01 02"_octets;
    CHECK_FALSE(telegram_fingerprint::of(telegram).is_relayed);
    telegram[11] = 0x30;
    CHECK(telegram_fingerprint::of(telegram).is_relayed);
    telegram[11] = 0x22;
    CHECK(telegram_fingerprint::of(telegram).is_relayed);
    telegram[11] = 0xED;
    CHECK_FALSE(telegram_fingerprint::of(telegram).is_relayed);
    telegram[16] = 0x01;
    CHECK(telegram_fingerprint::of(telegram).is_relayed);
}

TEST_CASE("octets that are no telegram have a fingerprint of their length and content") {
    const auto telegram =
        "1B 44 93 15 78 56 34 12 33 03 8E 20 2A 93 15 01 02 03 04 05 37 7A 2A 00 00 05 01 02"_octets;
    std::unordered_set<std::uint64_t> hashes;
    for (std::size_t size = 0; size <= telegram.size(); ++size) {
        const auto print = telegram_fingerprint::of(bytes_view{telegram}.first(size));
        CHECK(print.size == size);
        CHECK(hashes.insert(print.hash).second);
    }
    const std::vector<std::uint8_t> authentication_layers(300, 0x90);
    const std::vector<std::uint8_t> extended_link_layers(300, 0x8C);
    CHECK(telegram_fingerprint::of(authentication_layers) != telegram_fingerprint::of(extended_link_layers));
}

TEST_CASE("zeros at the end count") {
    std::vector<std::uint8_t> telegram(40, 0);
    std::unordered_set<std::uint64_t> hashes;
    for (std::size_t size = 2; size <= telegram.size(); ++size)
        CHECK(hashes.insert(telegram_fingerprint::of(bytes_view{telegram}.first(size)).hash).second);
}

TEST_CASE(
    "a hundred thousand telegrams of one meter have a hundred thousand hashes in evenly filled halves") {
    auto telegram =
        "1E 44 93 15 78 56 34 12 33 03 7A 2A 00 10 05 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F"_octets;
    std::unordered_set<std::uint64_t> hashes;
    std::size_t ones = 0;
    constexpr std::uint32_t count = 100'000;
    for (std::uint32_t i = 0; i < count; ++i) {
        telegram[11] = static_cast<std::uint8_t>(i);
        telegram[20] = static_cast<std::uint8_t>(i >> 8U);
        telegram[30] = static_cast<std::uint8_t>(i >> 16U);
        const auto hash = telegram_fingerprint::of(telegram).hash;
        hashes.insert(hash);
        ones += static_cast<std::size_t>(hash & 1U);
    }
    CHECK(hashes.size() == count);
    CHECK(ones > count / 2 - 1000);
    CHECK(ones < count / 2 + 1000);
}

TEST_CASE("the fingerprint is known to the compiler") {
    constexpr std::array<std::uint8_t, 12> answer{0x0B, 0x08, 0x93, 0x15, 0x78, 0x56,
                                                  0x34, 0x12, 0x33, 3,    0x78, 0};
    constexpr std::array<std::uint8_t, 12> busy{0x0B, 0x18, 0x93, 0x15, 0x78, 0x56,
                                                0x34, 0x12, 0x33, 3,    0x78, 0};
    STATIC_REQUIRE(telegram_fingerprint::of(answer) == telegram_fingerprint::of(busy));
}
