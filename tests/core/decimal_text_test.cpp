#include <meterlink/core/decimal_text.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <system_error>

#include "support/catch.hpp"

using namespace meterlink;

namespace {

constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
constexpr auto highest = std::numeric_limits<std::int64_t>::max();

constexpr bool prints(decimal x, std::string_view expected) {
    std::array<char, decimal_max_chars> text{};
    const auto* const end = print(text.data(), x);
    return std::string_view{text.data(), static_cast<std::size_t>(end - text.data())} == expected;
}

constexpr bool parses(std::string_view text, decimal expected) {
    const auto x = parse_decimal(text);
    return x.has_value() && same_representation(*x, expected);
}

error refusal(std::string_view text) {
    const auto x = parse_decimal(text);
    REQUIRE_FALSE(x);
    return x.error();
}

error syntax(std::size_t offset, std::int32_t found) {
    return {errc::decimal_syntax, layer::core, offset, -1, found};
}

error overflow(std::size_t offset) { return {errc::decimal_overflow, layer::core, offset, -1, -1}; }

} // namespace

TEST_CASE("decimals print exactly, with the zeros that carry their resolution") {
    STATIC_REQUIRE(prints({12345, -3}, "12.345"));
    STATIC_REQUIRE(prints({100, -3}, "0.100"));
    STATIC_REQUIRE(prints({5, 3}, "5000"));
    STATIC_REQUIRE(prints({-1, -2}, "-0.01"));
    STATIC_REQUIRE(prints({0, -3}, "0.000"));
    STATIC_REQUIRE(prints({0, 0}, "0"));
    STATIC_REQUIRE(prints({0, 7}, "0"));
    STATIC_REQUIRE(prints({7, 0}, "7"));
    STATIC_REQUIRE(prints({10, -1}, "1.0"));
    STATIC_REQUIRE(prints({-99, -2}, "-0.99"));
    STATIC_REQUIRE(prints({-100, -2}, "-1.00"));
    STATIC_REQUIRE(prints({lowest, 0}, "-9223372036854775808"));
    STATIC_REQUIRE(prints({highest, -18}, "9.223372036854775807"));
    STATIC_REQUIRE(prints({highest, -19}, "0.9223372036854775807"));
}

TEST_CASE("far exponents print as such and near ones as zeros") {
    STATIC_REQUIRE(prints({1, 24}, "1000000000000000000000000"));
    STATIC_REQUIRE(prints({1, 25}, "1e25"));
    STATIC_REQUIRE(prints({1, 40}, "1e40"));
    STATIC_REQUIRE(prints({1, -24}, "0.000000000000000000000001"));
    STATIC_REQUIRE(prints({1, -25}, "1e-25"));
    STATIC_REQUIRE(prints({-12345, -30}, "-12345e-30"));
    STATIC_REQUIRE(prints({0, 40}, "0e40"));
    STATIC_REQUIRE(prints({lowest, -128}, "-9223372036854775808e-128"));
    STATIC_REQUIRE(prints({lowest, 24}, "-9223372036854775808000000000000000000000000")); // the longest
    STATIC_REQUIRE(std::string_view{"-9223372036854775808000000000000000000000000"}.size() ==
                   decimal_max_chars);
}

TEST_CASE("every number of digits prints with every point") {
    for (std::int64_t digits = 1; digits <= 19; ++digits) {
        const auto mantissa =
            std::stoll(std::string{"1234567890123456789"}.substr(0, static_cast<std::size_t>(digits)));
        for (int exponent = -24; exponent <= 24; ++exponent) {
            auto expected = std::to_string(mantissa);
            if (exponent >= 0) {
                expected.append(static_cast<std::size_t>(exponent), '0');
            } else {
                const auto fraction = static_cast<std::size_t>(-exponent);
                if (expected.size() <= fraction)
                    expected.insert(0, fraction + 1 - expected.size(), '0');
                expected.insert(expected.size() - fraction, ".");
            }
            CHECK(to_string(decimal{mantissa, static_cast<std::int8_t>(exponent)}) == expected);
            CHECK(to_string(decimal{-mantissa, static_cast<std::int8_t>(exponent)}) == "-" + expected);
        }
    }
    std::uint64_t power = 1;
    for (int digits = 1; digits < 20; ++digits, power *= 10) {
        CHECK(detail::digit_count(power) == digits);
        CHECK(detail::digit_count(power * 10 - 1) == digits);
    }
    CHECK(detail::digit_count(0) == 1);
    CHECK(detail::digit_count(std::numeric_limits<std::uint64_t>::max()) == 20);
}

TEST_CASE("to_chars writes into any room that is large enough, and not behind it") {
    for (const auto& x : {decimal{-12345, -3}, decimal{lowest, 24}, decimal{0, 0}, decimal{1, 40}}) {
        const auto expected = to_string(x);
        for (std::size_t room = 0; room <= decimal_max_chars + 1; ++room) {
            std::array<char, decimal_max_chars + 2> text{};
            text.fill('#');
            auto* const last = text.data() + room;
            const auto [end, code] = to_chars(text.data(), last, x);
            CHECK(*last == '#');
            if (room < expected.size()) {
                CHECK(code == std::errc::value_too_large);
                CHECK(last - end == 0);
            } else {
                CHECK(code == std::errc{});
                CHECK(std::string(text.data(), end) == expected);
            }
        }
    }
}

