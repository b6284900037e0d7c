#include <meterlink/core/bcd.hpp>

#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;

namespace {

using octets = std::vector<std::uint8_t>;

constexpr bcd_value number(std::int64_t value) {
    return {value, value < 0 ? bcd_kind::negative : bcd_kind::positive};
}

constexpr bcd_value no_value{0, bcd_kind::no_value};
constexpr bcd_value invalid_digit{0, bcd_kind::invalid_digit};

/// Digit by digit, as a person would read it.
bcd_value spelled_out(const octets& field, bcd_sign sign) {
    std::vector<int> nibbles; // most significant first
    for (auto it = field.rbegin(); it != field.rend(); ++it) {
        nibbles.push_back(*it >> 4);
        nibbles.push_back(*it & 0xF);
    }
    bool all_f = true;
    for (const auto nibble : nibbles)
        all_f = all_f && nibble == 0xF;
    if (all_f)
        return no_value;
    const auto negative = sign == bcd_sign::top_nibble && nibbles.front() == 0xF;
    std::int64_t value = 0;
    for (std::size_t i = negative ? 1 : 0; i < nibbles.size(); ++i) {
        if (nibbles[i] > 9)
            return invalid_digit;
        value = value * 10 + nibbles[i];
    }
    return {negative ? -value : value, negative ? bcd_kind::negative : bcd_kind::positive};
}

} // namespace

TEST_CASE("type A examples decode") {
    CHECK(decode_bcd(octets{0x12}) == number(12));
    CHECK(decode_bcd(octets{0xF1}) == number(-1));
    CHECK(decode_bcd(octets{0x34, 0x12}) == number(1234));
    CHECK(decode_bcd(octets{0x34, 0xF2}) == number(-234));
    CHECK(decode_bcd(octets{0x78, 0x56, 0x34, 0xF2}) == number(-2345678));
    CHECK(decode_bcd(octets{0xFF, 0xFF}) == no_value);
    CHECK(decode_bcd(octets{0x00, 0x0A}) == invalid_digit);
    STATIC_REQUIRE(decode_bcd(std::array<std::uint8_t, 4>{0x78, 0x56, 0x34, 0x12}) == number(12345678));
}

