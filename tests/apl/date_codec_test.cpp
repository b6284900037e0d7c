#include <meterlink/apl/date_codec.hpp>

#include <cstdint>
#include <random>
#include <string_view>

#include <meterlink/core/reader.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::apl;
using namespace meterlink::test;

namespace {

const std::optional<std::uint8_t> every;
constexpr auto out_of_range = invalid_reason::date_out_of_range;

std::uint64_t bits_of(std::string_view hex) { return load_little_endian(from_hex(hex)); }

decoded<apl::date> g(std::string_view hex) { return decode_type_g(static_cast<std::uint16_t>(bits_of(hex))); }
decoded<date_time> f(std::string_view hex) { return decode_type_f(static_cast<std::uint32_t>(bits_of(hex))); }
decoded<date_time> i(std::string_view hex) { return decode_type_i(bits_of(hex)); }
decoded<time_of_day> j(std::string_view hex) {
    return decode_type_j(static_cast<std::uint32_t>(bits_of(hex)));
}

template <class T>
bool fails(const decoded<T>& from, invalid_reason why) {
    return !from && from.error() == why;
}

apl::date day(int year, unsigned month, unsigned of_month) {
    return {static_cast<std::int16_t>(year), static_cast<std::uint8_t>(month),
            static_cast<std::uint8_t>(of_month)};
}

date_time to_the_minute(const apl::date& date, unsigned hour, unsigned minute) {
    date_time out;
    out.date = date;
    out.time = {static_cast<std::uint8_t>(hour), static_cast<std::uint8_t>(minute), every, false};
    return out;
}

date_time to_the_second(const apl::date& date, unsigned hour, unsigned minute, unsigned second) {
    date_time out;
    out.date = date;
    out.time = {static_cast<std::uint8_t>(hour), static_cast<std::uint8_t>(minute),
                static_cast<std::uint8_t>(second), true};
    return out;
}

constexpr error no_such_date{errc::date_out_of_range, layer::apl, 0};

} // namespace

TEST_CASE("type G examples are dates") {
    CHECK(g("FE 04") == day(2007, 4, 30));
    CHECK(g("5F 3C") == day(2026, 12, 31));
    CHECK(g("E1 F1") == apl::date{std::nullopt, 1, 1}); // every year, 1 January
    CHECK(decode_type_g(0x04FE)->civil() == civil_date{2007, 4, 30});
}

TEST_CASE("type G wildcards stand alone or together") {
    CHECK(g("E0 F1") == apl::date{std::nullopt, 1, every});
    CHECK(g("E1 FF") == apl::date{std::nullopt, every, 1});
    CHECK(g("40 3F") == apl::date{2026, every, every});
    CHECK(g("E0 FF") == apl::date{std::nullopt, every, every});
    CHECK(fails(g("1F FF"), out_of_range)); // its year is 120, which is none
}

TEST_CASE("type G of all ones is no value") { CHECK(fails(g("FF FF"), invalid_reason::no_value)); }

TEST_CASE("type G years 0 to 80 are of this century, 81 to 99 of the last, and the rest are none") {
    for (unsigned year = 0; year <= 127; ++year) {
        const auto bits = static_cast<std::uint16_t>(1U | (year % 8) << 5U | 1U << 8U | (year / 8) << 12U);
        const auto date = decode_type_g(bits);
        CAPTURE(year);
        if (year <= 80)
            CHECK(date == day(2000 + static_cast<int>(year), 1, 1));
        else if (year <= 99)
            CHECK(date == day(1900 + static_cast<int>(year), 1, 1));
        else if (year == 127)
            CHECK(date == apl::date{std::nullopt, 1, 1});
        else
            CHECK(fails(date, out_of_range));
    }
}

