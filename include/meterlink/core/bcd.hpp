#pragma once

/// Packed binary-coded decimals, least significant octet first (EN 13757-3:2018, type A).

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/reader.hpp>
#include <meterlink/core/result.hpp>

namespace meterlink {

/// What a BCD field says.
enum class bcd_kind : std::uint8_t {
    positive,
    negative,
    no_value,      ///< Every nibble is F: the meter has no value.
    invalid_digit, ///< A nibble A..F where a digit should stand.
};

/// Whether the most significant nibble can be a sign.
enum class bcd_sign : std::uint8_t {
    top_nibble, ///< F there means negative: type A.
    none,       ///< Digits only: LVAR C0..C9 and D0..D9, where the LVAR is the sign.
};

/// A BCD field, decoded.
struct bcd_value {
    std::int64_t value = 0; ///< Negative when `kind` is; 0 when there is no number.
    bcd_kind kind = bcd_kind::no_value;

    /// Whether `value` is a number.
    [[nodiscard]] constexpr bool has_value() const noexcept { return kind <= bcd_kind::negative; }

    [[nodiscard]] friend constexpr bool operator==(const bcd_value&, const bcd_value&) noexcept = default;
};

/// The widest BCD field, in octets: 18 digits.
inline constexpr std::size_t bcd_max_octets = 9;

namespace detail {

/// Whether one of the 16 nibbles is above 9. Adding 6 carries out of such a nibble; the lowest one has no
/// carry coming in that could hide it.
constexpr bool has_non_digit(std::uint64_t nibbles) noexcept {
    constexpr std::uint64_t sixes = 0x0666'6666'6666'6666;
    const auto carries = ((nibbles + sixes) ^ nibbles ^ sixes) & 0x1111'1111'1111'1110;
    return carries != 0 || nibbles >> 60 > 9;
}

/// The number that 16 digits spell: pairs, then fours, then eights at once.
constexpr std::uint64_t bcd_digits(std::uint64_t nibbles) noexcept {
    auto x = nibbles - 6 * ((nibbles >> 4) & 0x0F0F'0F0F'0F0F'0F0F);
    x = (x & 0x00FF'00FF'00FF'00FF) + 100 * ((x >> 8) & 0x00FF'00FF'00FF'00FF);
    x = (x & 0x0000'FFFF'0000'FFFF) + 10'000 * ((x >> 16) & 0x0000'FFFF'0000'FFFF);
    return (x & 0xFFFF'FFFF) + 100'000'000 * (x >> 32);
}

constexpr std::uint64_t load_bcd(bytes_view octets) noexcept {
    if (octets.size() == 4) // by far the most frequent width: one load
        return std::uint64_t{octets[0]} | std::uint64_t{octets[1]} << 8 | std::uint64_t{octets[2]} << 16 |
               std::uint64_t{octets[3]} << 24;
    return load_little_endian(octets);
}

} // namespace detail

/// Decodes 1 to 9 octets; `no_value` for any other width. A field in another byte order is the caller's to
/// turn round.
[[nodiscard]] constexpr bcd_value decode_bcd(bytes_view octets,
                                             bcd_sign sign = bcd_sign::top_nibble) noexcept {
    if (octets.empty() || octets.size() > bcd_max_octets)
        return {};
    auto low = detail::load_bcd(octets);
    std::uint64_t high = octets.size() > 8 ? octets[8] : 0U;
    auto& top = octets.size() > 8 ? high : low;
    const auto top_shift = 8 * ((octets.size() - 1) % 8) + 4;
    const auto negative = sign == bcd_sign::top_nibble && top >> top_shift == 0xF;
    const auto signed_top = top;
    if (negative)
        top &= ~(std::uint64_t{0xF} << top_shift);
    if (detail::has_non_digit(low) || detail::has_non_digit(high)) {
        const auto all_f = ~std::uint64_t{0} >> (60 - top_shift);
        const auto no_value = signed_top == all_f && (octets.size() <= 8 || low == ~std::uint64_t{0});
        return {0, no_value ? bcd_kind::no_value : bcd_kind::invalid_digit};
    }
    const auto magnitude = static_cast<std::int64_t>(detail::bcd_digits(low) +
                                                     10'000'000'000'000'000 * detail::bcd_digits(high));
    return negative ? bcd_value{-magnitude, bcd_kind::negative} : bcd_value{magnitude, bcd_kind::positive};
}

/// Fills `out` (1 to 9 octets) with `value`, and returns its width. A negative value needs the top nibble
/// for its sign. `errc::value_not_encodable`, and nothing written, when the digits or the sign do not fit.
[[nodiscard]] constexpr result<std::size_t> encode_bcd(std::int64_t value, bytes_span out,
                                                       bcd_sign sign = bcd_sign::top_nibble) noexcept {
    const auto negative = value < 0;
    const auto refused = fail(errc::value_not_encodable, layer::core, 0);
    if (out.empty() || out.size() > bcd_max_octets || (negative && sign == bcd_sign::none))
        return refused;
    auto rest = negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    std::uint64_t limit = 1;
    for (std::size_t digit = negative ? 1 : 0; digit < 2 * out.size(); ++digit)
        limit *= 10;
    if (rest >= limit)
        return refused;
    for (auto& octet : out) {
        octet = static_cast<std::uint8_t>(rest % 10 | rest / 10 % 10 << 4);
        rest /= 100;
    }
    if (negative)
        out.back() |= 0xF0;
    return out.size();
}

} // namespace meterlink
