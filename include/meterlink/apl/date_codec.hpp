#pragma once

/// The wire forms of dates and times: types F, G, I and J of EN 13757-3:2018, Annex A.

#include <cstdint>
#include <optional>

#include <meterlink/apl/date_time.hpp>
#include <meterlink/apl/invalid_reason.hpp>
#include <meterlink/core/result.hpp>
#include <tl/expected.hpp>

namespace meterlink::apl {

/// A decoded part of a value, or why the meter has none.
template <class T>
using decoded = tl::expected<T, invalid_reason>;

namespace detail {

/// Years 0 to 80 are of this century, 81 to 99 of the last; 127 is every year.
constexpr bool assign_year(date& out, unsigned code) noexcept {
    if (code == 127)
        return true;
    if (code > 99)
        return false;
    out.year = static_cast<std::int16_t>(code <= 80 ? 2000 + code : 1900 + code);
    return true;
}

/// Day and month as types F and G code them: 0 is every day, 15 every month.
constexpr bool assign_day_and_month(date& out, unsigned day, unsigned month) noexcept {
    if (month == 0 || (month > 12 && month != 15))
        return false;
    if (month != 15)
        out.month = static_cast<std::uint8_t>(month);
    if (day != 0)
        out.day = static_cast<std::uint8_t>(day);
    return true;
}

/// Refuses 31 April and 29 February of a common year; a wildcard year may be a leap year.
constexpr bool is_calendar_day(const date& d) noexcept {
    if (!d.day || !d.month)
        return true;
    return *d.day <= days_in_month(d.year.value_or(2000), *d.month);
}

constexpr bool assign(std::optional<std::uint8_t>& out, unsigned code, unsigned every,
                      unsigned limit) noexcept {
    if (code == every)
        return true;
    if (code >= limit)
        return false;
    out = static_cast<std::uint8_t>(code);
    return true;
}

constexpr unsigned year_code(const std::optional<std::int16_t>& year) noexcept {
    return year ? static_cast<unsigned>(*year) % 100U : 127U;
}

} // namespace detail

/// Type G, 16 bit: a date.
[[nodiscard]] constexpr decoded<date> decode_type_g(std::uint16_t bits) noexcept {
    if (bits == 0xFFFF)
        return tl::unexpected{invalid_reason::no_value};
    date out;
    if (!detail::assign_year(out, ((bits >> 5U) & 0x07U) | ((bits >> 9U) & 0x78U)) ||
        !detail::assign_day_and_month(out, bits & 0x1FU, (bits >> 8U) & 0x0FU) ||
        !detail::is_calendar_day(out))
        return tl::unexpected{invalid_reason::date_out_of_range};
    return out;
}

/// Type F, 32 bit: a date and time to the minute.
[[nodiscard]] constexpr decoded<date_time> decode_type_f(std::uint32_t bits) noexcept {
    if (bits == 0xFFFFFFFF)
        return tl::unexpected{invalid_reason::no_value};
    if ((bits & 0x80U) != 0)
        return tl::unexpected{invalid_reason::time_invalid};
    date_time out;
    out.time.has_seconds = false;
    out.is_summer_time = (bits & 0x8000U) != 0;
    const auto year = ((bits >> 21U) & 0x07U) | ((bits >> 25U) & 0x78U);
    const auto hundreds = (bits >> 13U) & 0x03U;
    bool good = detail::assign_year(out.date, year);
    if (good && out.date.year && hundreds != 0)
        out.date.year = static_cast<std::int16_t>(1900 + 100 * hundreds + year);
    good = good && detail::assign_day_and_month(out.date, (bits >> 16U) & 0x1FU, (bits >> 24U) & 0x0FU) &&
           detail::is_calendar_day(out.date) && detail::assign(out.time.minute, bits & 0x3FU, 63, 60) &&
           detail::assign(out.time.hour, (bits >> 8U) & 0x1FU, 31, 24);
    if (!good)
        return tl::unexpected{invalid_reason::date_out_of_range};
    return out;
}

/// Type I, 48 bit: a date and time to the second, with weekday and week.
[[nodiscard]] constexpr decoded<date_time> decode_type_i(std::uint64_t bits) noexcept {
    if ((bits & 0xFFFFFFFFFFFF) == 0xFFFFFFFFFFFF)
        return tl::unexpected{invalid_reason::no_value};
    if ((bits & 0x8000U) != 0)
        return tl::unexpected{invalid_reason::time_invalid};
    const auto field = [bits](unsigned at, unsigned mask) {
        return static_cast<unsigned>(bits >> at) & mask;
    };
    date_time out;
    out.is_summer_time = field(6, 1) != 0;
    out.is_leap_year = field(7, 1) != 0;
    out.weekday = static_cast<std::uint8_t>(field(21, 7));
    out.week = static_cast<std::uint8_t>(field(40, 0x3F));
    const auto deviation = static_cast<int>(field(46, 3));
    out.deviation_hours = static_cast<std::int8_t>(field(14, 1) != 0 ? deviation : -deviation);
    const auto month = field(32, 0x0F);
    const bool good = detail::assign_year(out.date, field(29, 0x07) | (field(36, 0x0F) << 3U)) &&
                      detail::assign_day_and_month(out.date, field(24, 0x1F), month == 0 ? 15 : month) &&
                      detail::is_calendar_day(out.date) &&
                      detail::assign(out.time.second, field(0, 0x3F), 63, 60) &&
                      detail::assign(out.time.minute, field(8, 0x3F), 63, 60) &&
                      detail::assign(out.time.hour, field(16, 0x1F), 31, 24) && out.week <= 53;
    if (!good)
        return tl::unexpected{invalid_reason::date_out_of_range};
    return out;
}

/// Type J, 24 bit: a time of day.
[[nodiscard]] constexpr decoded<time_of_day> decode_type_j(std::uint32_t bits) noexcept {
    if ((bits & 0xFFFFFFU) == 0xFFFFFFU)
        return tl::unexpected{invalid_reason::no_value};
    time_of_day out;
    if (!detail::assign(out.second, bits & 0xFFU, 0x3F, 60) ||
        !detail::assign(out.minute, (bits >> 8U) & 0xFFU, 0x3F, 60) ||
        !detail::assign(out.hour, (bits >> 16U) & 0xFFU, 0x1F, 24))
        return tl::unexpected{invalid_reason::date_out_of_range};
    return out;
}

/// `d` as type G; `errc::date_out_of_range` outside of 1981 to 2080.
[[nodiscard]] constexpr result<std::uint16_t> encode_type_g(const date& d) noexcept {
    if (d.year && (*d.year < 1981 || *d.year > 2080))
        return fail(errc::date_out_of_range, layer::apl, 0);
    const auto year = detail::year_code(d.year);
    const auto bits = unsigned{d.day.value_or(0)} | ((year & 0x07U) << 5U) |
                      (unsigned{d.month.value_or(15)} << 8U) | ((year & 0x78U) << 9U);
    if (bits > 0xFFFF || decode_type_g(static_cast<std::uint16_t>(bits)) != d)
        return fail(errc::date_out_of_range, layer::apl, 0);
    return static_cast<std::uint16_t>(bits);
}

/// `t` as type F; `errc::date_out_of_range` outside of 1981 to 2299. Seconds are not part of the type.
[[nodiscard]] constexpr result<std::uint32_t> encode_type_f(const date_time& t) noexcept {
    const auto& y = t.date.year;
    if (y && (*y < 1981 || *y > 2299))
        return fail(errc::date_out_of_range, layer::apl, 0);
    const auto year = detail::year_code(y);
    const auto hundreds = y ? (static_cast<unsigned>(*y) - 1900U) / 100U : 0U;
    const auto bits = unsigned{t.time.minute.value_or(63)} | (unsigned{t.time.hour.value_or(31)} << 8U) |
                      (hundreds << 13U) | (t.is_summer_time ? 0x8000U : 0U) |
                      (unsigned{t.date.day.value_or(0)} << 16U) | ((year & 0x07U) << 21U) |
                      (unsigned{t.date.month.value_or(15)} << 24U) | ((year & 0x78U) << 25U);
    const auto back = decode_type_f(bits);
    if (!back || back->date != t.date || back->time.hour != t.time.hour || back->time.minute != t.time.minute)
        return fail(errc::date_out_of_range, layer::apl, 0);
    return bits;
}

/// `t` as type I; `errc::date_out_of_range` outside of 1981 to 2080.
[[nodiscard]] constexpr result<std::uint64_t> encode_type_i(const date_time& t) noexcept {
    const auto& y = t.date.year;
    if ((y && (*y < 1981 || *y > 2080)) || t.deviation_hours < -3 || t.deviation_hours > 3)
        return fail(errc::date_out_of_range, layer::apl, 0);
    const auto year = detail::year_code(y);
    const bool positive = t.deviation_hours >= 0;
    const auto deviation = static_cast<unsigned>(positive ? t.deviation_hours : -t.deviation_hours);
    const auto at = [](unsigned value, unsigned shift) { return std::uint64_t{value} << shift; };
    // A deviation of nothing is sent as the standard's own examples do, without a sign.
    const auto sign = positive && deviation != 0 ? 1U : 0U;
    const auto bits =
        at(t.time.second.value_or(63), 0) | at(t.is_summer_time ? 1 : 0, 6) | at(t.is_leap_year ? 1 : 0, 7) |
        at(t.time.minute.value_or(63), 8) | at(sign, 14) | at(t.time.hour.value_or(31), 16) |
        at(t.weekday & 0x07U, 21) | at(t.date.day.value_or(0), 24) | at(year & 0x07U, 29) |
        at(t.date.month.value_or(0), 32) | at(year >> 3U, 36) | at(t.week & 0x3FU, 40) | at(deviation, 46);
    auto same = t;
    same.time.has_seconds = true; // a moment to the minute has its seconds unspecified
    if (decode_type_i(bits) != same)
        return fail(errc::date_out_of_range, layer::apl, 0);
    return bits;
}

/// `t` as type J.
[[nodiscard]] constexpr result<std::uint32_t> encode_type_j(const time_of_day& t) noexcept {
    const auto bits = unsigned{t.second.value_or(0x3F)} | (unsigned{t.minute.value_or(0x3F)} << 8U) |
                      (unsigned{t.hour.value_or(0x1F)} << 16U);
    auto same = t;
    same.has_seconds = true;
    if (decode_type_j(bits) != same)
        return fail(errc::date_out_of_range, layer::apl, 0);
    return bits;
}

} // namespace meterlink::apl