TEST_CASE("days that no calendar has are refused") {
    CHECK(fails(g("00 00"), out_of_range)); // month 0
    CHECK(fails(g("41 3D"), out_of_range)); // month 13
    CHECK(fails(g("41 3E"), out_of_range)); // month 14
    CHECK(fails(g("5F 34"), out_of_range)); // 31 April 2026
    CHECK(fails(g("5F 36"), out_of_range)); // 31 June
    CHECK(fails(g("5F 39"), out_of_range)); // 31 September
    CHECK(fails(g("5F 3B"), out_of_range)); // 31 November
    CHECK(fails(g("5E 32"), out_of_range)); // 30 February
    CHECK(fails(g("5D 32"), out_of_range)); // 29 February 2026
    CHECK(g("5C 32") == day(2026, 2, 28));
    CHECK(fails(g("FE F2"), out_of_range)); // 30 February of any year
}

TEST_CASE("29 February exists in leap years, and in a year that is not named") {
    CHECK(g("9D 32") == day(2028, 2, 29));
    CHECK(g("1D 02") == day(2000, 2, 29));
    CHECK(g("1D C2") == day(1996, 2, 29)); // YY = 96
    CHECK(g("FD F2") == apl::date{std::nullopt, 2, 29});
    CHECK(g("5F 3F") == apl::date{2026, every, 31}); // the 31st of every month that has one
}

TEST_CASE("every date that type G can say goes out as it came in") {
    unsigned dates = 0;
    for (unsigned bits = 0; bits <= 0xFFFF; ++bits) {
        const auto date = decode_type_g(static_cast<std::uint16_t>(bits));
        if (!date)
            continue;
        ++dates;
        REQUIRE(encode_type_g(*date) == static_cast<std::uint16_t>(bits));
    }
    // Per year 365 or 366 days, 12 "every day", 31 days of every month and both; 25 of the years 1981 to 2080
    // are leap years, and so may be the one that is not named. All ones, the 31st of every month of every
    // year, is no value instead.
    CHECK(dates == 100U * (365 + 12 + 31 + 1) + 25 + (366 + 12 + 31 + 1) - 1);
}

TEST_CASE("dates that type G cannot say are refused") {
    for (const auto year : {1900, 1980, 2081, 2100, -5})
        CHECK(encode_type_g(day(year, 1, 1)).error() == no_such_date);
    CHECK(encode_type_g(day(1981, 1, 1)));
    CHECK(encode_type_g(day(2080, 12, 31)));
    CHECK(encode_type_g(day(2026, 13, 1)).error() == no_such_date);
    CHECK(encode_type_g(day(2026, 15, 1)).error() == no_such_date); // 15 is the code of "every month"
    CHECK(encode_type_g(day(2026, 17, 1)).error() == no_such_date);
    CHECK(encode_type_g(day(2026, 0, 1)).error() == no_such_date);
    CHECK(encode_type_g(day(2026, 1, 0)).error() == no_such_date); // 0 is the code of "every day"
    CHECK(encode_type_g(day(2026, 1, 32)).error() == no_such_date);
    CHECK(encode_type_g(day(2026, 1, 33)).error() == no_such_date);
    CHECK(encode_type_g(day(2026, 2, 29)).error() == no_such_date);
    CHECK(encode_type_g(apl::date{std::nullopt, every, 31}).error() == no_such_date); // would be all ones
}

TEST_CASE("type F examples are moments, with the hundreds of years or without") {
    const auto may = to_the_minute(day(2008, 5, 31), 23, 50);
    CHECK(f("32 17 1F 15") == may);
    CHECK(f("32 37 1F 15") == may);
    const auto march = to_the_minute(day(2026, 3, 29), 14, 5);
    CHECK(f("05 0E 5D 33") == march);
    CHECK(f("05 2E 5D 33") == march);
    CHECK(f("3B 17 7F CC") == to_the_minute(day(1999, 12, 31), 23, 59));
    auto summer = to_the_minute(day(2026, 7, 1), 0, 0);
    summer.is_summer_time = true;
    CHECK(f("00 A0 41 37") == summer);
}

TEST_CASE("the hundreds of years of type F reach to 2299") {
    CHECK(f("00 20 21 C1")->date == day(2097, 1, 1)); // HY 1, YY 97
    CHECK(f("00 40 01 01")->date == day(2100, 1, 1)); // HY 2, YY 0
    CHECK(f("00 60 61 C1")->date == day(2299, 1, 1)); // HY 3, YY 99
    CHECK(f("00 00 21 A1")->date == day(1981, 1, 1)); // HY 0, YY 81
    CHECK(f("00 00 01 A1")->date == day(2080, 1, 1)); // HY 0, YY 80
    CHECK(f("00 60 E1 F1")->date == apl::date{std::nullopt, 1, 1});
    CHECK(fails(f("00 40 1D 02"), out_of_range)); // 2100 is no leap year
}

