#include <meterlink/mbus/search_forecast.hpp>

#include <cstddef>

#include "support/catch.hpp"

using meterlink::mbus::search_forecast;

TEST_CASE("a forecast without experience expects a small line", "[search_forecast]") {
    constexpr search_forecast fresh;
    STATIC_REQUIRE(fresh.cost(0) > 11);
    STATIC_REQUIRE(fresh.cost(0) < 100);
    STATIC_REQUIRE(fresh.cost(1) < fresh.cost(0));
    STATIC_REQUIRE(fresh.cost(8) == 1);
    STATIC_REQUIRE(fresh.cost(1000) == 1);
}

TEST_CASE("a forecast learns from collisions and from silence at each depth", "[search_forecast]") {
    search_forecast crowded;
    search_forecast empty;
    for (int i = 0; i < 100; ++i) {
        crowded.note(1, true);
        empty.note(1, false);
    }
    CHECK(empty.cost(1) < 2);
    CHECK(crowded.cost(1) > 10);
    CHECK(crowded.cost(0) > empty.cost(0));
    for (int i = 0; i < 100; ++i)
        crowded.note(2, false);
    CHECK(crowded.cost(1) == Approx(11).margin(1)); // each of ten values costs one probe
}

TEST_CASE("a forecast takes probes at any depth", "[search_forecast]") {
    search_forecast deep;
    deep.note(100, true);
    CHECK(deep.cost(100) == 1);
    CHECK(deep.cost(7) >= 1);
}
