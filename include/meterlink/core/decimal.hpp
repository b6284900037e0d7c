#pragma once

/// `decimal`: a value as it was counted, a whole number of decimal fractions, never rounded.

#include <algorithm>
#include <array>
#include <charconv>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <meterlink/core/result.hpp>

namespace meterlink {

/// The exact value `mantissa` * 10^`exponent10`. The exponent is also the resolution: 0.100 and 0.1 are
/// equal, but the former was counted in thousandths.
struct decimal {
    std::int64_t mantissa = 0;
    std::int8_t exponent10 = 0;

    /// The same value with the fewest digits: 0.100 becomes 0.1, 5000 becomes 5e3, and any zero becomes 0.
    [[nodiscard]] constexpr decimal normalised() const noexcept;

    /// This value times 10^`power_of_ten`, at a resolution shifted by as much. `errc::decimal_overflow`
    /// when the exponent leaves -128..127.
    [[nodiscard]] constexpr result<decimal> scaled(int power_of_ten) const noexcept;

    /// This value as an integer; `errc::value_out_of_range` when it has a fraction or exceeds 64 bits.
    [[nodiscard]] constexpr result<std::int64_t> to_integer() const noexcept;

    /// The nearest `double`.
    [[nodiscard]] constexpr double to_double() const noexcept;
};

/// Compares values, whatever their resolution; see `same_representation`.
[[nodiscard]] constexpr std::weak_ordering operator<=>(decimal a, decimal b) noexcept;
[[nodiscard]] constexpr bool operator==(decimal a, decimal b) noexcept;

/// Whether two decimals agree in value and in resolution: 1.0 and 1.00 do not.
[[nodiscard]] constexpr bool same_representation(decimal a, decimal b) noexcept {
    return a.mantissa == b.mantissa && a.exponent10 == b.exponent10;
}

namespace detail {

/// 10^0 to 10^19: all the powers of ten that 64 bits hold.
inline constexpr auto powers_of_ten = [] {
    std::array<std::uint64_t, 20> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i)
        powers[i] = powers[i - 1] * 10;
    return powers;
}();

/// The absolute value; unlike `std::abs` also of the most negative number.
constexpr std::uint64_t magnitude_of(std::int64_t value) noexcept {
    const auto bits = static_cast<std::uint64_t>(value);
    return value < 0 ? 0 - bits : bits;
}

/// The largest magnitude that a mantissa of this sign holds.
constexpr std::uint64_t mantissa_limit(bool negative) noexcept {
    return (std::uint64_t{1} << 63) - (negative ? 0 : 1);
}

constexpr bool product_fits(std::uint64_t a, std::uint64_t b) noexcept {
    return b == 0 || a <= std::numeric_limits<std::uint64_t>::max() / b;
}

/// A decimal under computation: one bit wider, and with an exponent that cannot overflow.
struct wide_decimal {
    bool negative = false;
    std::uint64_t magnitude = 0;
    std::int64_t exponent10 = 0;

    constexpr wide_decimal(bool is_negative, std::uint64_t size, std::int64_t exponent) noexcept
        : negative{is_negative}, magnitude{size}, exponent10{exponent} {}

    constexpr explicit wide_decimal(decimal x) noexcept
        : wide_decimal{x.mantissa < 0, magnitude_of(x.mantissa), x.exponent10} {}

    constexpr void drop_trailing_zeros() noexcept {
        while (magnitude != 0 && magnitude % 10 == 0) {
            magnitude /= 10;
            ++exponent10;
        }
    }

