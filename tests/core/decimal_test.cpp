#include <meterlink/core/decimal.hpp>

#include <cmath>
#include <compare>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include "support/catch.hpp"

using namespace meterlink;

namespace {

constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
constexpr auto highest = std::numeric_limits<std::int64_t>::max();

constexpr decimal make(std::int64_t mantissa, int exponent10) {
    return {mantissa, static_cast<std::int8_t>(exponent10)};
}

constexpr bool is(const result<decimal>& x, std::int64_t mantissa, int exponent10) {
    return x.has_value() && same_representation(*x, make(mantissa, exponent10));
}

constexpr bool overflows(const result<decimal>& x) {
    return !x && x.error() == error{errc::decimal_overflow, layer::core, 0, -1, -1};
}

/// Mantissas of every length, often with trailing zeros or at the limits.
std::int64_t random_mantissa(std::mt19937_64& random) {
    const auto bits = static_cast<std::int64_t>(random()) >> (random() % 64);
    switch (random() % 8) {
    case 0: return bits / 1000 * 1000;
    case 1: return bits % 10;
    case 2: return lowest + static_cast<std::int64_t>(random() % 3);
    case 3: return highest - static_cast<std::int64_t>(random() % 3);
    default: return bits;
    }
}

/// A decimal with one of `exponents` exponents from `first` on; the same one with every compiler.
decimal random_decimal(std::mt19937_64& random, int first, unsigned exponents) {
    const auto mantissa = random_mantissa(random);
    return make(mantissa, first + static_cast<int>(random() % exponents));
}

} // namespace

TEST_CASE("decimals are equal when their values are, and know when their resolutions differ") {
    STATIC_REQUIRE(decimal{10, -1} == decimal{100, -2});
    STATIC_REQUIRE_FALSE(same_representation(decimal{10, -1}, decimal{100, -2}));
    STATIC_REQUIRE(same_representation(decimal{10, -1}, decimal{10, -1}));
    STATIC_REQUIRE(decimal{0, -3} == decimal{0, 100});
    STATIC_REQUIRE(decimal{} == decimal{0, 5});
    STATIC_REQUIRE(decimal{1, 0} != decimal{1, 1});
    STATIC_REQUIRE(decimal{-5, 3} == decimal{-5000, 0});
}

TEST_CASE("decimals order by value, however far apart their exponents are") {
    STATIC_REQUIRE(decimal{1, 127} > decimal{highest, -128});
    STATIC_REQUIRE(decimal{-1, 127} < decimal{lowest, -128});
    STATIC_REQUIRE(decimal{1, -128} > decimal{0, 127});
    STATIC_REQUIRE(decimal{-1, -128} < decimal{0, 127});
    STATIC_REQUIRE(decimal{-1, 127} < decimal{1, -128});
    STATIC_REQUIRE(decimal{9, 18} < decimal{highest, 0});
    STATIC_REQUIRE(decimal{1, 19} > decimal{highest, 0});
    STATIC_REQUIRE(decimal{1, 20} > decimal{highest, 0});
    STATIC_REQUIRE(decimal{lowest, 0} > decimal{-1, 19});
    STATIC_REQUIRE(decimal{12, -1} > decimal{119, -2});
    STATIC_REQUIRE(decimal{12, -1} < decimal{121, -2});
    STATIC_REQUIRE(decimal{lowest, 0} < decimal{highest, 0});
    STATIC_REQUIRE(std::is_same_v<decltype(decimal{} <=> decimal{}), std::weak_ordering>);
}

TEST_CASE("normalising takes trailing zeros off, and nothing else") {
    STATIC_REQUIRE(same_representation(decimal{100, -3}.normalised(), decimal{1, -1}));
    STATIC_REQUIRE(same_representation(decimal{-5000, 0}.normalised(), decimal{-5, 3}));
    STATIC_REQUIRE(same_representation(decimal{0, -7}.normalised(), decimal{}));
    STATIC_REQUIRE(same_representation(decimal{123, 4}.normalised(), decimal{123, 4}));
    STATIC_REQUIRE(same_representation(decimal{1000, 126}.normalised(), decimal{100, 127}));
    STATIC_REQUIRE(same_representation(decimal{lowest, 0}.normalised(), decimal{lowest, 0}));
}

TEST_CASE("scaling shifts the exponent and refuses to leave its range") {
    STATIC_REQUIRE(is(decimal{12345, 0}.scaled(-3), 12345, -3));
    STATIC_REQUIRE(is(decimal{1, 100}.scaled(27), 1, 127));
    STATIC_REQUIRE(is(decimal{1, 0}.scaled(-128), 1, -128));
    STATIC_REQUIRE(overflows(decimal{1, 100}.scaled(28)));
    STATIC_REQUIRE(overflows(decimal{1, -1}.scaled(-128)));
    STATIC_REQUIRE(overflows(decimal{1, 1}.scaled(std::numeric_limits<int>::max())));
    STATIC_REQUIRE(overflows(decimal{1, -1}.scaled(std::numeric_limits<int>::min())));
}