TEST_CASE("type F wildcards stand alone or together") {
    CHECK(f("3F 0E 5D 33")->time.minute == every);
    CHECK(f("05 1F 5D 33")->time.hour == every);
    CHECK(f("05 0E 40 33")->date.day == every);
    CHECK(f("05 0E 5D 3F")->date.month == every);
    CHECK(f("05 0E FD F3")->date.year == std::nullopt);
    const auto always = f("3F 1F E0 FF");
    REQUIRE(always);
    CHECK(always->date == apl::date{});
    CHECK(always->time.hour == every);
    CHECK(always->time.minute == every);
}

TEST_CASE("type F says when its clock is invalid, and when there is no value") {
    CHECK(fails(f("85 0E 5D 33"), invalid_reason::time_invalid));
    CHECK(fails(f("80 00 00 00"), invalid_reason::time_invalid));
    CHECK(fails(f("FF FF FF FF"), invalid_reason::no_value));
    CHECK(fails(f("00 00 00 00"), out_of_range));
    CHECK(fails(f("3C 0E 5D 33"), out_of_range)); // minute 60
    CHECK(fails(f("05 18 5D 33"), out_of_range)); // hour 24
    CHECK(fails(f("05 0E 5F 34"), out_of_range)); // 31 April
    CHECK(f("45 0E 5D 33") == f("05 0E 5D 33"));  // bit 6 is reserved
}

TEST_CASE("type F round trips, and refuses what it cannot say") {
    std::mt19937 random{6};
    const auto up_to = [&](unsigned limit) { return static_cast<unsigned>(random()) % limit; };
    for (int round = 0; round < 20'000; ++round) {
        auto t = to_the_minute(day(1981 + static_cast<int>(up_to(319)), 1 + up_to(12), 1 + up_to(28)),
                               up_to(24), up_to(60));
        t.is_summer_time = up_to(2) == 1;
        if (up_to(8) == 0)
            t.date.year.reset();
        if (up_to(8) == 0)
            t.date.month.reset();
        if (up_to(8) == 0)
            t.date.day.reset();
        if (up_to(8) == 0)
            t.time.hour.reset();
        if (up_to(8) == 0)
            t.time.minute.reset();
        const auto bits = encode_type_f(t);
        REQUIRE(bits);
        REQUIRE(decode_type_f(*bits) == t);
    }
    const auto good = to_the_minute(day(2026, 3, 29), 14, 5);
    CHECK(encode_type_f(good) == 0x335D2E05U);
    auto with_seconds = to_the_second(day(2026, 3, 29), 14, 5, 30);
    CHECK(encode_type_f(with_seconds) == 0x335D2E05U); // seconds are not part of the type
    for (const auto year : {1980, 2300, 0, -1}) {
        auto bad = good;
        bad.date.year = static_cast<std::int16_t>(year);
        CHECK(encode_type_f(bad).error() == no_such_date);
    }
    for (const unsigned minute : {60U, 63U, 64U, 128U, 255U}) {
        auto bad = good;
        bad.time.minute = static_cast<std::uint8_t>(minute);
        CHECK(encode_type_f(bad).error() == no_such_date);
    }
    for (const unsigned hour : {24U, 31U, 32U, 255U}) {
        auto bad = good;
        bad.time.hour = static_cast<std::uint8_t>(hour);
        CHECK(encode_type_f(bad).error() == no_such_date);
    }
    for (const unsigned of_month : {0U, 32U, 255U}) {
        auto bad = good;
        bad.date.day = static_cast<std::uint8_t>(of_month);
        CHECK(encode_type_f(bad).error() == no_such_date);
    }
}

