#pragma once

/// Dates and times as meters send them: with wildcards, without a zone (EN 13757-3:2018, Annex A).

#include <cstdint>
#include <optional>

#include <meterlink/core/civil_time.hpp>

namespace meterlink::apl {

/// A date whose parts may each be "every".
struct date {
    std::optional<std::int16_t> year; ///< Empty: every year, or unspecified.
    std::optional<std::uint8_t> month;
    std::optional<std::uint8_t> day;

    /// The date as a calendar date, when no part is a wildcard.
    [[nodiscard]] constexpr std::optional<civil_date> civil() const noexcept {
        if (!year || !month || !day)
            return std::nullopt;
        return civil_date{*year, *month, *day};
    }

    [[nodiscard]] friend constexpr bool operator==(const date&, const date&) noexcept = default;
};

/// A time of day whose parts may each be "every" (type J).
struct time_of_day {
    std::optional<std::uint8_t> hour;
    std::optional<std::uint8_t> minute;
    std::optional<std::uint8_t> second;
    bool has_seconds = true; ///< False where the type has no seconds at all (type F).

    [[nodiscard]] friend constexpr bool operator==(const time_of_day&, const time_of_day&) noexcept = default;
};

/// Date and time (types F and I), in the meter's local time.
struct date_time {
    apl::date date;
    time_of_day time;
    bool is_summer_time = false;     ///< SU: daylight saving is in effect.
    bool is_leap_year = false;       ///< Type I only.
    std::uint8_t weekday = 0;        ///< 1 Monday to 7 Sunday; 0 unspecified. Type I only.
    std::uint8_t week = 0;           ///< ISO week; 0 unspecified. Type I only.
    std::int8_t deviation_hours = 0; ///< Daylight saving deviation, -3 to 3 hours. Type I only.

    /// The moment in the meter's local time, when no part is a wildcard; seconds are 0 where there are none.
    [[nodiscard]] constexpr std::optional<civil_date_time> civil() const noexcept {
        const auto day = date.civil();
        const auto second = time.has_seconds ? time.second : std::optional<std::uint8_t>{std::uint8_t{0}};
        if (!day || !time.hour || !time.minute || !second)
            return std::nullopt;
        return civil_date_time{*day, {*time.hour, *time.minute, *second}};
    }

    [[nodiscard]] friend constexpr bool operator==(const date_time&, const date_time&) noexcept = default;
};

} // namespace meterlink::apl
