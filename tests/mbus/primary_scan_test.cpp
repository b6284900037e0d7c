#include <meterlink/mbus/primary_scan.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <vector>

#include "meter_park.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using meterlink::test::park_meter;

static_assert(session<primary_scan>);
static_assert(std::is_same_v<session_event_t<primary_scan>, search_event>);

namespace {

struct outcome {
    std::vector<found_meter> meters{};
    std::vector<search_conflict> conflicts{};
    std::vector<search_finished> ends{};
    std::vector<search_progress> progress{};
    instant end{};
};

outcome run(
    simulated_line& line, primary_scan& scan, outcome out = {},
    const std::function<void(const search_event&)>& also = [](const auto&) {}) {
    scan.start(out.end);
    out.end = test::run_on(
        line, scan,
        [&](const search_event& event, instant) {
            if (const auto* found = std::get_if<meter_found>(&event))
                out.meters.push_back(found->meter);
            else if (const auto* conflict = std::get_if<search_conflict>(&event))
                out.conflicts.push_back(*conflict);
            else if (const auto* progress = std::get_if<search_progress>(&event))
                out.progress.push_back(*progress);
            else if (const auto* end = std::get_if<search_finished>(&event))
                out.ends.push_back(*end);
            also(event);
        },
        out.end);
    return out;
}

secondary_address identity(std::uint32_t id) { return {id, 0x4024, 1, 7}; }

} // namespace

TEST_CASE("a scan asks every address and finds the meters and the address that two have", "[primary_scan]") {
    simulated_line line;
    for (const auto address : std::vector<std::uint8_t>{0, 1, 77, 249, 250})
        line.add(park_meter(address, identity(0x1000U + address)));
    line.add(park_meter(5, identity(0x2001)));
    line.add(park_meter(5, identity(0x2002)));
    primary_scan scan{primary_scan_options::fast(2400)};
    const auto got = run(line, scan);
    REQUIRE(got.meters.size() == 5);
    CHECK(got.meters[2] == found_meter{identity(0x1000U + 77), std::nullopt, 77, 2400, false});
    REQUIRE(got.conflicts.size() == 1);
    CHECK(got.conflicts[0] == search_conflict{conflict_kind::equal, {}, primary_address{5}, 2400});
    REQUIRE(got.ends.size() == 1);
    CHECK(got.ends[0].why == search_end::complete);
    CHECK(got.ends[0].probes == 251);
    REQUIRE(got.progress.size() == 251);
    CHECK(got.progress[0].left == 250);
    CHECK(got.progress[250].left == 0);
    // silence is asked for once: a short frame and what the standard waits for
    const auto silent = wire_time(5, 2400) + minimum_response_timeout(2400);
    CHECK(got.end - instant{} < 251 * silent + std::chrono::seconds{3});
}

TEST_CASE("a scan keeps to its range and its limit", "[primary_scan]") {
    simulated_line line;
    for (const auto address : std::vector<std::uint8_t>{9, 10, 11, 12, 13})
        line.add(park_meter(address, identity(0x1000U + address)));
    auto how = primary_scan_options::fast(2400);
    how.first = 10;
    how.last = 12;
    primary_scan scan{how};
    auto got = run(line, scan);
    CHECK(got.meters.size() == 3);
    CHECK(got.progress.size() == 3);
    how.meter_limit = 1;
    primary_scan one{how};
    outcome later;
    later.end = got.end;
    got = run(line, one, later);
    CHECK(got.meters.size() == 1);
    CHECK(got.ends.at(0).why == search_end::meter_limit);
    how.first = 13;
    primary_scan none{how};
    later.end = got.end;
    CHECK(run(line, none, later).ends.at(0).probes == 0);
}

TEST_CASE("a scan at several bit rates finds each meter at its own", "[primary_scan]") {
    simulated_line line;
    slave_options slow;
    slow.baud = 300;
    line.add(park_meter(1, identity(1), {}, slow));
    line.add(park_meter(2, identity(2)));
    auto how = primary_scan_options::fast(2400);
    how.bauds = {2400, 300};
    how.last = 3;
    primary_scan scan{how};
    const auto got = run(line, scan);
    REQUIRE(got.meters.size() == 2);
    CHECK(got.meters[0].baud == 2400);
    CHECK(got.meters[1].baud == 300);
    CHECK(got.ends.at(0).probes == 8);
    CHECK(got.progress.at(0).left == 7);
}