TEST_CASE("sums keep the finer resolution") {
    STATIC_REQUIRE(is(add({123, -1}, {5, -3}), 12305, -3));
    STATIC_REQUIRE(is(add({5, -3}, {123, -1}), 12305, -3));
    STATIC_REQUIRE(is(add({123, -1}, {0, -3}), 12300, -3));
    STATIC_REQUIRE(is(add({-1, 0}, {1, 0}), 0, 0));
    STATIC_REQUIRE(is(subtract({1, 0}, {1, -3}), 999, -3));
    STATIC_REQUIRE(is(subtract({1, -3}, {1, 0}), -999, -3));
    STATIC_REQUIRE(is(subtract({123016, -1}, {3, -1}), 123013, -1));
}

TEST_CASE("sums that only a coarser resolution holds are exact there") {
    STATIC_REQUIRE(is(add({1, 30}, {0, 0}), 1, 30));
    STATIC_REQUIRE(is(add({0, 0}, {1, 30}), 1, 30));
    STATIC_REQUIRE(is(add({0, 30}, {1, 0}), 1, 0));
    STATIC_REQUIRE(is(add({1, 30}, {1'000'000'000'000'000'000, 11}), 1'100'000'000'000'000'000, 12));
    STATIC_REQUIRE(is(add({1, 30}, {1'000'000'000'000'000'000, 10}), 101, 28));
    STATIC_REQUIRE(is(add({6'000'000'000'000'000'000, 0}, {6'000'000'000'000'000'000, 0}),
                      1'200'000'000'000'000'000, 1));
    STATIC_REQUIRE(overflows(add({1, 30}, {1, 0})));
    STATIC_REQUIRE(overflows(add({1, 127}, {1, -128})));
    STATIC_REQUIRE(overflows(add({highest, 0}, {1, 0})));
    STATIC_REQUIRE(overflows(add({lowest, 0}, {lowest, 0})));
    STATIC_REQUIRE(overflows(subtract({lowest, 0}, {1, 0})));
}