TEST_CASE("type I examples are moments with weekday and week") {
    auto january = to_the_second(day(2010, 1, 1), 0, 0, 0);
    january.weekday = 5;
    january.week = 53;
    CHECK(i("00 00 A0 41 11 35") == january);
    auto march = to_the_second(day(2010, 3, 25), 13, 12, 11);
    march.weekday = 4;
    march.week = 12;
    CHECK(i("0B 0C 8D 59 13 0C") == march);
    auto sunday = to_the_second(day(2026, 3, 29), 14, 5, 30);
    sunday.weekday = 7;
    sunday.week = 13;
    CHECK(i("1E 05 EE 5D 33 0D") == sunday);
    for (const auto* hex : {"00 00 A0 41 11 35", "0B 0C 8D 59 13 0C", "1E 05 EE 5D 33 0D"})
        CHECK(encode_type_i(i(hex).value()) == bits_of(hex));
}

TEST_CASE("type I keeps summer time, leap year and the deviation with its sign") {
    CHECK(i("5E 05 EE 5D 33 0D")->is_summer_time);
    CHECK_FALSE(i("5E 05 EE 5D 33 0D")->is_leap_year);
    CHECK(i("9E 05 EE 5D 33 0D")->is_leap_year);
    CHECK(i("1E 45 EE 5D 33 4D")->deviation_hours == 1);
    CHECK(i("1E 05 EE 5D 33 4D")->deviation_hours == -1);
    CHECK(i("1E 45 EE 5D 33 CD")->deviation_hours == 3);
    CHECK(i("1E 05 EE 5D 33 CD")->deviation_hours == -3);
    CHECK(i("1E 45 EE 5D 33 0D")->deviation_hours == 0);
}

TEST_CASE("type I parts can each be unspecified") {
    CHECK(i("3F 05 EE 5D 33 0D")->time.second == every);
    CHECK(i("1E 3F EE 5D 33 0D")->time.minute == every);
    CHECK(i("1E 05 FF 5D 33 0D")->time.hour == every);
    CHECK(i("1E 05 EE 40 33 0D")->date.day == every);
    CHECK(i("1E 05 EE 5D 30 0D")->date.month == every);
    CHECK(i("1E 05 EE FD F3 0D")->date.year == std::nullopt);
    CHECK(i("1E 05 0E 5D 33 00")->weekday == 0);
    CHECK(i("1E 05 0E 5D 33 00")->week == 0);
}

TEST_CASE("type I says when its clock is invalid, and when there is no value") {
    CHECK(fails(i("1E 85 EE 5D 33 0D"), invalid_reason::time_invalid));
    CHECK(fails(i("FF FF FF FF FF FF"), invalid_reason::no_value));
    CHECK(fails(decode_type_i(~std::uint64_t{0}), invalid_reason::no_value));
    CHECK(fails(i("3C 05 EE 5D 33 0D"), out_of_range)); // second 60
    CHECK(fails(i("1E 3C EE 5D 33 0D"), out_of_range)); // minute 60
    CHECK(fails(i("1E 05 F8 5D 33 0D"), out_of_range)); // hour 24
    CHECK(fails(i("1E 05 EE 5F 34 0D"), out_of_range)); // 31 April
    CHECK(fails(i("1E 05 EE 5D 3D 0D"), out_of_range)); // month 13
    CHECK(fails(i("1E 05 EE 5D 33 36"), out_of_range)); // week 54
    CHECK(fails(i("1E 05 EE 5D 32 0D"), out_of_range)); // 29 February 2026
}

