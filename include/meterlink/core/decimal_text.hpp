#pragma once

/// Decimals as text: printed exactly, and read back without loss.

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>

#include <meterlink/core/decimal.hpp>
#include <meterlink/core/result.hpp>

namespace meterlink {

/// The longest text that `print` writes: a sign, 19 digits and 24 zeros.
inline constexpr std::size_t decimal_max_chars = 44;

namespace detail {

/// Exponents beyond this are printed as such, not as zeros.
inline constexpr int positional_exponents = 24;

/// "00" to "99", one after the other.
inline constexpr auto digit_pairs = [] {
    std::array<char, 200> pairs{};
    for (std::size_t i = 0; i < 100; ++i) {
        pairs[2 * i] = static_cast<char>('0' + i / 10);
        pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return pairs;
}();

/// Decimal digits of `value`; 1 for zero.
constexpr int digit_count(std::uint64_t value) noexcept {
    value |= 1; // no power of ten but 1 is odd, so that this changes the count of zero only
    const auto estimate = std::bit_width(value) * 1233 >> 12; // 1233 / 4096 is just above log10(2)
    return static_cast<int>(estimate) + (value >= powers_of_ten[static_cast<std::size_t>(estimate)] ? 1 : 0);
}

/// Writes the last `count` digits of `value` in front of `end` and returns the digits before them.
constexpr std::uint64_t print_digits(char* end, std::uint64_t value, int count) noexcept {
    for (; count >= 2; count -= 2) {
        const auto pair = static_cast<std::size_t>(value % 100);
        value /= 100;
        *--end = digit_pairs[2 * pair + 1];
        *--end = digit_pairs[2 * pair];
    }
    if (count > 0) {
        *--end = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    return value;
}

constexpr char* print_integer(char* first, std::uint64_t value) noexcept {
    const auto digits = digit_count(value);
    print_digits(first + digits, value, digits);
    return first + digits;
}

} // namespace detail

/// Writes `x` exactly, and as a JSON number, to `first`, where `decimal_max_chars` must be free; returns
/// the end of what was written. Trailing zeros stay, they carry the resolution: {100, -3} is "0.100" and
/// {5, 3} is "5000". Exponents beyond +-24 are written as such: {1, 40} is "1e40".
constexpr char* print(char* first, decimal x) noexcept {
    const auto magnitude = detail::magnitude_of(x.mantissa);
    const int exponent = x.exponent10;
    if (x.mantissa < 0)
        *first++ = '-';
    if (exponent < -detail::positional_exponents || exponent > detail::positional_exponents) {
        first = detail::print_integer(first, magnitude);
        *first++ = 'e';
        if (exponent < 0)
            *first++ = '-';
        return detail::print_integer(first, static_cast<std::uint64_t>(exponent < 0 ? -exponent : exponent));
    }
    if (exponent >= 0) {
        first = detail::print_integer(first, magnitude);
        return std::fill_n(first, magnitude == 0 ? 0 : exponent, '0');
    }
    const auto fraction = -exponent;
    const auto whole = std::max(detail::digit_count(magnitude) - fraction, 1);
    const auto above = detail::print_digits(first + whole + 1 + fraction, magnitude, fraction);
    first[whole] = '.';
    detail::print_digits(first + whole, above, whole);
    return first + whole + 1 + fraction;
}

/// As `print`, into `first`..`last`; `std::errc::value_too_large` and `last` when that is too short.
constexpr std::to_chars_result to_chars(char* first, char* last, decimal x) noexcept {
    if (static_cast<std::size_t>(last - first) >= decimal_max_chars)
        return {print(first, x), std::errc{}};
    std::array<char, decimal_max_chars> text{};
    const auto* const end = print(text.data(), x);
    if (end - text.data() > last - first)
        return {last, std::errc::value_too_large};
    return {std::copy(static_cast<const char*>(text.data()), end, first), std::errc{}};
}

/// The text that `print` writes.
[[nodiscard]] inline std::string to_string(decimal x) {
    std::array<char, decimal_max_chars> text{};
    return {text.data(), print(text.data(), x)};
}

namespace detail {

/// Reads one JSON number, digit by digit.
class decimal_parser {
public:
    explicit constexpr decimal_parser(std::string_view text) noexcept : text_{text} {}

    constexpr result<decimal> parse() noexcept {
        negative_ = take('-');
        if (!take('0') && !digits())
            return unexpected();
        if (take('.')) {
            const auto begin = at_;
            if (!digits())
                return unexpected();
            exponent_ = -static_cast<std::int64_t>(at_ - begin);
        }
        const auto exponent_at = at_;
        if (take('e') || take('E')) {
            const auto minus = take('-');
            if (!minus)
                take('+');
            if (!exponent(minus))
                return unexpected();
        }
        if (at_ != text_.size())
            return unexpected();
        if (overflow_at_ != text_.size())
            return fail(errc::decimal_overflow, layer::core, overflow_at_);
        const auto value = finished();
        return value ? value : fail(errc::decimal_overflow, layer::core, exponent_at);
    }

private:
    static constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

    constexpr bool take(char wanted) noexcept {
        if (at_ == text_.size() || text_[at_] != wanted)
            return false;
        ++at_;
        return true;
    }

    /// One digit or more into the mantissa. Zeros are held back until a digit follows: at the end they
    /// need not fit.
    constexpr bool digits() noexcept {
        const auto begin = at_;
        for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
            if (text_[at_] == '0')
                zeros_ += magnitude_ == 0 ? 0 : 1;
            else if (overflow_at_ == text_.size())
                append(static_cast<std::uint64_t>(text_[at_] - '0'));
        }
        return at_ != begin;
    }

    constexpr void append(std::uint64_t digit) noexcept {
        const auto shift = zeros_ + 1;
        const auto limit = mantissa_limit(negative_);
        zeros_ = 0;
        if (magnitude_ == 0)
            magnitude_ = digit;
        else if (shift < powers_of_ten.size() && magnitude_ <= (limit - digit) / powers_of_ten[shift])
            magnitude_ = magnitude_ * powers_of_ten[shift] + digit;
        else
            overflow_at_ = at_;
    }

    constexpr bool exponent(bool minus) noexcept {
        constexpr std::int64_t ample = std::int64_t{1} << 56; // more than any text has digits to make up for
        const auto begin = at_;
        std::int64_t value = 0;
        for (; at_ < text_.size() && is_digit(text_[at_]); ++at_)
            value = std::min(value * 10 + (text_[at_] - '0'), ample);
        exponent_ += minus ? -value : value;
        return at_ != begin;
    }

    constexpr result<decimal> finished() const noexcept {
        auto value = wide_decimal{negative_, magnitude_, exponent_ + static_cast<std::int64_t>(zeros_)};
        const auto limit = mantissa_limit(negative_);
        for (auto zeros = zeros_; zeros > 0 && value.magnitude <= limit / 10; --zeros) {
            value.magnitude *= 10;
            --value.exponent10;
        }
        return value.narrowed();
    }

    constexpr tl::unexpected<error> unexpected() const noexcept {
        const auto found = at_ < text_.size() ? static_cast<unsigned char>(text_[at_]) : -1;
        return fail(errc::decimal_syntax, layer::core, at_, -1, found);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t overflow_at_ = text_.size();
    bool negative_ = false;
    std::uint64_t magnitude_ = 0;
    std::size_t zeros_ = 0;
    std::int64_t exponent_ = 0;
};

} // namespace detail

/// Reads a JSON number: `-12.50`, `1e40`. Its fraction digits become the resolution. `errc::decimal_syntax`
/// at the character that does not belong there (a leading '+' or '0' included), `errc::decimal_overflow` at
/// the digit or exponent that exceeds a `decimal`.
[[nodiscard]] constexpr result<decimal> parse_decimal(std::string_view text) noexcept {
    return detail::decimal_parser{text}.parse();
}

} // namespace meterlink
