#pragma once

/// Values into registers: the way back of `decode_registers`, for writing and for simulated meters.

#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <system_error>
#include <variant>

#include <meterlink/core/bcd.hpp>
#include <meterlink/core/decimal.hpp>
#include <meterlink/core/decimal_text.hpp>
#include <meterlink/modbus/register_value.hpp>

namespace meterlink::modbus {

namespace detail {

using meterlink::detail::wide_decimal;

/// Multiplies by a small factor; false, and nothing changed, on overflow.
constexpr bool grow(std::uint64_t& value, std::uint64_t factor) noexcept {
    if (!meterlink::detail::product_fits(value, factor))
        return false;
    value *= factor;
    return true;
}

/// a / b where that is a decimal of at most 64 bits.
constexpr std::optional<wide_decimal> exact_quotient(decimal a, decimal b) noexcept {
    auto dividend = wide_decimal{a};
    auto divisor = wide_decimal{b};
    if (divisor.magnitude == 0)
        return std::nullopt;
    dividend.drop_trailing_zeros();
    divisor.drop_trailing_zeros();
    const auto common = std::gcd(dividend.magnitude, divisor.magnitude);
    wide_decimal quotient{dividend.negative != divisor.negative, dividend.magnitude / common,
                          dividend.exponent10 - divisor.exponent10};
    auto rest = divisor.magnitude / common;
    // What is left of the divisor must divide a power of ten: x / 5 is 2x / 10.
    for (; rest % 5 == 0; rest /= 5, --quotient.exponent10)
        if (!grow(quotient.magnitude, 2))
            return std::nullopt;
    for (; rest % 2 == 0; rest /= 2, --quotient.exponent10)
        if (!grow(quotient.magnitude, 5))
            return std::nullopt;
    return rest == 1 ? std::optional{quotient} : std::nullopt;
}

/// The magnitude of a value that is whole and has at most 64 bits.
constexpr std::optional<std::uint64_t> whole_magnitude(wide_decimal value) noexcept {
    if (value.magnitude == 0)
        return 0;
    for (; value.exponent10 < 0 && value.magnitude % 10 == 0; ++value.exponent10)
        value.magnitude /= 10;
    for (; value.exponent10 > 0 && grow(value.magnitude, 10); --value.exponent10) {
    }
    return value.exponent10 == 0 ? std::optional{value.magnitude} : std::nullopt;
}

constexpr std::optional<std::uint64_t> bcd_nibbles(std::uint64_t number, std::size_t digits) noexcept {
    std::uint64_t nibbles = 0;
    for (std::size_t digit = 0; digit < digits; ++digit, number /= 10)
        nibbles |= number % 10 << 4 * digit;
    return number == 0 ? std::optional{nibbles} : std::nullopt;
}

constexpr std::optional<std::uint64_t> integer_bits(bool negative, std::uint64_t magnitude,
                                                    register_type type) noexcept {
    const auto highest = type.mask() >> type.first_bit();
    switch (type.kind()) {
    case register_kind::int16:
    case register_kind::int32:
    case register_kind::int64:
        if (magnitude > highest / 2 + (negative ? 1 : 0))
            return std::nullopt;
        return (negative ? 0 - magnitude : magnitude) & type.mask();
    case register_kind::bcd16:
    case register_kind::bcd32:
    case register_kind::bcd64:
        return negative && magnitude != 0 ? std::nullopt : bcd_nibbles(magnitude, 4 * type.width());
    default:
        if (magnitude > highest || (negative && magnitude != 0))
            return std::nullopt;
        return magnitude << type.first_bit();
    }
}

template <class Float>
std::optional<Float> nearest(const wide_decimal& value) noexcept {
    std::array<char, 48> text{}; // a sign, 20 digits, 'e', a sign, an exponent of up to 20 digits
    auto* end = text.data();
    if (value.negative)
        *end++ = '-';
    end = meterlink::detail::print_integer(end, value.magnitude);
    *end++ = 'e';
    if (value.exponent10 < 0)
        *end++ = '-';
    end = meterlink::detail::print_integer(end, meterlink::detail::magnitude_of(value.exponent10));
    Float number = 0;
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc{} ? std::optional{number} : std::nullopt;
}

/// The bits of the real that `shortest` gives back as the same decimal.
inline std::optional<std::uint64_t> real_bits(const wide_decimal& value, bool is_single) noexcept {
    const auto single = is_single ? nearest<float>(value) : std::nullopt;
    const auto number =
        is_single ? (single ? std::optional{double{*single}} : std::nullopt) : nearest<double>(value);
    const auto wanted = value.narrowed();
    if (!number || !wanted)
        return std::nullopt;
    const auto back = real{*number, is_single}.shortest();
    if (!back || *back != *wanted)
        return std::nullopt;
    return single ? std::uint64_t{std::bit_cast<std::uint32_t>(*single)}
                  : std::bit_cast<std::uint64_t>(*number);
}

inline std::optional<std::uint64_t> bits_of(decimal value, const register_format& format) noexcept {
    const auto kind = format.type.kind();
    const auto shifted = format.offset.mantissa != 0 ? subtract(value, format.offset) : value;
    const auto raw = shifted ? exact_quotient(*shifted, format.scale) : std::nullopt;
    if (!raw)
        return std::nullopt;
    if (kind == register_kind::float32 || kind == register_kind::float64)
        return real_bits(*raw, kind == register_kind::float32);
    const auto magnitude = whole_magnitude(*raw);
    return magnitude ? integer_bits(raw->negative, *magnitude, format.type) : std::nullopt;
}

inline std::optional<std::uint64_t> bits_of(const real& value, const register_format& format) noexcept {
    const auto kind = format.type.kind();
    if (!same_representation(value.scale, format.scale) || !same_representation(value.offset, format.offset))
        return std::nullopt;
    if (kind == register_kind::float64)
        return std::bit_cast<std::uint64_t>(value.significand);
    constexpr double largest = std::numeric_limits<float>::max();
    if (kind != register_kind::float32 || !(value.significand >= -largest && value.significand <= largest))
        return std::nullopt;
    const auto single = static_cast<float>(value.significand);
    return double{single} == value.significand
               ? std::optional{std::uint64_t{std::bit_cast<std::uint32_t>(single)}}
               : std::nullopt;
}

inline std::optional<std::uint64_t> bits_of(const register_text&, const register_format&) noexcept {
    return std::nullopt;
}

inline std::optional<std::uint64_t> bits_of(invalid value, const register_format& format) noexcept {
    if (value.reason != invalid_reason::no_value || !format.not_available ||
        *format.not_available > format.type.mask() >> format.type.first_bit())
        return std::nullopt;
    return *format.not_available << format.type.first_bit();
}

inline bool store_text(const register_text& text, const register_format& format,
                       std::span<std::uint16_t> out) noexcept {
    const auto octets = text.octets();
    if (octets.size() > 2 * format.type.width())
        return false;
    const auto at = [&](std::size_t i) -> unsigned { return i < octets.size() ? octets[i] : 0; };
    for (std::size_t i = 0; i < format.type.width(); ++i)
        out[i] = in_order(static_cast<std::uint16_t>(at(2 * i) << 8U | at(2 * i + 1)), format.order);
    return true;
}

} // namespace detail

/// Writes `value` into the first `format.type.width()` registers of `out`, and returns that width. The
/// registers decode to the same value: what would have to be rounded, is out of range or of another kind is
/// refused by `errc::value_not_encodable`, and nothing is written. `errc::buffer_too_small` where `out` ends.
///
/// - A real takes a decimal where `real::shortest` gives the same back: 230.1 becomes the float32 next to it.
/// - A `real` needs the scale and offset of `format`, and fits a float32 if it is one.
/// - Text is padded with zeros. With `bits`, all other bits are 0; `type.mask()` says which those are.
/// - `invalid` of `no_value` becomes the pattern `not_available`; other reasons cannot be written. A number
///   that is that pattern is refused.
[[nodiscard]] inline result<std::size_t> encode_registers(const register_value& value,
                                                          const register_format& format,
                                                          std::span<std::uint16_t> out) noexcept {
    const auto width = format.type.width();
    const auto refused = fail(errc::value_not_encodable, layer::modbus, 0);
    if (out.size() < width)
        return fail(errc::buffer_too_small, layer::modbus, 2 * out.size());
    if (format.type.kind() == register_kind::text) {
        const auto* text = std::get_if<register_text>(&value);
        if (text == nullptr || !detail::store_text(*text, format, out))
            return refused;
        return width;
    }
    const auto bits = std::visit([&](const auto& x) { return detail::bits_of(x, format); }, value);
    if (!bits)
        return refused;
    const auto is_pattern = format.not_available && *bits >> format.type.first_bit() == *format.not_available;
    if (is_pattern && !std::holds_alternative<invalid>(value))
        return refused;
    store_registers(out, width, format.order, *bits);
    return width;
}

} // namespace meterlink::modbus