TEST_CASE("a scan that was cancelled goes on from its state", "[primary_scan]") {
    simulated_line line;
    for (const auto address : std::vector<std::uint8_t>{2, 4, 6})
        line.add(park_meter(address, identity(0x1000U + address)));
    auto how = primary_scan_options::fast(2400);
    how.last = 9;
    primary_scan first{how};
    auto got = run(line, first, {}, [&](const search_event& event) {
        if (const auto* progress = std::get_if<search_progress>(&event); progress && progress->probes == 4)
            first.cancel();
    });
    CHECK(got.ends.at(0).why == search_end::cancelled);
    CHECK(got.meters.size() == 1);
    primary_scan second{how, first.state()};
    got = run(line, second, got);
    CHECK(got.meters.size() == 3);
    CHECK(got.ends.at(1).why == search_end::complete);
    CHECK(got.ends.at(1).probes == 10);
}

TEST_CASE("answers that come late invent no meters and hide none from a scan", "[primary_scan]") {
    const std::vector<std::vector<std::uint8_t>> parks{{5, 7, 9}, {1}, {12}, {11, 12}};
    for (const auto& park : parks)
        for (const int latency : {150, 180, 190, 200, 250, 400, 700, 1500}) {
            line_options late;
            late.latency = std::chrono::milliseconds{latency};
            simulated_line line{late};
            for (const auto address : park)
                line.add(park_meter(address, identity(0x1000U + address)));
            auto how = primary_scan_options::fast(2400);
            how.first = 1;
            how.last = 12;
            primary_scan scan{how};
            const auto got = run(line, scan);
            INFO(park[0] << " and " << park.size() - 1 << " more, " << latency << " ms");
            REQUIRE(got.meters.size() == park.size());
            for (std::size_t i = 0; i < park.size(); ++i)
                CHECK(got.meters[i].primary == primary_address{park[i]});
            CHECK(got.conflicts.empty());
            REQUIRE(got.ends.size() == 1);
            CHECK((got.ends[0].lateness > session_clock::duration{}) == (latency > 170));
        }
}

TEST_CASE("who acknowledges and is never read is a conflict and asked twice", "[primary_scan]") {
    auto how = primary_scan_options::fast(2400);
    how.last = 2;
    primary_scan scan{how};
    instant now{};
    std::size_t asked = 0;
    scan.start(now);
    std::vector<search_conflict> conflicts;
    for (int steps = 0; steps < 1000; ++steps) {
        while (const auto event = scan.poll_event())
            if (const auto* conflict = std::get_if<search_conflict>(&*event))
                conflicts.push_back(*conflict);
        if (const auto octets = scan.poll_transmit(); octets && (*octets)[1] == 0x40) {
            ++asked;
            now += wire_time(6, 2400);
            scan.handle_input(std::vector<std::uint8_t>{0xE5}, now);
            continue;
        }
        const auto next = scan.poll_timeout();
        if (!next)
            break;
        now = std::max(now, *next);
        scan.handle_timeout(now);
    }
    REQUIRE(conflicts.size() == 3);
    for (std::uint8_t address = 0; address < 3; ++address)
        CHECK(conflicts[address] == search_conflict{conflict_kind::mute, {}, primary_address{address}, 2400});
    CHECK(asked == 4); // the doubts are dispelled by the first
}

TEST_CASE("a scan without a bit rate is one at 300 Bd", "[primary_scan]") {
    line_options at;
    at.baud = 300;
    simulated_line line{at};
    slave_options slow;
    slow.baud = 300;
    line.add(park_meter(1, identity(1), {}, slow));
    auto how = primary_scan_options::fast(0);
    how.last = 2;
    primary_scan scan{how};
    const auto got = run(line, scan);
    REQUIRE(got.meters.size() == 1);
    CHECK(got.meters[0].baud == 300);
}
