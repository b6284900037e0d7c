#pragma once

/// Dates and times of day as meters and people write them: local, without a zone, in the Gregorian calendar.

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/result.hpp>

namespace meterlink {

/// A day of the calendar, of the years 0 to 9999.
struct civil_date {
    std::int16_t year = 0;
    std::uint8_t month = 1; ///< 1..12
    std::uint8_t day = 1;   ///< 1..31

    /// Whether the calendar has this day.
    [[nodiscard]] constexpr bool valid() const noexcept;

    [[nodiscard]] friend constexpr auto operator<=>(const civil_date&, const civil_date&) noexcept = default;
};

/// A time of day.
struct civil_time {
    std::uint8_t hour = 0;   ///< 0..23
    std::uint8_t minute = 0; ///< 0..59
    std::uint8_t second = 0; ///< 0..59

    /// Whether a clock shows this time; leap seconds are none.
    [[nodiscard]] constexpr bool valid() const noexcept { return hour < 24 && minute < 60 && second < 60; }

    [[nodiscard]] friend constexpr auto operator<=>(const civil_time&, const civil_time&) noexcept = default;
};

/// A time of a day.
struct civil_date_time {
    civil_date date;
    civil_time time;

    /// Whether both parts are valid.
    [[nodiscard]] constexpr bool valid() const noexcept { return date.valid() && time.valid(); }

