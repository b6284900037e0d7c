#pragma once

/// What registers say: exact decimals, reals as they were sent, text, or why there is no value.

#include <array>
#include <bit>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>

#include <meterlink/core/bcd.hpp>
#include <meterlink/core/decimal.hpp>
#include <meterlink/core/decimal_text.hpp>
#include <meterlink/modbus/register_order.hpp>
#include <meterlink/modbus/register_text.hpp>
#include <meterlink/modbus/register_type.hpp>

namespace meterlink::modbus {

/// Registers in any form: `std::vector<std::uint16_t>`, a span, a view over the octets of a response.
template <class Registers>
concept register_sequence = requires(const Registers& registers, std::size_t i) {
    { registers.size() } -> std::convertible_to<std::size_t>;
    requires std::same_as<std::remove_cvref_t<decltype(registers[i])>, std::uint16_t>;
};

/// Why registers that were read carry no value. It comes from the device and is data, not an error.
enum class invalid_reason : std::uint8_t {
    no_value,     ///< The pattern that stands for "not available"; all digits F; all of a text FF.
    bcd_digit,    ///< A nibble A to F where a digit should stand.
    not_a_number, ///< A real that is NaN.
    infinite,     ///< A real that is infinite.
    too_large,    ///< The exact number has more digits than 64 bits hold.
};

/// Stable identifier, as it stands in JSON: `"no_value"`.
[[nodiscard]] constexpr std::string_view name(invalid_reason reason) noexcept {
    constexpr std::array<std::string_view, 5> names{"no_value", "bcd_digit", "not_a_number", "infinite",
                                                    "too_large"};
    return names[static_cast<std::size_t>(reason) % names.size()];
}

/// There should be a value and is none.
struct invalid {
    invalid_reason reason = invalid_reason::no_value;
    [[nodiscard]] friend constexpr bool operator==(invalid, invalid) noexcept = default;
};

/// A float32 or float64 as it was sent, finite, with scale and offset kept beside it.
struct real {
    double significand = 0;
    bool is_single = true; ///< Sent as float32.
    decimal scale{1, 0};
    decimal offset{};

    /// The value as the nearest doubles compute it; exactly what was sent without scale and offset.
    [[nodiscard]] constexpr double to_double() const noexcept {
        return significand * scale.to_double() + offset.to_double();
    }

    /// The decimal of the fewest digits that is this real and no other (230.1, where the float32 is
    /// 230.1000061), scaled exactly. `errc::decimal_overflow` where a `decimal` does not hold that, and
    /// `errc::decimal_syntax` for a significand that is no number.
    [[nodiscard]] result<decimal> shortest() const noexcept {
        std::array<char, 32> text{}; // -1.2345678901234567e-308
        auto* const last = text.data() + text.size();
        const auto end = is_single
                             ? std::to_chars(text.data(), last, static_cast<float>(significand),
                                             std::chars_format::scientific)
                             : std::to_chars(text.data(), last, significand, std::chars_format::scientific);
        const auto sent = parse_decimal({text.data(), static_cast<std::size_t>(end.ptr - text.data())});
        if (!sent)
            return sent;
        const auto scaled = multiply(*sent, scale);
        return scaled && offset.mantissa != 0 ? add(*scaled, offset) : scaled;
    }

