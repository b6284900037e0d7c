#include "print.hpp"

#include <charconv>
#include <optional>

#include <meterlink/core/unit.hpp>

namespace meterlink::format::detail {

namespace {

/// `count` digits, or as many X where the part is open.
template <class Part>
char* print_part(char* to, const std::optional<Part>& part, int count) noexcept {
    if (part)
        meterlink::detail::print_digits(to + count, static_cast<std::uint64_t>(*part < 0 ? 0 : *part), count);
    else
        std::memset(to, 'X', static_cast<std::size_t>(count));
    return to + count;
}

/// True when a VIFE has made a date, a count or a duration of the value: then the unit is that of the VIFE.
bool has_unit_of_its_own(const apl::vib_view& vib) noexcept {
    using apl::tables::vife_effect;
    for (const auto modifier : vib.modifiers()) {
        const auto effect = modifier.entry().effect;
        if (effect == vife_effect::date || effect == vife_effect::count || effect == vife_effect::duration)
            return true;
    }
    return false;
}

} // namespace

char* print_real(char* to, const apl::real& value) noexcept {
    if (value.significand == 0)
        return put(to, "0");
    // Scientific notation gives each digit once: "1.234567e-05" is 1234567 * 10^(-5 - 6).
    std::array<char, 32> text;
    const auto* const end = std::to_chars(text.data(), text.data() + text.size(), value.significand,
                                          std::chars_format::scientific)
                                .ptr;
    const char* at = text.data();
    const bool negative = *at == '-';
    at += negative ? 1 : 0;
    std::int64_t mantissa = 0;
    int exponent = value.exponent10;
    bool is_fraction = false;
    for (; at != end && *at != 'e'; ++at) {
        if (*at == '.') {
            is_fraction = true;
            continue;
        }
        mantissa = mantissa * 10 + (*at - '0');
        exponent -= is_fraction ? 1 : 0;
    }
    int shift = 0;
    at += at != end ? 1 : 0;
    at += at != end && *at == '+' ? 1 : 0;
    std::from_chars(at, end, shift);
    exponent += shift;
    if (exponent >= -128 && exponent <= 127)
        return print(to, decimal{negative ? -mantissa : mantissa, static_cast<std::int8_t>(exponent)});
    if (negative)
        *to++ = '-';
    to = print_unsigned(to, static_cast<std::uint64_t>(mantissa));
    *to++ = 'e';
    if (exponent < 0)
        *to++ = '-';
    return print_unsigned(to, static_cast<std::uint64_t>(exponent < 0 ? -exponent : exponent));
}

char* print_double(char* to, double value) noexcept {
    return std::to_chars(to, to + double_max_chars, value).ptr;
}

char* print_date(char* to, const apl::date& date) noexcept {
    to = print_part(to, date.year, 4);
    *to++ = '-';
    to = print_part(to, date.month, 2);
    *to++ = '-';
    return print_part(to, date.day, 2);
}

char* print_time(char* to, const apl::time_of_day& time) noexcept {
    to = print_part(to, time.hour, 2);
    *to++ = ':';
    to = print_part(to, time.minute, 2);
    if (!time.has_seconds)
        return to;
    *to++ = ':';
    return print_part(to, time.second, 2);
}

char* print_date_time(char* to, const apl::date_time& at) noexcept {
    to = print_date(to, at.date);
    *to++ = 'T';
    return print_time(to, at.time);
}

char* print_manufacturer(char* to, tpl::manufacturer maker) noexcept {
    if (maker.is_valid() && !maker.is_locally_unique()) {
        const auto letters = maker.letters();
        return put(to, {letters.data(), letters.size()});
    }
    const std::array<std::uint8_t, 2> octets{static_cast<std::uint8_t>(maker.code >> 8U),
                                             static_cast<std::uint8_t>(maker.code)};
    return print_hex(to, octets);
}

char* print_plain(char* to, std::uint8_t character) noexcept {
    if (!is_control(character))
        return print_utf8(to, character);
    to = put(to, "\\x");
    return print_hex(to, bytes_view{&character, 1});
}

char* print_unit(char* to, const apl::record_view& record, character_printer print_character) noexcept {
    const auto& vib = record.vib();
    const auto& measurement = record.measurement();
    if (vib.modifiers().empty() && !vib.has_text()) [[likely]]
        return put(to, symbol(measurement.unit));
    if (has_unit_of_its_own(vib))
        return put(to, symbol(measurement.unit));
    if (vib.has_text())
        apl::text{vib.plain_text()}.for_each_character([&](std::uint8_t c) { to = print_character(to, c); });
    else
        to = put(to, symbol(measurement.unit));
    for (const auto modifier : vib.modifiers())
        to = put(to, modifier.entry().unit_suffix);
    return to;
}

char* print_modifier(char* to, const apl::vife& modifier) noexcept {
    const auto& entry = modifier.entry();
    to = put(to, entry.name);
    const bool is_of_manufacturer = modifier.table == apl::vife_table::manufacturer;
    if (entry.is_listed && !is_of_manufacturer)
        return to;
    *to++ = ':';
    if (modifier.table == apl::vife_table::extension)
        to = put(to, "FC");
    return print_hex(to, bytes_view{&modifier.code, 1});
}

} // namespace meterlink::format::detail