    [[nodiscard]] friend constexpr auto operator<=>(const civil_date_time&,
                                                    const civil_date_time&) noexcept = default;
};

/// Whether `year` has a 29th of February.
[[nodiscard]] constexpr bool is_leap_year(int year) noexcept {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/// Days of a month: 28..31; 0 when `month` is not in 1..12.
[[nodiscard]] constexpr std::uint8_t days_in_month(int year, int month) noexcept {
    constexpr std::array<std::uint8_t, 13> lengths{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12)
        return 0;
    return month == 2 && is_leap_year(year) ? std::uint8_t{29} : lengths[static_cast<std::size_t>(month)];
}

constexpr bool civil_date::valid() const noexcept {
    return year >= 0 && year <= 9999 && day >= 1 && day <= days_in_month(year, month);
}

namespace detail {

/// The calendar in years that begin on 1 March, so that the leap day is the last: counted from 400 years
/// (one whole cycle) before the year 0, so that nothing below is negative.
struct march_calendar {
    static constexpr std::int32_t first_year = -400;
    static constexpr std::int32_t epoch = 719'468 + 146'097; // 1970-01-01, in days

    static constexpr std::int32_t days_before_year(std::int32_t year) noexcept {
        return 365 * year + year / 4 - year / 100 + year / 400;
    }

    /// March is month 0. Five months from March, and again from August, have 153 days.
    static constexpr std::int32_t days_before_month(std::int32_t month) noexcept {
        return (153 * month + 2) / 5;
    }

    static constexpr std::int32_t year_of(std::int32_t day) noexcept {
        auto year = static_cast<std::int32_t>(std::int64_t{day} * 400 / 146'097); // a leap day off at most
        while (days_before_year(year) > day)
            --year;
        while (days_before_year(year + 1) <= day)
            ++year;
        return year;
    }

    static constexpr std::int32_t month_of(std::int32_t day_of_year) noexcept {
        return (5 * day_of_year + 2) / 153;
    }
};

} // namespace detail

/// Days since 1970-01-01; negative before. `date` is valid.
[[nodiscard]] constexpr std::int32_t days_from_civil(civil_date date) noexcept {
    using calendar = detail::march_calendar;
    const auto month = (date.month + 9) % 12;
    const auto year = date.year - calendar::first_year - (month >= 10 ? 1 : 0); // that of the last March
    return calendar::days_before_year(year) + calendar::days_before_month(month) + date.day - 1 -
           calendar::epoch;
}

/// The day `days` after 1970-01-01; `errc::date_out_of_range` outside the years 0 to 9999.
[[nodiscard]] constexpr result<civil_date> civil_from_days(std::int64_t days) noexcept {
    using calendar = detail::march_calendar;
    if (days < days_from_civil({0, 1, 1}) || days > days_from_civil({9999, 12, 31}))
        return fail(errc::date_out_of_range, layer::core, 0);
    const auto count = static_cast<std::int32_t>(days) + calendar::epoch;
    const auto march_year = calendar::year_of(count);
    const auto day_of_year = count - calendar::days_before_year(march_year);
    const auto march_month = calendar::month_of(day_of_year);
    const auto year = march_year + calendar::first_year + (march_month >= 10 ? 1 : 0);
    const auto month = (march_month + 2) % 12 + 1;
    const auto day = day_of_year - calendar::days_before_month(march_month) + 1;
    return civil_date{static_cast<std::int16_t>(year), static_cast<std::uint8_t>(month),
                      static_cast<std::uint8_t>(day)};
}

/// Day of the week: 1 is Monday, 7 is Sunday (ISO 8601). `date` is valid.
[[nodiscard]] constexpr std::uint8_t weekday(civil_date date) noexcept {
    constexpr std::int32_t whole_weeks = 7 * 110'000; // makes every day of the range positive
    return static_cast<std::uint8_t>((days_from_civil(date) + whole_weeks + 3) % 7 +
                                     1); // the epoch: Thursday
}

/// Week of the year: 1..53 (ISO 8601; the week belongs to the year of its Thursday). `date` is valid.
[[nodiscard]] constexpr std::uint8_t iso_week(civil_date date) noexcept {
    const auto day_of = [](civil_date d) { return days_from_civil(d) - days_from_civil({d.year, 1, 1}); };
    const auto thursday = day_of(date) + 4 - weekday(date);
    if (thursday < 0) // 31 December of the year before, or earlier, decides
        return iso_week({static_cast<std::int16_t>(date.year - 1), 12, 31});
    if (thursday >= (is_leap_year(date.year) ? 366 : 365))
        return 1;
    return static_cast<std::uint8_t>(thursday / 7 + 1);
}

/// The date `days` later, or earlier; `errc::date_out_of_range` when `date` is not valid or the result not
/// in the years 0 to 9999.
[[nodiscard]] constexpr result<civil_date> add_days(civil_date date, std::int64_t days) noexcept {
    constexpr std::int64_t enough = 4'000'000; // more days than from one end of the range to the other
    if (!date.valid())
        return fail(errc::date_out_of_range, layer::core, 0);
    return civil_from_days(days_from_civil(date) + std::clamp(days, -enough, enough));
}

/// The same day of the month, `months` later or earlier, or the last one where the month is too short:
/// one month after 31 January is 28 or 29 February. Errors as `add_days`.
[[nodiscard]] constexpr result<civil_date> add_months(civil_date date, int months) noexcept {
    const auto total = std::int64_t{date.year} * 12 + date.month - 1 + months;
    if (!date.valid() || total < 0 || total >= 10'000 * 12)
        return fail(errc::date_out_of_range, layer::core, 0);
    const auto year = static_cast<int>(total / 12);
    const auto month = static_cast<int>(total % 12) + 1;
    return civil_date{static_cast<std::int16_t>(year), static_cast<std::uint8_t>(month),
                      std::min(date.day, days_in_month(year, month))};
}

/// The time `seconds` later, or earlier, on a clock that is never put forward or back. Errors as `add_days`.
[[nodiscard]] constexpr result<civil_date_time> add_seconds(civil_date_time at,
                                                            std::int64_t seconds) noexcept {
    constexpr std::int64_t day = 86'400;
    if (!at.valid())
        return fail(errc::date_out_of_range, layer::core, 0);
    auto days = seconds / day;
    auto rest = seconds % day + (at.time.hour * 60 + at.time.minute) * 60 + at.time.second;
    if (rest < 0) {
        rest += day;
        --days;
    } else if (rest >= day) {
        rest -= day;
        ++days;
    }
    const auto date = add_days(at.date, days);
    if (!date)
        return fail(date.error());
    return civil_date_time{*date, civil_time{static_cast<std::uint8_t>(rest / 3600),
                                             static_cast<std::uint8_t>(rest / 60 % 60),
                                             static_cast<std::uint8_t>(rest % 60)}};
}

} // namespace meterlink
