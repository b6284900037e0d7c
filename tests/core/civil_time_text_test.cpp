#include <meterlink/core/civil_time_text.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "support/catch.hpp"

using namespace meterlink;

namespace {

error at(std::size_t offset, std::int32_t expected = -1, std::int32_t found = -1) {
    return {errc::date_out_of_range, layer::core, offset, expected, found};
}

error truncated(std::size_t offset) { return {errc::truncated, layer::core, offset, -1, -1}; }

} // namespace

TEST_CASE("dates and times print as ISO 8601") {
    CHECK(to_string(civil_date{2008, 5, 31}) == "2008-05-31");
    CHECK(to_string(civil_time{23, 50, 0}) == "23:50:00");
    CHECK(to_string(civil_date_time{{2008, 5, 31}, {23, 50, 7}}) == "2008-05-31T23:50:07");
    CHECK(to_string(civil_date{}) == "0000-01-01");
    CHECK(to_string(civil_date{9999, 12, 31}) == "9999-12-31");
    CHECK(to_string(civil_time{}) == "00:00:00");
}

TEST_CASE("printing writes as many characters as it says, whatever the fields hold") {
    std::array<char, civil_date_time_chars + 1> text{};
    text.fill('#');
    const auto length = [&](auto x) { return static_cast<std::size_t>(print(text.data(), x) - text.data()); };
    CHECK(length(civil_date_time{{2008, 5, 31}, {1, 2, 3}}) == civil_date_time_chars);
    CHECK(text.back() == '#');
    CHECK(length(civil_date{2008, 5, 31}) == civil_date_chars);
    CHECK(length(civil_time{1, 2, 3}) == civil_time_chars);
    CHECK(to_string(civil_date_time{{-1, 255, 255}, {255, 255, 255}}) == "0000-55-55T55:55:55");
    CHECK(to_string(civil_date{32767, 1, 1}).size() == civil_date_chars);
}

TEST_CASE("ISO 8601 parses back") {
    STATIC_REQUIRE(parse_civil_date("2008-05-31") == civil_date{2008, 5, 31});
    STATIC_REQUIRE(parse_civil_time("23:50:07") == civil_time{23, 50, 7});
    STATIC_REQUIRE(parse_civil_time("23:50") == civil_time{23, 50, 0});
    STATIC_REQUIRE(parse_civil_date_time("2008-05-31T23:50:07") ==
                   civil_date_time{{2008, 5, 31}, {23, 50, 7}});
    STATIC_REQUIRE(parse_civil_date_time("2008-05-31 23:50") == civil_date_time{{2008, 5, 31}, {23, 50, 0}});
    for (std::int64_t seconds = 0; seconds < 2'000'000'000; seconds += 12'345'678) {
        const auto moment = *add_seconds({{1999, 12, 31}, {23, 59, 59}}, seconds);
        CHECK(parse_civil_date_time(to_string(moment)) == moment);
    }
}

TEST_CASE("dates and times that do not exist are refused at the field that is wrong") {
    CHECK(parse_civil_date("2008-00-01").error() == at(5));
    CHECK(parse_civil_date("2008-13-01").error() == at(5));
    CHECK(parse_civil_date("2008-05-00").error() == at(8));
    CHECK(parse_civil_date("2007-02-29").error() == at(8));
    CHECK(parse_civil_time("24:00:00").error() == at(0));
    CHECK(parse_civil_time("00:60:00").error() == at(3));
    CHECK(parse_civil_time("23:59:60").error() == at(6));
    CHECK(parse_civil_date_time("2008-05-31T24:00").error() == at(11));
    CHECK(parse_civil_date_time("2008-05-31T23:50:99").error() == at(17));
}

TEST_CASE("text of another shape is refused at the character that does not belong") {
    CHECK(parse_civil_date("2008/05/31").error() == at(4, '-', '/'));
    CHECK(parse_civil_date("2008-5-31").error() == at(6, -1, '-'));
    CHECK(parse_civil_date("-008-05-31").error() == at(0, -1, '-'));
    CHECK(parse_civil_date("2008-05-31T").error() == at(10, -1, 'T'));
    CHECK(parse_civil_time("23.50.00").error() == at(2, ':', '.'));
    CHECK(parse_civil_time("23:50:00Z").error() == at(8, -1, 'Z'));
    CHECK(parse_civil_time("23:5").error() == truncated(4));
    CHECK(parse_civil_date_time("2008-05-31_23:50:00").error() == at(10, 'T', '_'));
    CHECK(parse_civil_date_time("2008-05-31T23-50-00").error() == at(13, ':', '-'));
    CHECK(parse_civil_date_time("2008-05-31T23:50:00+01:00").error() == at(19, -1, '+'));
}

TEST_CASE("text that ends early is truncated, except after the minute") {
    const std::string_view whole = "2008-05-31T23:50:07";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto parsed = parse_civil_date_time(whole.substr(0, size));
        REQUIRE(parsed.has_value() == (size == 16));
        if (!parsed)
            CHECK(parsed.error() == truncated(size));
    }
    for (std::size_t size = 0; size < civil_date_chars; ++size)
        CHECK(parse_civil_date(whole.substr(0, size)).error() == truncated(size));
}