TEST_CASE("JSON numbers parse, and their fraction digits become the resolution") {
    STATIC_REQUIRE(parses("12.345", {12345, -3}));
    STATIC_REQUIRE(parses("0.100", {100, -3}));
    STATIC_REQUIRE(parses("5000", {5000, 0}));
    STATIC_REQUIRE(parses("-0.01", {-1, -2}));
    STATIC_REQUIRE(parses("0", {0, 0}));
    STATIC_REQUIRE(parses("-0", {0, 0}));
    STATIC_REQUIRE(parses("0.000", {0, -3}));
    STATIC_REQUIRE(parses("1e3", {1, 3}));
    STATIC_REQUIRE(parses("1E+3", {1, 3}));
    STATIC_REQUIRE(parses("1.50e-3", {150, -5}));
    STATIC_REQUIRE(parses("100e-2", {100, -2}));
    STATIC_REQUIRE(parses("1e000000000000000000000000000040", {1, 40}));
    STATIC_REQUIRE(parses("9223372036854775807", {highest, 0}));
    STATIC_REQUIRE(parses("-9223372036854775808", {lowest, 0}));
}

TEST_CASE("digits that need not fit do not overflow") {
    STATIC_REQUIRE(parse_decimal("5000000000000000000000000") == decimal{5, 24});
    STATIC_REQUIRE(parse_decimal("9223372036854775807.000000") == decimal{highest, 0});
    STATIC_REQUIRE(parse_decimal("0.000000000000000000000000000000000000000001") == decimal{1, -42});
    CHECK(parse_decimal("1" + std::string(140, '0') + "e-130") == decimal{1, 10});
    CHECK(parse_decimal("0." + std::string(300, '0') + "1e300") == decimal{1, -1});
    CHECK(parse_decimal("0." + std::string(100'000, '0')) == decimal{});
    CHECK(parse_decimal("0e99999999999999999999") == decimal{});
    CHECK(parse_decimal("1e130") == decimal{1000, 127});
    CHECK(parse_decimal("1000e-131") == decimal{1, -128});
}

TEST_CASE("text that is no JSON number is refused at the character that does not belong") {
    CHECK(refusal("") == syntax(0, -1));
    CHECK(refusal("-") == syntax(1, -1));
    CHECK(refusal("+1") == syntax(0, '+'));
    CHECK(refusal(" 1") == syntax(0, ' '));
    CHECK(refusal("1 ") == syntax(1, ' '));
    CHECK(refusal("01") == syntax(1, '1'));
    CHECK(refusal("-00.5") == syntax(2, '0'));
    CHECK(refusal(".5") == syntax(0, '.'));
    CHECK(refusal("5.") == syntax(2, -1));
    CHECK(refusal("5.x") == syntax(2, 'x'));
    CHECK(refusal("1.2.3") == syntax(3, '.'));
    CHECK(refusal("1,5") == syntax(1, ','));
    CHECK(refusal("1e") == syntax(2, -1));
    CHECK(refusal("1e+") == syntax(3, -1));
    CHECK(refusal("1e-+3") == syntax(3, '+'));
    CHECK(refusal("1e5.0") == syntax(3, '.'));
    CHECK(refusal("0x10") == syntax(1, 'x'));
    CHECK(refusal("NaN") == syntax(0, 'N'));
    CHECK(refusal("1\xB2") == syntax(1, 0xB2));
    CHECK(refusal("99999999999999999999x") == syntax(20, 'x')); // before it is called too large
}

TEST_CASE("numbers beyond a decimal are refused at the digit or exponent that is too much") {
    CHECK(refusal("9223372036854775808") == overflow(18));
    CHECK(refusal("-9223372036854775809") == overflow(19));
    CHECK(refusal("1.00000000000000000001") == overflow(21));
    CHECK(refusal("99999999999999999999") == overflow(18));
    CHECK(refusal("1e147") == overflow(1));
    CHECK(refusal("1e-129") == overflow(1));
    CHECK(refusal("1e99999999999999999999999") == overflow(1));
    CHECK(refusal("1e-99999999999999999999999") == overflow(1));
    CHECK(refusal("0." + std::string(128, '0') + "1") == overflow(131));
}

TEST_CASE("every beginning of a number is a number or ends too early") {
    const std::string_view whole = "-12.50e-10";
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        const auto x = parse_decimal(whole.substr(0, size));
        const auto last = size == 0 ? '-' : whole[size - 1];
        REQUIRE(x.has_value() == (last >= '0' && last <= '9'));
        if (!x)
            CHECK(x.error() == syntax(size, -1));
    }
}

TEST_CASE("what is printed parses back to the same value, and below 1 to the same resolution") {
    std::mt19937_64 random{7};
    for (int round = 0; round < 100'000; ++round) {
        const decimal x{static_cast<std::int64_t>(random()) >> (random() % 64),
                        static_cast<std::int8_t>(round % 2 == 0 ? random() % 256 : -(random() % 25))};
        const auto text = to_string(x);
        REQUIRE(text.size() <= decimal_max_chars);
        const auto y = parse_decimal(text);
        REQUIRE(y);
        if (*y != x || (x.exponent10 <= 0 && !same_representation(*y, x)))
            FAIL(text);
    }
}
