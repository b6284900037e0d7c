#pragma once

/// Octets as hexadecimal text, written and strictly read back. People's spellings: `hex_lenient.hpp`.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>

namespace meterlink {

namespace detail {

/// "00" to "FF", one after the other.
inline constexpr auto hex_pairs = [] {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::array<char, 512> pairs{};
    for (std::size_t i = 0; i < 256; ++i) {
        pairs[2 * i] = digits[i >> 4];
        pairs[2 * i + 1] = digits[i & 0xF];
    }
    return pairs;
}();

/// The value of every character as a digit; -1 where it is none.
inline constexpr auto hex_values = [] {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < 10; ++i)
        values['0' + i] = static_cast<std::int8_t>(i);
    for (std::size_t i = 0; i < 6; ++i)
        values['A' + i] = values['a' + i] = static_cast<std::int8_t>(10 + i);
    return values;
}();

constexpr int hex_value(char c) noexcept { return hex_values[static_cast<unsigned char>(c)]; }

} // namespace detail

/// Writes the two digits of every octet to `first`, where `2 * octets.size()` must be free; returns the end.
constexpr char* print_hex(char* first, bytes_view octets) noexcept {
    for (const auto octet : octets) {
        *first++ = detail::hex_pairs[std::size_t{2} * octet];
        *first++ = detail::hex_pairs[std::size_t{2} * octet + 1];
    }
    return first;
}

/// Appends the octets in upper case, without separators.
inline void append_hex(std::string& text, bytes_view octets) {
    const auto begin = text.size();
    text.resize(begin + 2 * octets.size());
    print_hex(text.data() + begin, octets);
}

/// The octets in upper case, with `separator` between them unless it is 0: `681F1F68`, `68 1F 1F 68`.
[[nodiscard]] inline std::string to_hex(bytes_view octets, char separator = '\0') {
    std::string text;
    text.reserve(3 * octets.size());
    for (std::size_t i = 0; i < octets.size(); ++i) {
        if (i != 0 && separator != '\0')
            text += separator;
        append_hex(text, octets.subspan(i, 1));
    }
    return text;
}

/// Reads pairs of digits and nothing else into `out`; returns how many octets. The offset of an error counts
/// characters: `errc::hex_digit`, `errc::hex_odd_digits` (at the digit without partner), and
/// `errc::buffer_too_small`.
[[nodiscard]] constexpr result<std::size_t> parse_hex_strict(std::string_view text, bytes_span out) noexcept {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (const auto digit = detail::hex_value(text[at]); digit < 0)
            return fail(errc::hex_digit, layer::core, at, -1, static_cast<unsigned char>(text[at]));
        else if (at / 2 >= out.size())
            return fail(errc::buffer_too_small, layer::core, at);
        else
            out[at / 2] = static_cast<std::uint8_t>(at % 2 == 0 ? digit << 4 : out[at / 2] | digit);
    }
    if (text.size() % 2 != 0)
        return fail(errc::hex_odd_digits, layer::core, text.size() - 1);
    return text.size() / 2;
}

/// As above, into octets of its own.
[[nodiscard]] inline result<std::vector<std::uint8_t>> parse_hex_strict(std::string_view text) {
    std::vector<std::uint8_t> octets((text.size() + 1) / 2);
    const auto count = parse_hex_strict(text, octets);
    if (!count)
        return fail(count.error());
    return octets;
}

} // namespace meterlink