TEST_CASE("type I round trips, and refuses what it cannot say") {
    std::mt19937 random{9};
    const auto up_to = [&](unsigned limit) { return static_cast<unsigned>(random()) % limit; };
    for (int round = 0; round < 20'000; ++round) {
        auto t = to_the_second(day(1981 + static_cast<int>(up_to(100)), 1 + up_to(12), 1 + up_to(28)),
                               up_to(24), up_to(60), up_to(60));
        t.is_summer_time = up_to(2) == 1;
        t.is_leap_year = up_to(2) == 1;
        t.weekday = static_cast<std::uint8_t>(up_to(8));
        t.week = static_cast<std::uint8_t>(up_to(54));
        t.deviation_hours = static_cast<std::int8_t>(static_cast<int>(up_to(7)) - 3);
        if (up_to(8) == 0)
            t.date = {};
        if (up_to(8) == 0)
            t.time = {};
        const auto bits = encode_type_i(t);
        REQUIRE(bits);
        REQUIRE(decode_type_i(*bits) == t);
    }
    const auto good = to_the_second(day(2026, 3, 29), 14, 5, 30);
    const auto refuses = [&](auto spoil) {
        auto bad = good;
        spoil(bad);
        const auto bits = encode_type_i(bad);
        return !bits && bits.error() == no_such_date;
    };
    CHECK(refuses([](date_time& t) { t.date.year = 1980; }));
    CHECK(refuses([](date_time& t) { t.date.year = 2081; }));
    CHECK(refuses([](date_time& t) { t.date.day = 33; }));
    CHECK(refuses([](date_time& t) { t.date.month = 15; }));
    CHECK(refuses([](date_time& t) { t.time.hour = 31; }));
    CHECK(refuses([](date_time& t) { t.time.hour = 40; }));
    CHECK(refuses([](date_time& t) { t.time.minute = 63; }));
    CHECK(refuses([](date_time& t) { t.time.minute = 70; }));
    CHECK(refuses([](date_time& t) { t.time.second = 60; }));
    CHECK(refuses([](date_time& t) { t.time.second = 63; })); // the code of "every second"
    CHECK(refuses([](date_time& t) { t.time.second = 65; })); // bit 6 is summer time
    CHECK(refuses([](date_time& t) { t.weekday = 9; }));
    CHECK(refuses([](date_time& t) { t.week = 54; }));
    CHECK(refuses([](date_time& t) { t.week = 65; }));
    CHECK(refuses([](date_time& t) { t.deviation_hours = 4; }));
    CHECK(refuses([](date_time& t) { t.deviation_hours = -4; }));
}

TEST_CASE("a moment to the minute goes out as type I with every second") {
    const auto bits = encode_type_i(to_the_minute(day(2026, 3, 29), 14, 5));
    REQUIRE(bits);
    CHECK(decode_type_i(*bits)->time == time_of_day{14, 5, every, true});
}

TEST_CASE("type J is a time of day") {
    CHECK(j("3B 30 0B") == time_of_day{11, 48, 59, true});
    CHECK(j("00 00 00") == time_of_day{0, 0, 0, true});
    CHECK(j("3B 3B 17") == time_of_day{23, 59, 59, true});
    CHECK(j("3F 3F 1F") == time_of_day{every, every, every, true});
    CHECK(fails(j("FF FF FF"), invalid_reason::no_value));
    CHECK(fails(j("3C 30 0B"), out_of_range));
    CHECK(fails(j("3B 3C 0B"), out_of_range));
    CHECK(fails(j("3B 30 18"), out_of_range));
    CHECK(fails(j("7B 30 0B"), out_of_range));
}

TEST_CASE("type J round trips, and refuses what it cannot say") {
    for (unsigned hour = 0; hour <= 24; ++hour)
        for (unsigned minute = 0; minute <= 60; ++minute)
            for (const unsigned second : {0U, 7U, 59U, 60U}) {
                time_of_day t;
                if (hour < 24)
                    t.hour = static_cast<std::uint8_t>(hour);
                if (minute < 60)
                    t.minute = static_cast<std::uint8_t>(minute);
                if (second < 60)
                    t.second = static_cast<std::uint8_t>(second);
                const auto bits = encode_type_j(t);
                REQUIRE(bits);
                REQUIRE(decode_type_j(*bits) == t);
            }
    CHECK(encode_type_j({11, 48, 59, true}) == 0x0B303BU);
    CHECK(encode_type_j({24, 0, 0, true}).error() == no_such_date);
    CHECK(encode_type_j({31, 0, 0, true}).error() == no_such_date);
    CHECK(encode_type_j({0, 60, 0, true}).error() == no_such_date);
    CHECK(encode_type_j({0, 63, 0, true}).error() == no_such_date);
    CHECK(encode_type_j({0, 0, 63, true}).error() == no_such_date);
    CHECK(encode_type_j({0, 0, 255, true}).error() == no_such_date);
}
