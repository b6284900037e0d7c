#include <meterlink/wmbus/mode.hpp>

#include <array>

#include "support/catch.hpp"

using namespace meterlink::wmbus;

namespace {

constexpr std::array every_mode{mode::s1, mode::s1_m, mode::s2, mode::t1, mode::t2, mode::c1,
                                mode::c2, mode::n1,   mode::n2, mode::f2, mode::r2};

} // namespace

TEST_CASE("a mode is found by its name in large and small letters") {
    for (const auto which : every_mode)
        CHECK(parse_mode(name(which)) == which);
    STATIC_REQUIRE(name(mode::s1_m) == "S1-m");
    STATIC_REQUIRE(parse_mode("t1") == mode::t1);
    STATIC_REQUIRE(parse_mode("s1-M") == mode::s1_m);
    STATIC_REQUIRE(parse_mode("S1m") == mode::s1_m);
    STATIC_REQUIRE(parse_mode("C2") == mode::c2);
    STATIC_REQUIRE_FALSE(parse_mode(""));
    STATIC_REQUIRE_FALSE(parse_mode("T"));
    STATIC_REQUIRE_FALSE(parse_mode("T11"));
    STATIC_REQUIRE_FALSE(parse_mode("X1"));
}

TEST_CASE("every mode has a row for the meter and those with a 2 have one for the other side") {
    for (const auto which : every_mode) {
        const auto* const row = find_mode_row(which);
        REQUIRE(row != nullptr);
        CHECK(row->mode == which);
        CHECK((find_mode_row(which, direction::other_to_meter) != nullptr) == (name(which)[1] == '2'));
    }
}

TEST_CASE("the rows are those of the standard") {
    const auto* const t1 = find_mode_row(mode::t1);
    CHECK(t1->frequency == 868'950'000);
    CHECK(t1->chip_rate == 100'000);
    CHECK(t1->coding == line_coding::three_of_six);
    CHECK(t1->sync_a == sync_word{0x3D, 10});
    CHECK(t1->sync_b.length == 0);
    const auto* const to_meter = find_mode_row(mode::t2, direction::other_to_meter);
    CHECK(to_meter->frequency == 868'300'000);
    CHECK(to_meter->coding == line_coding::manchester);
    CHECK(to_meter->sync_a == sync_word{0x7696, 18});
    const auto* const c2 = find_mode_row(mode::c2, direction::other_to_meter);
    CHECK(c2->frequency == 869'525'000);
    CHECK(c2->chip_rate == 50'000);
    CHECK(c2->sync_a == sync_word{0x543D54CD, 32});
    CHECK(c2->sync_b == sync_word{0x543D543D, 32});
}

TEST_CASE("a sync word holds no more chips than it says") {
    for (const auto& row : mode_rows)
        for (const auto& sync : {row.sync_a, row.sync_b}) {
            CHECK(sync.length <= 32);
            if (sync.length < 32)
                CHECK(sync.chips >> sync.length == 0);
            CHECK(row.preamble_chips % 2 == 0);
        }
}
