#pragma once

/// Dates and times as ISO 8601 text without a zone: `2008-05-31T23:50:00`.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <meterlink/core/civil_time.hpp>
#include <meterlink/core/result.hpp>

namespace meterlink {

inline constexpr std::size_t civil_date_chars = 10;      ///< Length of a printed date.
inline constexpr std::size_t civil_time_chars = 8;       ///< Length of a printed time of day.
inline constexpr std::size_t civil_date_time_chars = 19; ///< Length of both, with the T between them.

namespace detail {

/// The last two digits; never writes more, whatever the value.
constexpr char* print_two_digits(char* first, int value) noexcept {
    *first++ = static_cast<char>('0' + value / 10 % 10);
    *first++ = static_cast<char>('0' + value % 10);
    return first;
}

} // namespace detail

/// Writes `2008-05-31` to `first` and returns the end. `date` is valid.
constexpr char* print(char* first, civil_date date) noexcept {
    const int year = date.year < 0 ? 0 : date.year;
    first = detail::print_two_digits(first, year / 100);
    first = detail::print_two_digits(first, year);
    *first++ = '-';
    first = detail::print_two_digits(first, date.month);
    *first++ = '-';
    return detail::print_two_digits(first, date.day);
}

/// Writes `23:50:00` to `first` and returns the end. `time` is valid.
constexpr char* print(char* first, civil_time time) noexcept {
    first = detail::print_two_digits(first, time.hour);
    *first++ = ':';
    first = detail::print_two_digits(first, time.minute);
    *first++ = ':';
    return detail::print_two_digits(first, time.second);
}

/// Writes `2008-05-31T23:50:00` to `first` and returns the end. `at` is valid.
constexpr char* print(char* first, civil_date_time at) noexcept {
    first = print(first, at.date);
    *first++ = 'T';
    return print(first, at.time);
}

/// The text that `print` writes.
[[nodiscard]] inline std::string to_string(civil_date date) {
    std::array<char, civil_date_chars> text{};
    return {text.data(), print(text.data(), date)};
}

/// The text that `print` writes.
[[nodiscard]] inline std::string to_string(civil_time time) {
    std::array<char, civil_time_chars> text{};
    return {text.data(), print(text.data(), time)};
}

/// The text that `print` writes.
[[nodiscard]] inline std::string to_string(civil_date_time at) {
    std::array<char, civil_date_time_chars> text{};
    return {text.data(), print(text.data(), at)};
}

namespace detail {

/// Compares `text` with `shape`, in which 0 stands for any digit; the error is where they part.
constexpr result<std::string_view> shaped(std::string_view text, std::string_view shape) noexcept {
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (i == text.size())
            return fail(errc::truncated, layer::core, i);
        const auto found = static_cast<unsigned char>(text[i]);
        if (shape[i] == '0' ? found < '0' || found > '9' : text[i] != shape[i])
            return fail(errc::date_out_of_range, layer::core, i, shape[i] == '0' ? -1 : shape[i], found);
    }
    if (text.size() > shape.size())
        return fail(errc::date_out_of_range, layer::core, shape.size(), -1,
                    static_cast<unsigned char>(text[shape.size()]));
    return text;
}

constexpr int two_digits(std::string_view text, std::size_t at) noexcept {
    return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

} // namespace detail

/// Reads `2008-05-31`. `errc::date_out_of_range` at the character that does not belong there or at the month
/// or day that the calendar does not have; `errc::truncated`.
[[nodiscard]] constexpr result<civil_date> parse_civil_date(std::string_view text) noexcept {
    if (const auto digits = detail::shaped(text, "0000-00-00"); !digits)
        return fail(digits.error());
    const auto year = detail::two_digits(text, 0) * 100 + detail::two_digits(text, 2);
    const auto month = detail::two_digits(text, 5);
    const auto day = detail::two_digits(text, 8);
    if (month < 1 || month > 12)
        return fail(errc::date_out_of_range, layer::core, 5);
    if (day < 1 || day > days_in_month(year, month))
        return fail(errc::date_out_of_range, layer::core, 8);
    return civil_date{static_cast<std::int16_t>(year), static_cast<std::uint8_t>(month),
                      static_cast<std::uint8_t>(day)};
}

/// Reads `23:50:00` or `23:50`. Errors as `parse_civil_date`.
[[nodiscard]] constexpr result<civil_time> parse_civil_time(std::string_view text) noexcept {
    const auto has_second = text.size() != 5;
    if (const auto digits = detail::shaped(text, has_second ? "00:00:00" : "00:00"); !digits)
        return fail(digits.error());
    const auto hour = detail::two_digits(text, 0);
    const auto minute = detail::two_digits(text, 3);
    const auto second = has_second ? detail::two_digits(text, 6) : 0;
    if (hour > 23)
        return fail(errc::date_out_of_range, layer::core, 0);
    if (minute > 59)
        return fail(errc::date_out_of_range, layer::core, 3);
    if (second > 59)
        return fail(errc::date_out_of_range, layer::core, 6);
    return civil_time{static_cast<std::uint8_t>(hour), static_cast<std::uint8_t>(minute),
                      static_cast<std::uint8_t>(second)};
}

/// Reads a date and a time with `T` or a space between them. Errors as `parse_civil_date`.
[[nodiscard]] constexpr result<civil_date_time> parse_civil_date_time(std::string_view text) noexcept {
    const auto date = parse_civil_date(text.substr(0, civil_date_chars));
    if (!date)
        return fail(date.error());
    const auto rest = text.substr(civil_date_chars);
    if (rest.empty())
        return fail(errc::truncated, layer::core, civil_date_chars);
    if (rest.front() != 'T' && rest.front() != ' ')
        return fail(errc::date_out_of_range, layer::core, civil_date_chars, 'T',
                    static_cast<unsigned char>(rest.front()));
    const auto time = parse_civil_time(rest.substr(1));
    if (!time)
        return fail(time.error(), civil_date_chars + 1);
    return civil_date_time{*date, *time};
}

} // namespace meterlink
