#include <meterlink/apl/date_time.hpp>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::apl;

TEST_CASE("a date is a calendar date only where no part is a wildcard") {
    constexpr apl::date whole{2007, 4, 30};
    STATIC_REQUIRE(whole.civil() == civil_date{2007, 4, 30});
    CHECK_FALSE(apl::date{{}, 4, 30}.civil());
    CHECK_FALSE(apl::date{2007, {}, 30}.civil());
    CHECK_FALSE(apl::date{2007, 4, {}}.civil());
    CHECK(apl::date{2007, 4, 30} == whole);
    CHECK(apl::date{2007, 4, {}} != whole);
}

TEST_CASE("a moment without seconds begins its minute") {
    date_time t;
    t.date = {2008, 5, 31};
    t.time = {23, 50, {}, false};
    CHECK(t.civil() == civil_date_time{{2008, 5, 31}, {23, 50, 0}});
}

TEST_CASE("a moment with any wildcard has no place in the calendar") {
    date_time t;
    t.date = {2008, 5, 31};
    t.time = {23, 50, 12, true};
    CHECK(t.civil() == civil_date_time{{2008, 5, 31}, {23, 50, 12}});
    auto every = t;
    every.time.second.reset();
    CHECK_FALSE(every.civil());
    every = t;
    every.time.minute.reset();
    CHECK_FALSE(every.civil());
    every = t;
    every.time.hour.reset();
    CHECK_FALSE(every.civil());
    every = t;
    every.date.day.reset();
    CHECK_FALSE(every.civil());
}

TEST_CASE("moments differ in what only type I knows, too") {
    date_time t;
    auto other = t;
    CHECK(other == t);
    other.weekday = 3;
    CHECK(other != t);
    other = t;
    other.is_summer_time = true;
    CHECK(other != t);
}