    [[nodiscard]] friend constexpr bool operator==(const real&, const real&) noexcept = default;
};

/// The value of a point.
using register_value = std::variant<decimal, real, register_text, invalid>;

/// How registers are read: type, order, and value = registers * `scale` + `offset`.
struct register_format {
    register_type type;
    register_order order = register_order::abcd;
    decimal scale{1, 0};
    decimal offset{};
    /// The bits (as `load_registers` puts them together) that stand for "not available", not for a value.
    std::optional<std::uint64_t> not_available = std::nullopt;
};

/// The pattern that most makers use for "not available" with this type: 8000 for int16, FFFF for uint16 and
/// so on, a quiet NaN for reals; none for bits and text. Only a caller knows whether a device uses it.
[[nodiscard]] constexpr std::optional<std::uint64_t> usual_not_available(register_type type) noexcept {
    switch (type.kind()) {
    case register_kind::int16:
    case register_kind::int32:
    case register_kind::int64: return type.mask() - (type.mask() >> 1U);
    case register_kind::float32: return 0x7FC0'0000;
    case register_kind::float64: return 0x7FF8'0000'0000'0000;
    case register_kind::text:
    case register_kind::bits: return std::nullopt;
    default: return type.mask();
    }
}

namespace detail {

constexpr result<decimal> scaled(decimal raw, const register_format& format) noexcept {
    const auto product =
        same_representation(format.scale, {1, 0}) ? result<decimal>{raw} : multiply(raw, format.scale);
    return product && format.offset.mantissa != 0 ? add(*product, format.offset) : product;
}

/// As `scaled`, for a number above 2^63: as twice its half and what is left.
constexpr result<decimal> scaled_large(std::uint64_t raw, const register_format& format) noexcept {
    const auto twice = multiply(format.scale, 2);
    if (!twice)
        return twice;
    const auto even = multiply(decimal{static_cast<std::int64_t>(raw / 2), 0}, *twice);
    const auto whole = even && raw % 2 != 0 ? add(*even, format.scale) : even;
    return whole && format.offset.mantissa != 0 ? add(*whole, format.offset) : whole;
}

constexpr register_value number_from(const result<decimal>& number) noexcept {
    if (number)
        return *number;
    return invalid{invalid_reason::too_large};
}

constexpr register_value unsigned_from(std::uint64_t raw, const register_format& format) noexcept {
    return number_from(raw <= meterlink::detail::mantissa_limit(false)
                           ? scaled({static_cast<std::int64_t>(raw), 0}, format)
                           : scaled_large(raw, format));
}

/// Two's complement of `width` registers.
constexpr std::int64_t sign_extended(std::uint64_t raw, std::size_t width) noexcept {
    const auto unused = 64U - 16U * static_cast<unsigned>(width);
    return static_cast<std::int64_t>(raw << unused) >> unused;
}

constexpr register_value bcd_from(std::uint64_t raw, const register_format& format) noexcept {
    if (raw == format.type.mask())
        return invalid{invalid_reason::no_value};
    if (meterlink::detail::has_non_digit(raw))
        return invalid{invalid_reason::bcd_digit};
    return unsigned_from(meterlink::detail::bcd_digits(raw), format);
}

constexpr register_value real_from(double significand, bool is_single,
                                   const register_format& format) noexcept {
    if (significand != significand)
        return invalid{invalid_reason::not_a_number};
    constexpr auto largest = std::numeric_limits<double>::max();
    if (significand > largest || significand < -largest)
        return invalid{invalid_reason::infinite};
    return real{significand, is_single, format.scale, format.offset};
}

constexpr register_value text_from(const register_text& text, std::size_t width) noexcept {
    for (const auto octet : text.octets())
        if (octet != 0xFF)
            return text;
    if (text.size() == 2 * width)
        return invalid{invalid_reason::no_value};
    return text;
}

constexpr register_value value_from(std::uint64_t raw, const register_format& format) noexcept {
    switch (format.type.kind()) {
    case register_kind::int16:
    case register_kind::int32:
    case register_kind::int64:
        return number_from(scaled({sign_extended(raw, format.type.width()), 0}, format));
    case register_kind::float32:
        return real_from(double{std::bit_cast<float>(static_cast<std::uint32_t>(raw))}, true, format);
    case register_kind::float64: return real_from(std::bit_cast<double>(raw), false, format);
    case register_kind::bcd16:
    case register_kind::bcd32:
    case register_kind::bcd64: return bcd_from(raw, format);
    case register_kind::bits:
        return unsigned_from((raw & format.type.mask()) >> format.type.first_bit(), format);
    default: return unsigned_from(raw, format);
    }
}

} // namespace detail

/// The value in the first `format.type.width()` registers; what follows them is not looked at.
/// `errc::truncated`, at the octet where they end, when there are fewer. A number is exact, or it is
/// `invalid`: a uint64 above 2^63 - 1 is `too_large` unless, scaled, it fits the mantissa of a decimal, as
/// multiples of 10 do. With `bits`, `not_available` is compared with those bits alone; with text it means
/// nothing.
template <register_sequence Registers>
[[nodiscard]] constexpr result<register_value> decode_registers(const Registers& registers,
                                                                const register_format& format) noexcept {
    const auto width = format.type.width();
    if (registers.size() < width)
        return fail(errc::truncated, layer::modbus, 2 * registers.size());
    if (format.type.kind() == register_kind::text)
        return detail::text_from(register_text::decode(registers, width, format.order), width);
    const auto raw = load_registers(registers, width, format.order);
    const auto is_bits = format.type.kind() == register_kind::bits;
    const auto compared = is_bits ? (raw & format.type.mask()) >> format.type.first_bit() : raw;
    if (format.not_available && *format.not_available == compared)
        return register_value{invalid{invalid_reason::no_value}};
    return detail::value_from(raw, format);
}

} // namespace meterlink::modbus
