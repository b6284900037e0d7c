#pragma once

/// How long registers are in codes that suit what meters report; see register_plausibility.hpp.

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bcd.hpp>
#include <meterlink/core/decimal_text.hpp>
#include <meterlink/modbus/register_order.hpp>
#include <meterlink/modbus/register_text.hpp>
#include <meterlink/modbus/register_type.hpp>
#include <meterlink/modbus/register_value.hpp>

namespace meterlink::modbus::detail {

enum class description_kind : std::uint8_t { impossible, zero, no_value, unusual, usual, short_one };

struct description {
    std::int32_t cost = 0; ///< In tenths of a bit.
    description_kind kind = description_kind::usual;
};

constexpr std::int32_t bits_cost(std::int32_t bits) noexcept { return 10 * bits; }

/// Decimal digits at log2(10) bits each.
constexpr std::int32_t digits_cost(std::int32_t digits) noexcept { return 33 * digits; }

/// How rare an order is. Octets swapped in a single register contradict the standard itself.
constexpr std::int32_t order_cost(register_order order, std::size_t width) noexcept {
    if (width == 1)
        return swaps_octets(order) ? bits_cost(8) : 0;
    switch (order) {
    case register_order::abcd: return 0;
    case register_order::cdab: return 5;
    case register_order::badc:
    case register_order::dcba: return bits_cost(4);
    default: return bits_cost(6);
    }
}

/// Integers: their significant bits and how many those are; numbers that nearly fill the type are rare.
constexpr description describe_integer(std::uint64_t raw, register_type type, bool is_signed) noexcept {
    const auto value = is_signed ? sign_extended(raw, type.width()) : 0;
    const auto magnitude = is_signed ? meterlink::detail::magnitude_of(value) : raw;
    const auto significant = static_cast<std::int32_t>(std::bit_width(magnitude));
    const auto full = static_cast<std::int32_t>(16 * type.width());
    const auto rare_above = type.width() == 1 ? full : type.width() == 2 ? 28 : 48;
    const auto rarity = std::max(0, significant - rare_above);
    const auto cost = bits_cost(significant + 3 + rarity + (value < 0 ? 4 : 0)) + (is_signed ? 2 : 0);
    if (raw == 0)
        return {cost, description_kind::zero};
    if (usual_not_available(type) == raw)
        return {bits_cost(8) + (is_signed ? 2 : 0), description_kind::no_value};
    return {cost, significant >= full - 3 ? description_kind::unusual : description_kind::short_one};
}

constexpr description describe_bcd(std::uint64_t raw, register_type type) noexcept {
    if (raw == type.mask())
        return {bits_cost(12), description_kind::no_value};
    if (meterlink::detail::has_non_digit(raw))
        return {bits_cost(static_cast<std::int32_t>(16 * type.width())), description_kind::impossible};
    const auto digits = raw == 0 ? 1 : (static_cast<std::int32_t>(std::bit_width(raw)) + 3) / 4;
    return {digits_cost(digits) + bits_cost(4) - 2,
            raw == 0 ? description_kind::zero : description_kind::usual};
}

/// Significant digits of the shortest decimal that is this real.
inline std::int32_t significant_digits(double value, bool is_single) noexcept {
    std::array<char, 32> text{};
    auto* const last = text.data() + text.size();
    const auto end =
        is_single ? std::to_chars(text.data(), last, static_cast<float>(value), std::chars_format::scientific)
                  : std::to_chars(text.data(), last, value, std::chars_format::scientific);
    std::int32_t digits = 0;
    for (const auto* at = text.data(); at != end.ptr && *at != 'e'; ++at)
        digits += *at >= '0' && *at <= '9' ? 1 : 0;
    return digits;
}

/// Reals: sign, a usual exponent, and either the digits of the decimal or the whole significand.
inline description describe_real(std::uint64_t raw, register_type type) noexcept {
    const auto is_single = type.kind() == register_kind::float32;
    const auto value = is_single ? double{std::bit_cast<float>(static_cast<std::uint32_t>(raw))}
                                 : std::bit_cast<double>(raw);
    if (usual_not_available(type) == raw)
        return {bits_cost(8), description_kind::no_value};
    if (!std::isfinite(value))
        return {bits_cost(static_cast<std::int32_t>(16 * type.width())), description_kind::impossible};
    const auto size = std::abs(value);
    if (size == 0)
        return {bits_cost(7) + (raw != 0 ? bits_cost(8) : 0), description_kind::zero};
    const auto significand = bits_cost(is_single ? 23 : 52);
    const auto digits = digits_cost(significant_digits(value, is_single));
    const auto is_usual = size >= 1e-2 && size < 1e6;
    const auto is_possible = size >= 1e-4 && size < 1e9;
    const auto cost = bits_cost(6 + (value < 0 ? 3 : 0) +
                                (is_usual      ? 0
                                 : is_possible ? 6
                                               : 20)) +
                      std::min(significand, digits);
    if (!is_possible)
        return {cost, description_kind::unusual};
    return {cost, digits < significand ? description_kind::short_one : description_kind::usual};
}

inline description describe_number(std::uint64_t raw, register_type type) noexcept {
    switch (type.kind()) {
    case register_kind::float32:
    case register_kind::float64: return describe_real(raw, type);
    case register_kind::bcd16:
    case register_kind::bcd32:
    case register_kind::bcd64: return describe_bcd(raw, type);
    case register_kind::int16:
    case register_kind::int32:
    case register_kind::int64: return describe_integer(raw, type, true);
    default: return describe_integer(raw, type, false);
    }
}

/// A later value, when the earlier one is known: the bits of the difference.
inline std::int32_t describe_change(std::uint64_t before, std::uint64_t after, register_type type) noexcept {
    if (before == after)
        return bits_cost(1);
    const auto kind = type.kind();
    const auto full = bits_cost(static_cast<std::int32_t>(16 * type.width()));
    const auto of_integers = [&](std::uint64_t a, std::uint64_t b, bool grows) {
        return bits_cost(static_cast<std::int32_t>(std::bit_width((grows ? b - a : a - b) & type.mask())) +
                         (grows ? 3 : 4));
    };
    if (kind == register_kind::float32 || kind == register_kind::float64) {
        const auto is_single = kind == register_kind::float32;
        const auto value = [&](std::uint64_t raw) {
            return is_single ? double{std::bit_cast<float>(static_cast<std::uint32_t>(raw))}
                             : std::bit_cast<double>(raw);
        };
        const auto difference = std::abs(value(after) - value(before));
        const auto larger = std::max(std::abs(value(before)), std::abs(value(after)));
        if (!std::isfinite(difference) || difference >= larger)
            return full;
        const auto bits = (is_single ? 23 : 52) + std::ilogb(difference / larger);
        return std::min(full, bits_cost(std::max(0, bits) + 4));
    }
    if (kind == register_kind::bcd16 || kind == register_kind::bcd32 || kind == register_kind::bcd64) {
        if (meterlink::detail::has_non_digit(before) || meterlink::detail::has_non_digit(after))
            return full;
        const auto a = meterlink::detail::bcd_digits(before);
        const auto b = meterlink::detail::bcd_digits(after);
        return of_integers(a, b, b > a);
    }
    const auto is_signed =
        kind == register_kind::int16 || kind == register_kind::int32 || kind == register_kind::int64;
    const auto grows =
        is_signed ? sign_extended(after, type.width()) > sign_extended(before, type.width()) : after > before;
    return of_integers(before, after, grows);
}

enum class character_class : std::uint8_t { lower, upper, digit, other };

constexpr character_class class_of(std::uint8_t octet) noexcept {
    return octet >= 'a' && octet <= 'z'   ? character_class::lower
           : octet >= 'A' && octet <= 'Z' ? character_class::upper
           : octet >= '0' && octet <= '9' ? character_class::digit
                                          : character_class::other;
}

/// Text: characters like the one before are cheap (a capital may begin a word), which tells apart whether
/// octets are swapped. Single characters prove little, hence the price of being text at all.
template <class Registers>
constexpr description describe_text(const Registers& registers, std::size_t width,
                                    register_order order) noexcept {
    const auto text = register_text::decode(registers, width, order);
    const auto unused = static_cast<std::int32_t>(2 * width - text.size());
    auto cost = bits_cost(9) + 5 * unused;
    auto before = character_class::other;
    for (const auto octet : text.octets()) {
        if (!is_printable(octet))
            return {bits_cost(static_cast<std::int32_t>(16 * width)), description_kind::impossible};
        const auto now = class_of(octet);
        const auto continues =
            now == before || (before == character_class::upper && now == character_class::lower);
        cost += now == character_class::other ? bits_cost(8) : continues ? 45 : bits_cost(7);
        before = now;
    }
    return {cost, text.size() == 0 ? description_kind::zero : description_kind::usual};
}

} // namespace meterlink::modbus::detail
