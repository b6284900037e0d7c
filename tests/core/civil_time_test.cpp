#include <meterlink/core/civil_time.hpp>

#include <cstdint>
#include <limits>
#include <random>

#include "support/catch.hpp"

using namespace meterlink;

namespace {

constexpr civil_date first{0, 1, 1};
constexpr civil_date last{9999, 12, 31};

constexpr auto out_of_range = error{errc::date_out_of_range, layer::core, 0, -1, -1};

} // namespace

TEST_CASE("dates are valid when the calendar has them") {
    STATIC_REQUIRE(civil_date{2008, 2, 29}.valid());
    STATIC_REQUIRE(civil_date{2000, 2, 29}.valid());
    STATIC_REQUIRE_FALSE(civil_date{1900, 2, 29}.valid());
    STATIC_REQUIRE_FALSE(civil_date{2007, 2, 29}.valid());
    STATIC_REQUIRE_FALSE(civil_date{2007, 0, 1}.valid());
    STATIC_REQUIRE_FALSE(civil_date{2007, 13, 1}.valid());
    STATIC_REQUIRE_FALSE(civil_date{2007, 255, 1}.valid());
    STATIC_REQUIRE_FALSE(civil_date{2007, 1, 0}.valid());
    STATIC_REQUIRE_FALSE(civil_date{2007, 4, 31}.valid());
    STATIC_REQUIRE_FALSE(civil_date{-1, 1, 1}.valid());
    STATIC_REQUIRE_FALSE(civil_date{10'000, 1, 1}.valid());
    STATIC_REQUIRE(civil_date{}.valid());
    STATIC_REQUIRE(last.valid());
}

TEST_CASE("times of day are valid up to the last second") {
    STATIC_REQUIRE(civil_time{23, 59, 59}.valid());
    STATIC_REQUIRE_FALSE(civil_time{24, 0, 0}.valid());
    STATIC_REQUIRE_FALSE(civil_time{0, 60, 0}.valid());
    STATIC_REQUIRE_FALSE(civil_time{0, 0, 60}.valid());
    STATIC_REQUIRE(civil_date_time{}.valid());
    STATIC_REQUIRE_FALSE(civil_date_time{{2007, 2, 29}, {}}.valid());
    STATIC_REQUIRE_FALSE(civil_date_time{{2008, 2, 29}, {24, 0, 0}}.valid());
}

TEST_CASE("dates and times order as they follow each other") {
    STATIC_REQUIRE(civil_date{2008, 5, 31} < civil_date{2008, 6, 1});
    STATIC_REQUIRE(civil_date{2007, 12, 31} < civil_date{2008, 1, 1});
    STATIC_REQUIRE(civil_time{9, 59, 59} < civil_time{10, 0, 0});
    STATIC_REQUIRE(civil_date_time{{2008, 5, 31}, {23, 50, 0}} < civil_date_time{{2008, 6, 1}, {}});
    STATIC_REQUIRE(civil_date_time{{2008, 5, 31}, {1, 2, 3}} == civil_date_time{{2008, 5, 31}, {1, 2, 3}});
}

TEST_CASE("months have their lengths") {
    const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (int month = 1; month <= 12; ++month) {
        CHECK(days_in_month(2007, month) == lengths[month - 1]);
        CHECK(days_in_month(2008, month) == lengths[month - 1] + (month == 2 ? 1 : 0));
    }
    STATIC_REQUIRE(days_in_month(2007, 0) == 0);
    STATIC_REQUIRE(days_in_month(2007, 13) == 0);
    STATIC_REQUIRE(days_in_month(2007, -1) == 0);
    STATIC_REQUIRE(is_leap_year(2000));
    STATIC_REQUIRE(is_leap_year(0));
    STATIC_REQUIRE_FALSE(is_leap_year(2100));
}

TEST_CASE("known dates have their day numbers, weekdays and weeks") {
    STATIC_REQUIRE(days_from_civil({1970, 1, 1}) == 0);
    STATIC_REQUIRE(days_from_civil({1969, 12, 31}) == -1);
    STATIC_REQUIRE(days_from_civil({2000, 2, 29}) == 11'016);
    STATIC_REQUIRE(days_from_civil({2008, 5, 31}) == 14'030);
    STATIC_REQUIRE(weekday({1970, 1, 1}) == 4);
    STATIC_REQUIRE(weekday({2008, 5, 31}) == 6);
    STATIC_REQUIRE(weekday({2000, 2, 29}) == 2);
    STATIC_REQUIRE(weekday(last) == 5);
    // the days around new year, which ISO 8601 counts to the year of their Thursday
    STATIC_REQUIRE(iso_week({2005, 1, 1}) == 53);
    STATIC_REQUIRE(iso_week({2005, 1, 2}) == 53);
    STATIC_REQUIRE(iso_week({2005, 1, 3}) == 1);
    STATIC_REQUIRE(iso_week({2007, 1, 1}) == 1);
    STATIC_REQUIRE(iso_week({2007, 12, 31}) == 1);
    STATIC_REQUIRE(iso_week({2008, 12, 28}) == 52);
    STATIC_REQUIRE(iso_week({2008, 12, 29}) == 1);
    STATIC_REQUIRE(iso_week({2009, 12, 31}) == 53);
    STATIC_REQUIRE(iso_week({2010, 1, 3}) == 53);
    STATIC_REQUIRE(iso_week({2011, 1, 1}) == 52);
    STATIC_REQUIRE(iso_week({2020, 12, 31}) == 53);
    STATIC_REQUIRE(iso_week({2021, 1, 4}) == 1);
}

TEST_CASE("every day of 10000 years follows the one before") {
    auto expected = first;
    auto day_of_week = weekday(first);
    CHECK(day_of_week == 6);
    auto week = iso_week(first);
    const auto begin = days_from_civil(first);
    const auto end = days_from_civil(last);
    CHECK(end - begin == 25 * 146'097 - 1); // 400 years have 146097 days
    for (auto day = begin; day <= end; ++day) {
        const auto date = civil_from_days(day);
        if (date != expected || days_from_civil(expected) != day || weekday(expected) != day_of_week)
            FAIL("day " << day);
        const auto next_week = iso_week(expected);
        if (next_week != week && (day_of_week != 1 || (next_week != week + 1 && next_week != 1)))
            FAIL("week of day " << day);
        week = next_week;
        day_of_week = static_cast<std::uint8_t>(day_of_week % 7 + 1);
        if (expected.day < days_in_month(expected.year, expected.month)) {
            ++expected.day;
        } else {
            expected.day = 1;
            expected.year = static_cast<std::int16_t>(expected.year + (expected.month == 12 ? 1 : 0));
            expected.month = static_cast<std::uint8_t>(expected.month % 12 + 1);
        }
    }
}

TEST_CASE("the fourth of January is always in week 1") {
    for (std::int16_t year = 0; year <= 9999; ++year)
        if (iso_week({year, 1, 4}) != 1 || iso_week({year, 12, 28}) < 52)
            FAIL("year " << year);
}

TEST_CASE("days beyond the calendar's years are refused") {
    CHECK(civil_from_days(days_from_civil(first)) == first);
    CHECK(civil_from_days(days_from_civil(last)) == last);
    for (const auto day :
         {std::int64_t{days_from_civil(first)} - 1, std::int64_t{days_from_civil(last)} + 1,
          std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
        const auto refused = civil_from_days(day);
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == out_of_range);
    }
}

TEST_CASE("adding days crosses months and leap days") {
    STATIC_REQUIRE(add_days({2008, 2, 28}, 1) == civil_date{2008, 2, 29});
    STATIC_REQUIRE(add_days({2007, 2, 28}, 1) == civil_date{2007, 3, 1});
    STATIC_REQUIRE(add_days({2008, 1, 1}, -1) == civil_date{2007, 12, 31});
    STATIC_REQUIRE(add_days({2008, 5, 31}, 0) == civil_date{2008, 5, 31});
    STATIC_REQUIRE_FALSE(add_days(last, 1));
    STATIC_REQUIRE_FALSE(add_days(first, -1));
    STATIC_REQUIRE_FALSE(add_days(first, std::numeric_limits<std::int64_t>::max()));
    STATIC_REQUIRE_FALSE(add_days(last, std::numeric_limits<std::int64_t>::min()));
    STATIC_REQUIRE_FALSE(add_days({2007, 2, 30}, 1));
    STATIC_REQUIRE(add_days(first, 25 * 146'097 - 1) == last);
}

TEST_CASE("adding months keeps the day where the month has it, and takes the last one otherwise") {
    STATIC_REQUIRE(add_months({2008, 1, 31}, 1) == civil_date{2008, 2, 29});
    STATIC_REQUIRE(add_months({2007, 1, 31}, 1) == civil_date{2007, 2, 28});
    STATIC_REQUIRE(add_months({2008, 5, 31}, -1) == civil_date{2008, 4, 30});
    STATIC_REQUIRE(add_months({2008, 1, 15}, -1) == civil_date{2007, 12, 15});
    STATIC_REQUIRE(add_months({2008, 11, 30}, 2) == civil_date{2009, 1, 30});
    STATIC_REQUIRE(add_months({2008, 2, 29}, 12) == civil_date{2009, 2, 28});
    STATIC_REQUIRE(add_months({2008, 2, 29}, 0) == civil_date{2008, 2, 29});
    STATIC_REQUIRE(add_months(first, 9999 * 12 + 11) == civil_date{9999, 12, 1});
    STATIC_REQUIRE_FALSE(add_months(last, 1));
    STATIC_REQUIRE_FALSE(add_months(first, -1));
    STATIC_REQUIRE_FALSE(add_months(first, std::numeric_limits<int>::max()));
    STATIC_REQUIRE_FALSE(add_months(last, std::numeric_limits<int>::min()));
    STATIC_REQUIRE_FALSE(add_months({2007, 13, 1}, 1));
    STATIC_REQUIRE(add_months({2007, 13, 1}, 1).error() == out_of_range);
}

TEST_CASE("adding seconds crosses midnight in both directions") {
    constexpr civil_date_time at{{2008, 5, 31}, {23, 50, 0}};
    STATIC_REQUIRE(add_seconds(at, 599) == civil_date_time{{2008, 5, 31}, {23, 59, 59}});
    STATIC_REQUIRE(add_seconds(at, 600) == civil_date_time{{2008, 6, 1}, {}});
    STATIC_REQUIRE(add_seconds({{2008, 6, 1}, {}}, -1) == civil_date_time{{2008, 5, 31}, {23, 59, 59}});
    STATIC_REQUIRE(add_seconds({{2008, 6, 1}, {}}, -86'400) == civil_date_time{{2008, 5, 31}, {}});
    STATIC_REQUIRE(add_seconds({{2008, 6, 1}, {}}, -86'401) == civil_date_time{{2008, 5, 30}, {23, 59, 59}});
    STATIC_REQUIRE(add_seconds({{1970, 1, 1}, {}}, 1'212'277'800) ==
                   civil_date_time{{2008, 5, 31}, {23, 50, 0}});
    STATIC_REQUIRE_FALSE(add_seconds({last, {23, 59, 59}}, 1));
    STATIC_REQUIRE_FALSE(add_seconds({first, {}}, -1));
    STATIC_REQUIRE_FALSE(add_seconds({first, {}}, std::numeric_limits<std::int64_t>::max()));
    STATIC_REQUIRE_FALSE(add_seconds({last, {}}, std::numeric_limits<std::int64_t>::min()));
    STATIC_REQUIRE_FALSE(add_seconds({first, {24, 0, 0}}, 0));
}

TEST_CASE("seconds added can be taken away again") {
    std::mt19937_64 random{8};
    for (int round = 0; round < 20'000; ++round) {
        const civil_date_time at{*add_days({1000, 1, 1}, static_cast<std::int64_t>(random() % 3'000'000)),
                                 {static_cast<std::uint8_t>(random() % 24),
                                  static_cast<std::uint8_t>(random() % 60),
                                  static_cast<std::uint8_t>(random() % 60)}};
        const auto seconds = static_cast<std::int64_t>(random() % 20'000'000'000) - 10'000'000'000;
        const auto later = add_seconds(at, seconds);
        REQUIRE(later);
        REQUIRE(later->valid());
        REQUIRE((*later > at) == (seconds > 0));
        REQUIRE(add_seconds(*later, -seconds) == at);
    }
}
