#include <meterlink/mbus/meter_search.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <type_traits>
#include <vector>

#include "meter_park.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using meterlink::test::park_meter;

static_assert(session<meter_search>);
static_assert(std::is_same_v<session_event_t<meter_search>, search_event>);

namespace {

struct outcome {
    std::vector<found_meter> meters{};
    std::vector<search_conflict> conflicts{};
    std::vector<search_finished> ends{};
    std::vector<search_progress> progress{};
    instant end{};
};

outcome run(
    simulated_line& line, meter_search& search, outcome out = {},
    const std::function<void()>& after_meter = [] {}) {
    search.start(out.end);
    out.end = test::run_on(
        line, search,
        [&](const search_event& event, instant) {
            if (const auto* found = std::get_if<meter_found>(&event)) {
                CHECK(parse_frame(found->telegram));
                out.meters.push_back(found->meter);
                after_meter();
            } else if (const auto* conflict = std::get_if<search_conflict>(&event)) {
                out.conflicts.push_back(*conflict);
            } else if (const auto* progress = std::get_if<search_progress>(&event)) {
                out.progress.push_back(*progress);
            } else if (const auto* end = std::get_if<search_finished>(&event)) {
                out.ends.push_back(*end);
            }
        },
        out.end);
    return out;
}

secondary_address identity(std::uint32_t id) { return {id, 0x4024, 1, 7}; }

meter_search_options quick(std::vector<addressing> order) {
    meter_search_options out;
    out.order = std::move(order);
    out.primary = primary_scan_options::fast(2400);
    out.secondary = secondary_search_options::fast(2400);
    return out;
}

/// A meter that answers to its primary address alone.
mbus::slave deaf_to_selection(std::uint8_t primary) {
    slave_options manners;
    manners.is_selectable = false;
    return park_meter(primary, identity(0x900U + primary), std::nullopt, manners);
}

} // namespace

TEST_CASE("meters are told once by the first way that reaches them", "[meter_search]") {
    simulated_line line;
    line.add(park_meter(1, identity(0x11111111)));
    line.add(park_meter(2, identity(0x22222222)));
    line.add(park_meter(0, identity(0x33333333)));
    line.add(park_meter(0, identity(0x44444444))); // with the one before: a conflict for a scan alone
    line.add(deaf_to_selection(77));
    instant now{};
    for (const auto& order : {std::vector{addressing::secondary, addressing::primary},
                              {addressing::primary, addressing::secondary}}) {
        meter_search search{quick(order)};
        outcome before;
        before.end = now;
        const auto got = run(line, search, before);
        now = got.end;
        CHECK(got.meters.size() == 5);
        CHECK(search.meters() == got.meters);
        REQUIRE(got.ends.size() == 1);
        CHECK(got.ends[0].why == search_end::complete);
        CHECK(got.ends[0].meters == 5);
        CHECK(got.ends[0].probes == got.progress.back().probes);
        CHECK(got.ends[0].probes > 251);
        CHECK(got.progress.back().left == 0);
        for (std::size_t at = 1; at < got.progress.size(); ++at)
            CHECK(got.progress[at].probes == got.progress[at - 1].probes + 1);
        if (order[0] == addressing::secondary) {
            CHECK(got.conflicts.empty());
            CHECK(got.meters.back().primary == primary_address{77});
        } else {
            REQUIRE(got.conflicts.size() == 1); // nobody is known yet who explains it
            CHECK(got.conflicts[0].primary == primary_address{0});
        }
    }
}

TEST_CASE("extended addresses tell meters apart by their fabrication numbers from the start",
          "[meter_search]") {
    simulated_line line;
    line.add(park_meter(1, identity(7), 0x10000000));
    line.add(park_meter(2, identity(7), 0x20000000));
    line.add(park_meter(3, identity(8)));
    meter_search extended{quick({addressing::extended_secondary})};
    const auto got = run(line, extended);
    REQUIRE(got.meters.size() == 2);
    CHECK(got.meters[0].fabrication_number == 0x10000000U);
    CHECK(got.meters[1].fabrication_number == 0x20000000U);
    meter_search all{quick({addressing::extended_secondary, addressing::secondary})};
    outcome later;
    later.end = got.end;
    CHECK(run(line, all, later).meters.size() == 3);
}

TEST_CASE("a search by several ways ends with as many meters as are wanted", "[meter_search]") {
    simulated_line line;
    line.add(park_meter(1, identity(0x11111111)));
    line.add(deaf_to_selection(5));
    line.add(deaf_to_selection(6));
    instant now{};
    for (const std::size_t limit : {1U, 2U, 3U}) {
        auto how = quick({addressing::secondary, addressing::primary});
        how.meter_limit = limit;
        meter_search search{how};
        outcome before;
        before.end = now;
        const auto got = run(line, search, before);
        now = got.end;
        CHECK(got.meters.size() == limit);
        REQUIRE(got.ends.size() == 1);
        CHECK(got.ends[0].why == search_end::meter_limit);
        search.start(now); // it is over
        CHECK_FALSE(search.poll_timeout());
        CHECK_FALSE(search.poll_event());
    }
}

TEST_CASE("a search by several ways goes on after it was cancelled", "[meter_search]") {
    simulated_line line;
    for (const auto address : std::vector<std::uint8_t>{3, 250})
        line.add(park_meter(address, identity(0x1000U + address)));
    line.add(deaf_to_selection(249));
    meter_search search{quick({addressing::primary, addressing::secondary})};
    outcome got;
    for (int stop = 0; stop < 3; ++stop) // in the first way, at its last meter, and between the ways
        got = run(line, search, got, [&] { search.cancel(); });
    got = run(line, search, got);
    CHECK(got.meters.size() == 3);
    REQUIRE(got.ends.size() == 4);
    for (std::size_t at = 0; at < 3; ++at)
        CHECK(got.ends[at].why == search_end::cancelled);
    CHECK(got.ends[3].why == search_end::complete);
}

TEST_CASE("a search without an order is by secondary address", "[meter_search]") {
    simulated_line line;
    line.add(park_meter(1, identity(0x11111111)));
    meter_search search{quick({})};
    CHECK(search.way() == addressing::secondary);
    CHECK(run(line, search).meters.size() == 1);
    search.cancel(); // has no effect any more
    CHECK_FALSE(search.poll_event());
}
