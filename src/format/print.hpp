#pragma once

/// Values as characters, written through a raw pointer: what all formats have in common. Each function writes
/// at most the number of characters that the constant beside it says, and returns the end.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <meterlink/apl/date_time.hpp>
#include <meterlink/apl/record.hpp>
#include <meterlink/apl/value.hpp>
#include <meterlink/apl/vife.hpp>
#include <meterlink/core/decimal_text.hpp>
#include <meterlink/core/hex.hpp>
#include <meterlink/tpl/manufacturer.hpp>

namespace meterlink::format::detail {

/// What `std::visit` chooses from.
template <class... Cases>
struct overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
overloaded(Cases...) -> overloaded<Cases...>;

inline char* put(char* to, std::string_view text) noexcept {
    if (!text.empty()) // an empty view may have no address
        std::memcpy(to, text.data(), text.size());
    return to + text.size();
}

inline constexpr std::size_t integer_max_chars = 20;

inline char* print_unsigned(char* to, std::uint64_t value) noexcept {
    if (value < 10) {
        *to = static_cast<char>('0' + value);
        return to + 1;
    }
    return meterlink::detail::print_integer(to, value);
}

/// A float has at most 9 digits, its exponent and that of the VIF together at most 4: `-1.23456789e-181`.
inline constexpr std::size_t real_max_chars = decimal_max_chars;

/// The shortest digits that give the same float again, shifted by the exponent of the VIF: no digit is there
/// that the meter did not send. A JSON number.
char* print_real(char* to, const apl::real& value) noexcept;

inline constexpr std::size_t double_max_chars = 32;

/// The shortest digits that give the same finite double again. A JSON number.
char* print_double(char* to, double value) noexcept;

inline constexpr std::size_t date_time_max_chars = 19;

/// `2008-05-31`; X for the digits of a part that is "every".
char* print_date(char* to, const apl::date& date) noexcept;
/// `23:50`, or `11:48:59` where the type has seconds.
char* print_time(char* to, const apl::time_of_day& time) noexcept;
/// Both with T between them.
char* print_date_time(char* to, const apl::date_time& at) noexcept;

inline constexpr std::size_t bcd_id_chars = 8;

/// The eight digits of an identification as they are printed on the meter.
inline char* print_id(char* to, std::uint32_t digits) noexcept {
    const std::array<std::uint8_t, 4> octets{
        static_cast<std::uint8_t>(digits >> 24U), static_cast<std::uint8_t>(digits >> 16U),
        static_cast<std::uint8_t>(digits >> 8U), static_cast<std::uint8_t>(digits)};
    return print_hex(to, octets);
}

inline constexpr std::size_t manufacturer_max_chars = 4;

/// Three letters, or four hexadecimal digits for codes that are no letters, as in a secondary address.
char* print_manufacturer(char* to, tpl::manufacturer maker) noexcept;

/// C0, DEL and C1: what no format shows as it is.
constexpr bool is_control(std::uint8_t character) noexcept {
    return character < 0x20 || (character >= 0x7F && character < 0xA0);
}

/// One Latin-1 character as UTF-8.
inline char* print_utf8(char* to, std::uint8_t character) noexcept {
    if (character < 0x80) {
        *to++ = static_cast<char>(character);
    } else {
        *to++ = static_cast<char>(0xC0U | character >> 6U);
        *to++ = static_cast<char>(0x80U | (character & 0x3FU));
    }
    return to;
}

/// How a format spells one Latin-1 character, with at most `character_max_chars`.
using character_printer = char* (*)(char* to, std::uint8_t character) noexcept;
inline constexpr std::size_t character_max_chars = 6;

/// UTF-8, with control characters as `\x0A`: for people, and always on one line.
char* print_plain(char* to, std::uint8_t character) noexcept;

/// A symbol, ten suffixes, and the plain text of the meter.
inline constexpr std::size_t unit_max_chars = 16 + apl::max_vife * 16 + character_max_chars * 255;

/// Symbol or plain text, and the suffixes of the VIFE. `print_character` spells the plain text; the rest is
/// letters, digits and `% / * ( )`.
char* print_unit(char* to, const apl::record_view& record, character_printer print_character) noexcept;

inline constexpr std::size_t modifier_max_chars = 48;

/// True for the VIFE that say something neither value nor unit say yet. FC, and FF where codes follow it,
/// only lead to another table.
inline bool is_modifier(const apl::vife& modifier, bool is_last) noexcept {
    if (modifier.entry().effect == apl::tables::vife_effect::manufacturer)
        return is_last;
    return !modifier.is_folded_into_value();
}

/// The stable name, with the code where the name alone does not tell.
char* print_modifier(char* to, const apl::vife& modifier) noexcept;

/// Calls `use(name)` for each modifier of `record`.
template <class Use>
void for_each_modifier(const apl::record_view& record, Use use) {
    const auto modifiers = record.vib().modifiers();
    if (!modifiers.empty()) {
        for (auto it = modifiers.begin(); it != modifiers.end();) {
            const auto modifier = *it;
            ++it;
            if (!is_modifier(modifier, it == modifiers.end()))
                continue;
            std::array<char, modifier_max_chars> name;
            use(std::string_view{
                name.data(), static_cast<std::size_t>(print_modifier(name.data(), modifier) - name.data())});
        }
    }
    if (record.measurement().is_historical)
        use(std::string_view{"historical"});
}

} // namespace meterlink::format::detail