TEST_CASE("the limits of 64 bits can be reached and left again") {
    STATIC_REQUIRE(is(subtract({-highest, 0}, {1, 0}), lowest, 0));
    STATIC_REQUIRE(is(add({lowest, 0}, {highest, 0}), -1, 0));
    STATIC_REQUIRE(is(subtract({lowest, 0}, {lowest, 0}), 0, 0));
    STATIC_REQUIRE(is(subtract({-1, 0}, {lowest, 0}), highest, 0));
    STATIC_REQUIRE(overflows(subtract({0, 0}, {lowest, 0})));
    // 9223372036854775810 does not fit, but less 3 it does
    STATIC_REQUIRE(is(subtract({922'337'203'685'477'581, 1}, {3, 0}), highest, 0));
    STATIC_REQUIRE(overflows(subtract({922'337'203'685'477'581, 1}, {2, 0})));
}

TEST_CASE("products add their exponents") {
    STATIC_REQUIRE(is(multiply({12345, -3}, 2), 24690, -3));
    STATIC_REQUIRE(is(multiply({12, -1}, decimal{-15, -2}), -180, -3));
    STATIC_REQUIRE(is(multiply({0, -3}, 7), 0, -3));
    STATIC_REQUIRE(is(multiply({lowest, 0}, 1), lowest, 0));
    STATIC_REQUIRE(is(multiply({1, -128}, decimal{100, -2}), 1, -128));
    STATIC_REQUIRE(is(multiply({1, 100}, decimal{5, 30}), 5000, 127));
    STATIC_REQUIRE(is(multiply({0, -100}, decimal{0, -100}), 0, -128));
    STATIC_REQUIRE(overflows(multiply({lowest, 0}, -1)));
    STATIC_REQUIRE(overflows(multiply({highest, 0}, 2)));
    STATIC_REQUIRE(overflows(multiply({1, -100}, decimal{1, -100})));
    STATIC_REQUIRE(overflows(multiply({1, 100}, decimal{1, 100})));
}

TEST_CASE("products that only a coarser resolution holds are exact there") {
    STATIC_REQUIRE(is(multiply({5'000'000'000'000, 0}, 8'000'000), 4, 19));
    constexpr std::int64_t five_27 = 7'450'580'596'923'828'125;
    constexpr std::int64_t two_62 = std::int64_t{1} << 62;
    STATIC_REQUIRE(is(multiply({five_27, 0}, two_62), std::int64_t{1} << 35, 27));
    STATIC_REQUIRE(is(multiply({two_62, 0}, -five_27), -(std::int64_t{1} << 35), 27));
    STATIC_REQUIRE(overflows(multiply({five_27, 0}, 3)));
}

TEST_CASE("whole decimals convert to integers, others are refused") {
    STATIC_REQUIRE(decimal{100, -2}.to_integer() == 1);
    STATIC_REQUIRE(decimal{-5, 3}.to_integer() == -5000);
    STATIC_REQUIRE(decimal{0, 127}.to_integer() == 0);
    STATIC_REQUIRE(decimal{0, -128}.to_integer() == 0);
    STATIC_REQUIRE(decimal{lowest, 0}.to_integer() == lowest);
    STATIC_REQUIRE(decimal{9, 18}.to_integer() == 9'000'000'000'000'000'000);
    for (const auto& x : {decimal{1, -1}, decimal{105, -2}, decimal{1, 19}, decimal{10, 18}, decimal{-1, 127},
                          decimal{1, -128}, decimal{lowest, 1}, decimal{highest, -20}}) {
        const auto refused = x.to_integer();
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == errc::value_out_of_range);
    }
}

TEST_CASE("doubles are the nearest ones") {
    STATIC_REQUIRE(decimal{12345, -3}.to_double() == 12.345);
    STATIC_REQUIRE(decimal{1, 22}.to_double() == 1e22);
    CHECK(decimal{1, -23}.to_double() == 1e-23);
    CHECK(decimal{highest, -10}.to_double() == 922337203.6854775807);
    CHECK(decimal{lowest, 0}.to_double() == -9223372036854775808.0);
    CHECK(decimal{9007199254740993, 0}.to_double() == 9007199254740992.0); // halfway: to even
    CHECK(decimal{-1, 127}.to_double() == -1e127);
    CHECK(decimal{lowest, -128}.to_double() == -9223372036854775808e-128);
    CHECK(decimal{0, 127}.to_double() == 0.0);
    std::mt19937_64 random{4};
    for (int round = 0; round < 20'000; ++round) {
        const auto x = random_decimal(random, -128, 256);
        const auto text = std::to_string(x.mantissa) + "e" + std::to_string(static_cast<int>(x.exponent10));
        if (x.to_double() != std::strtod(text.c_str(), nullptr))
            FAIL(text);
    }
}

TEST_CASE("what is added can be taken away again") {
    std::mt19937_64 random{5};
    int sums = 0;
    for (int round = 0; round < 100'000; ++round) {
        const auto a = random_decimal(random, -20, 40);
        const auto b = random_decimal(random, -20, 40);
        const auto sum = add(a, b);
        const auto turned = add(b, a);
        REQUIRE(sum.has_value() == turned.has_value());
        if (!sum)
            continue;
        ++sums;
        REQUIRE(same_representation(*sum, *turned));
        REQUIRE(subtract(*sum, b) == a);
        REQUIRE(subtract(*sum, a) == b);
        REQUIRE((*sum > a) == (b.mantissa > 0));
        REQUIRE(a.normalised() == a);
    }
    CHECK(sums > 20'000);
}

#if defined(__SIZEOF_INT128__)

namespace {

__extension__ using int128 = __int128;

struct exact {
    int128 mantissa;
    int exponent10;
};

/// Whether `x` is `expected`, or rightly overflowed because no decimal is.
bool agrees(const result<decimal>& x, exact expected) {
    if (x) {
        int128 mantissa = x->mantissa; // at expected's exponent, which is never above
        for (auto exponent = static_cast<int>(x->exponent10); exponent > expected.exponent10; --exponent)
            mantissa *= 10;
        return x->exponent10 >= expected.exponent10 && mantissa == expected.mantissa;
    }
    while (expected.mantissa % 10 == 0)
        expected.mantissa /= 10;
    return expected.mantissa > highest || expected.mantissa < lowest;
}

} // namespace

TEST_CASE("comparison, sum and product agree with 128-bit integers") {
    std::mt19937_64 random{6};
    for (int round = 0; round < 100'000; ++round) {
        const auto distance = static_cast<int>(random() % 20);
        const auto coarse = make(random_mantissa(random), distance - 9);
        const auto fine = make(random_mantissa(random), -9);
        int128 raised = coarse.mantissa;
        for (int i = 0; i < distance; ++i)
            raised *= 10;
        REQUIRE((coarse <=> fine) == (raised <=> int128{fine.mantissa}));
        REQUIRE((fine <=> coarse) == (int128{fine.mantissa} <=> raised));
        REQUIRE((coarse == fine) == (raised == fine.mantissa));
        REQUIRE(agrees(add(coarse, fine), {raised + fine.mantissa, -9}));
        REQUIRE(agrees(subtract(coarse, fine), {raised - fine.mantissa, -9}));
        REQUIRE(agrees(subtract(fine, coarse), {fine.mantissa - raised, -9}));
        REQUIRE(agrees(multiply(coarse, fine), {int128{coarse.mantissa} * fine.mantissa, distance - 18}));
    }
}

#endif