    /// This value as a `decimal`, at its own resolution or, where that does not fit, at the nearest that
    /// does.
    [[nodiscard]] constexpr result<decimal> narrowed() const noexcept;
};

constexpr result<decimal> wide_decimal::narrowed() const noexcept {
    constexpr std::int64_t lowest = std::numeric_limits<std::int8_t>::min();
    constexpr std::int64_t highest = std::numeric_limits<std::int8_t>::max();
    const auto limit = mantissa_limit(negative);
    if (magnitude == 0)
        return decimal{0, static_cast<std::int8_t>(std::clamp(exponent10, lowest, highest))};
    auto digits = magnitude;
    auto exponent = exponent10;
    for (; (digits > limit || exponent < lowest) && digits % 10 == 0; ++exponent)
        digits /= 10;
    for (; exponent > highest && digits <= limit / 10; --exponent)
        digits *= 10;
    if (digits > limit || exponent < lowest || exponent > highest)
        return fail(errc::decimal_overflow, layer::core, 0);
    return decimal{static_cast<std::int64_t>(negative ? 0 - digits : digits),
                   static_cast<std::int8_t>(exponent)};
}

/// The sum at the resolution of `fine`, whose exponent is the lower one.
constexpr result<decimal> aligned_sum(const wide_decimal& coarse, const wide_decimal& fine) noexcept {
    const auto distance = static_cast<std::uint64_t>(coarse.exponent10 - fine.exponent10);
    auto raised = coarse.magnitude;
    if (raised != 0) {
        if (distance >= powers_of_ten.size() || !product_fits(raised, powers_of_ten[distance]))
            return fail(errc::decimal_overflow, layer::core, 0);
        raised *= powers_of_ten[distance];
    }
    if (coarse.negative != fine.negative)
        return raised >= fine.magnitude
                   ? wide_decimal{coarse.negative, raised - fine.magnitude, fine.exponent10}.narrowed()
                   : wide_decimal{fine.negative, fine.magnitude - raised, fine.exponent10}.narrowed();
    if (raised > std::numeric_limits<std::uint64_t>::max() - fine.magnitude)
        return fail(errc::decimal_overflow, layer::core, 0);
    return wide_decimal{coarse.negative, raised + fine.magnitude, fine.exponent10}.narrowed();
}

constexpr result<decimal> sum(wide_decimal a, wide_decimal b) noexcept {
    const auto in_order = [](const wide_decimal& x, const wide_decimal& y) {
        return x.exponent10 >= y.exponent10 ? aligned_sum(x, y) : aligned_sum(y, x);
    };
    if (const auto at_finer_resolution = in_order(a, b))
        return at_finer_resolution;
    // Trailing zeros may stand in the way of a sum that can be represented.
    if (a.magnitude == 0 || b.magnitude == 0)
        return (a.magnitude == 0 ? b : a).narrowed();
    a.drop_trailing_zeros();
    b.drop_trailing_zeros();
    return in_order(a, b);
}

/// Takes the factor ten that two mantissas share out between them (`p * q == 10`) out of their product.
constexpr void cancel(wide_decimal& a, std::uint64_t p, wide_decimal& b, std::uint64_t q) noexcept {
    while (a.magnitude % p == 0 && b.magnitude % q == 0) {
        a.magnitude /= p;
        b.magnitude /= q;
        ++a.exponent10;
    }
}

/// Compares two values that are both positive.
constexpr std::strong_ordering compare(const wide_decimal& a, const wide_decimal& b) noexcept {
    if (a.exponent10 < b.exponent10)
        return 0 <=> compare(b, a);
    const auto distance = static_cast<std::uint64_t>(a.exponent10 - b.exponent10);
    if (distance >= powers_of_ten.size()) // 10^20 is more than any mantissa
        return std::strong_ordering::greater;
    const auto quotient = b.magnitude / powers_of_ten[distance];
    const auto remainder = b.magnitude % powers_of_ten[distance];
    return a.magnitude != quotient ? a.magnitude <=> quotient : std::uint64_t{0} <=> remainder;
}

} // namespace detail

/// a + b, exact, at the finer of both resolutions, or at a coarser one where only that holds the sum;
/// `errc::decimal_overflow` where none does.
[[nodiscard]] constexpr result<decimal> add(decimal a, decimal b) noexcept {
    return detail::sum(detail::wide_decimal{a}, detail::wide_decimal{b});
}

/// a - b, as `add`.
[[nodiscard]] constexpr result<decimal> subtract(decimal a, decimal b) noexcept {
    auto negated = detail::wide_decimal{b};
    negated.negative = !negated.negative;
    return detail::sum(detail::wide_decimal{a}, negated);
}