TEST_CASE("BCD reaches from nothing to 18 digits") {
    CHECK(decode_bcd({}) == no_value);
    CHECK(decode_bcd(octets(9, 0x99)) == number(999'999'999'999'999'999));
    CHECK(decode_bcd(octets(8, 0x99)) == number(9'999'999'999'999'999));
    CHECK(decode_bcd(octets(10, 0x11)) == no_value);
    for (std::size_t width = 1; width <= bcd_max_octets; ++width) {
        CHECK(decode_bcd(octets(width, 0xFF)) == no_value);
        CHECK(decode_bcd(octets(width, 0xFF), bcd_sign::none) == no_value);
        CHECK(decode_bcd(octets(width, 0x00)) == number(0));
    }
}

TEST_CASE("zero can be negative, as sent") {
    CHECK(decode_bcd(octets{0x00, 0xF0}) == bcd_value{0, bcd_kind::negative});
    CHECK(decode_bcd(octets{0xF0}).has_value());
    CHECK_FALSE(decode_bcd(octets{0xFF}).has_value());
    CHECK_FALSE(decode_bcd(octets{0x0A}).has_value());
}

TEST_CASE("one wrong nibble anywhere makes BCD invalid, and F is a sign only at the top of type A") {
    for (std::size_t width = 1; width <= bcd_max_octets; ++width) {
        for (std::size_t place = 0; place < 2 * width; ++place) {
            for (unsigned nibble = 0xA; nibble <= 0xF; ++nibble) {
                for (const unsigned others : {0x00U, 0x11U, 0x99U}) {
                    octets field(width, static_cast<std::uint8_t>(others));
                    auto& octet = field[place / 2];
                    octet = static_cast<std::uint8_t>(place % 2 == 0 ? (octet & 0xF0U) | nibble
                                                                     : (octet & 0x0FU) | nibble << 4);
                    CHECK(decode_bcd(field, bcd_sign::none) == invalid_digit);
                    const auto is_sign = nibble == 0xF && place == 2 * width - 1;
                    CHECK((decode_bcd(field).kind == bcd_kind::negative) == is_sign);
                    CHECK((decode_bcd(field).kind == bcd_kind::invalid_digit) == !is_sign);
                }
            }
        }
    }
}

TEST_CASE("all octet pairs and many random fields decode as spelled out") {
    for (unsigned pair = 0; pair <= 0xFFFF; ++pair) {
        const octets field{static_cast<std::uint8_t>(pair & 0xFF), static_cast<std::uint8_t>(pair >> 8)};
        if (decode_bcd(field) != spelled_out(field, bcd_sign::top_nibble) ||
            decode_bcd(field, bcd_sign::none) != spelled_out(field, bcd_sign::none))
            FAIL("pair " << pair);
    }
    std::mt19937_64 random{3};
    for (int round = 0; round < 100'000; ++round) {
        octets field(1 + random() % bcd_max_octets);
        for (auto& octet : field) {
            const auto bits = random();
            const auto nibble = [](std::uint64_t x) { return x % 64 == 0 ? 0xA + x / 64 % 6 : x % 10; };
            octet = static_cast<std::uint8_t>(nibble(bits & 0xFFFF) << 4 | nibble(bits >> 16 & 0xFFFF));
        }
        if (random() % 4 == 0)
            field.back() |= 0xF0;
        for (const auto sign : {bcd_sign::top_nibble, bcd_sign::none})
            if (decode_bcd(field, sign) != spelled_out(field, sign))
                FAIL("round " << round);
    }
}

TEST_CASE("encoding writes the digits and the sign") {
    octets four(4);
    CHECK(encode_bcd(12345678, four) == 4U);
    CHECK(four == octets{0x78, 0x56, 0x34, 0x12});
    CHECK(encode_bcd(-2345678, four) == 4U);
    CHECK(four == octets{0x78, 0x56, 0x34, 0xF2});
    CHECK(encode_bcd(0, four) == 4U);
    CHECK(four == octets(4, 0x00));
    octets one(1);
    CHECK(encode_bcd(-1, one) == 1U);
    CHECK(one == octets{0xF1});
}

TEST_CASE("what was encoded decodes to the same value at every width") {
    std::int64_t power = 1; // 10^(2 * width)
    for (std::size_t width = 1; width <= bcd_max_octets; ++width) {
        power *= 100;
        octets field(width);
        for (const auto value : {std::int64_t{0}, std::int64_t{7}, power / 7, power - 1, -(power / 10 - 1)}) {
            REQUIRE(encode_bcd(value, field) == width);
            CHECK(decode_bcd(field) == number(value));
            if (value >= 0)
                CHECK(decode_bcd(field, bcd_sign::none) == number(value));
        }
    }
}

TEST_CASE("a value that does not fit is refused and nothing is written") {
    const auto refused = [](std::int64_t value, std::size_t width, bcd_sign sign) {
        octets field(width, 0xEE);
        const auto written = encode_bcd(value, field, sign);
        return !written && written.error().code == errc::value_not_encodable && field == octets(width, 0xEE);
    };
    std::int64_t power = 1;
    for (std::size_t width = 1; width <= bcd_max_octets; ++width) {
        power *= 100;
        CHECK(refused(power, width, bcd_sign::top_nibble));
        CHECK(refused(-(power / 10), width, bcd_sign::top_nibble)); // the sign takes a digit's place
        CHECK(refused(-1, width, bcd_sign::none));
        CHECK(refused(INT64_MIN, width, bcd_sign::top_nibble));
        CHECK(refused(INT64_MAX, width, bcd_sign::none));
    }
    CHECK(refused(0, 0, bcd_sign::top_nibble));
    CHECK(refused(0, 10, bcd_sign::top_nibble));
}