/// a * b, exact: the exponents add up, unless only another resolution holds the product;
/// `errc::decimal_overflow` where none does.
[[nodiscard]] constexpr result<decimal> multiply(decimal a, decimal b) noexcept {
    auto x = detail::wide_decimal{a};
    auto y = detail::wide_decimal{b};
    if (!detail::product_fits(x.magnitude, y.magnitude)) {
        x.drop_trailing_zeros();
        y.drop_trailing_zeros();
        detail::cancel(x, 2, y, 5);
        detail::cancel(x, 5, y, 2);
        if (!detail::product_fits(x.magnitude, y.magnitude))
            return fail(errc::decimal_overflow, layer::core, 0);
    }
    return detail::wide_decimal{x.negative != y.negative, x.magnitude * y.magnitude,
                                x.exponent10 + y.exponent10}
        .narrowed();
}

/// a * `factor`, exact, as above.
[[nodiscard]] constexpr result<decimal> multiply(decimal a, std::int64_t factor) noexcept {
    return multiply(a, decimal{factor, 0});
}

constexpr std::weak_ordering operator<=>(decimal a, decimal b) noexcept {
    const auto sign = [](decimal x) { return (x.mantissa > 0 ? 1 : 0) - (x.mantissa < 0 ? 1 : 0); };
    if (a.exponent10 == b.exponent10)
        return a.mantissa <=> b.mantissa;
    if (sign(a) != sign(b) || sign(a) == 0)
        return sign(a) <=> sign(b);
    const auto order = detail::compare(detail::wide_decimal{a}, detail::wide_decimal{b});
    return sign(a) < 0 ? 0 <=> order : order;
}

constexpr bool operator==(decimal a, decimal b) noexcept { return std::is_eq(a <=> b); }

constexpr decimal decimal::normalised() const noexcept {
    if (mantissa == 0)
        return {};
    auto shortest = *this;
    while (shortest.mantissa % 10 == 0 && shortest.exponent10 < std::numeric_limits<std::int8_t>::max()) {
        shortest.mantissa /= 10;
        ++shortest.exponent10;
    }
    return shortest;
}

constexpr result<decimal> decimal::scaled(int power_of_ten) const noexcept {
    using limits = std::numeric_limits<std::int8_t>;
    const auto exponent = std::int64_t{exponent10} + power_of_ten;
    if (exponent < limits::min() || exponent > limits::max())
        return fail(errc::decimal_overflow, layer::core, 0);
    return decimal{mantissa, static_cast<std::int8_t>(exponent)};
}

constexpr result<std::int64_t> decimal::to_integer() const noexcept {
    if (mantissa == 0)
        return 0;
    const auto refused = fail(errc::value_out_of_range, layer::core, 0);
    const auto distance = static_cast<std::size_t>(exponent10 < 0 ? -exponent10 : exponent10);
    if (distance >= detail::powers_of_ten.size())
        return refused;
    const auto power = detail::powers_of_ten[distance];
    const auto magnitude = detail::magnitude_of(mantissa);
    if (exponent10 < 0 ? magnitude % power != 0 : !detail::product_fits(magnitude, power))
        return refused;
    const auto whole = exponent10 < 0 ? magnitude / power : magnitude * power;
    if (whole > detail::mantissa_limit(mantissa < 0))
        return refused;
    return static_cast<std::int64_t>(mantissa < 0 ? 0 - whole : whole);
}

constexpr double decimal::to_double() const noexcept {
    // Up to 2^53 and 10^22 both operands are exact doubles, so that one operation rounds once.
    constexpr std::array<double, 23> exact_powers{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const auto power = static_cast<std::size_t>(exponent10 < 0 ? -exponent10 : exponent10);
    if (detail::magnitude_of(mantissa) <= std::uint64_t{1} << 53 && power < exact_powers.size()) {
        const auto exact = static_cast<double>(mantissa);
        return exponent10 < 0 ? exact / exact_powers[power] : exact * exact_powers[power];
    }
    std::array<char, 32> text{}; // mantissa, 'e', exponent: at most 20 + 1 + 4 characters
    auto* end = std::to_chars(text.data(), text.data() + text.size(), mantissa).ptr;
    *end++ = 'e';
    end = std::to_chars(end, text.data() + text.size(), static_cast<int>(exponent10)).ptr;
    double nearest = 0;
    std::from_chars(text.data(), end, nearest);
    return nearest;
}

} // namespace meterlink
