#include <meterlink/mbus/address_assignment.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

#include <meterlink/mbus/secondary_search.hpp>

#include "meter_park.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using meterlink::test::park_meter;

static_assert(session<address_assignment>);
static_assert(std::is_same_v<session_event_t<address_assignment>, assignment_event>);

namespace {

constexpr std::uint32_t baud = 2400;

secondary_address identity(std::uint32_t id) { return {id, 0x4024, 1, 7}; }

struct outcome {
    std::vector<address_assigned> assigned{};
    std::vector<assignment_failed> failed{};
    std::vector<assignment_finished> ends{};
    instant end{};
};

address_assignment_options fast() {
    address_assignment_options out;
    out.timing = timing_profile::standard(baud);
    return out;
}

outcome run(simulated_line& line, address_assignment& assignment, instant now = instant{}) {
    outcome out;
    assignment.start(now);
    out.end = test::run_on(
        line, assignment,
        [&](const assignment_event& event, instant) {
            if (const auto* assigned = std::get_if<address_assigned>(&event))
                out.assigned.push_back(*assigned);
            else if (const auto* failed = std::get_if<assignment_failed>(&event))
                out.failed.push_back(*failed);
            else if (const auto* end = std::get_if<assignment_finished>(&event))
                out.ends.push_back(*end);
        },
        now);
    return out;
}

found_meter found(std::uint32_t id, std::uint8_t primary) {
    return {identity(id), std::nullopt, primary, baud, false};
}

} // namespace

TEST_CASE("meters that a search has found get addresses of their own", "[address_assignment]") {
    simulated_line line;
    const std::vector<std::uint8_t> before{0, 0, 7, 7, 3};
    for (std::size_t i = 0; i < before.size(); ++i)
        line.add(park_meter(before[i], identity(0x10000001U * static_cast<std::uint32_t>(i + 1))));
    secondary_search search{secondary_search_options::fast(baud)};
    search.start(instant{});
    const auto now = test::run_on(line, search, [](const auto&, instant) {});
    REQUIRE(search.state().meters.size() == 5);

    address_assignment assignment{search.state().meters, fast()};
    const auto got = run(line, assignment, now);
    CHECK(got.failed.empty());
    REQUIRE(got.assigned.size() == 5);
    REQUIRE(got.ends.size() == 1);
    CHECK(got.ends[0].assigned == 5);
    CHECK_FALSE(got.ends[0].was_cancelled);
    const std::vector<std::uint8_t> after{1, 2, 4, 5, 3}; // 3 is kept, 7 was in use
    for (std::size_t i = 0; i < after.size(); ++i) {
        CHECK(line.at(i).address().raw() == after[i]);
        CHECK(got.assigned[i].meter.primary == primary_address{after[i]});
        CHECK(got.assigned[i].before == primary_address{before[i]});
        CHECK(got.assigned[i].was_kept == (i == 4));
    }
}

TEST_CASE("an address to which somebody answers is not given", "[address_assignment]") {
    simulated_line line;
    line.add(park_meter(0, identity(1)));
    line.add(park_meter(1, identity(2))); // nobody has told of it
    auto how = fast();
    how.taken.set(2);
    address_assignment assignment{{found(1, 0)}, how};
    const auto got = run(line, assignment);
    REQUIRE(got.assigned.size() == 1);
    CHECK(line.at(0).address() == primary_address{3});
    CHECK(line.at(1).address() == primary_address{1});
}

TEST_CASE("without free addresses the rest of the meters fails", "[address_assignment]") {
    simulated_line line;
    for (std::uint32_t i = 1; i <= 3; ++i)
        line.add(park_meter(0, identity(i)));
    auto how = fast();
    how.first = 249;
    address_assignment assignment{{found(1, 0), found(2, 0), found(3, 0)}, how};
    const auto got = run(line, assignment);
    CHECK(got.assigned.size() == 2);
    REQUIRE(got.failed.size() == 1);
    CHECK(got.failed[0].why == assignment_error::no_free_address);
    CHECK_FALSE(got.failed[0].tried);
    CHECK(line.at(2).address() == primary_address{0});
    CHECK(got.ends.at(0).failed == 1);
}

TEST_CASE("a meter that is not there fails and the next one is served", "[address_assignment]") {
    simulated_line line;
    line.add(park_meter(0, identity(2)));
    address_assignment assignment{{found(1, 0), found(2, 0)}, fast()};
    const auto got = run(line, assignment);
    REQUIRE(got.failed.size() == 1);
    CHECK(got.failed[0].why == assignment_error::not_accepted);
    CHECK(got.failed[0].tried == primary_address{1});
    REQUIRE(got.assigned.size() == 1);
    CHECK(line.at(0).address() == primary_address{2});
}

TEST_CASE("an address is not taken for given when somebody else answers to it", "[address_assignment]") {
    simulated_line line;
    line.add(park_meter(0, identity(1)));
    line.add(park_meter(1, identity(2)));
    auto how = fast();
    how.asks_before = false;
    address_assignment assignment{{found(1, 0)}, how};
    const auto got = run(line, assignment);
    CHECK(got.assigned.empty());
    REQUIRE(got.failed.size() == 1);
    CHECK(got.failed[0].why == assignment_error::not_verified);
    CHECK(got.failed[0].tried == primary_address{1});
}

TEST_CASE("an assignment that was cancelled says so once", "[address_assignment]") {
    simulated_line line;
    line.add(park_meter(0, identity(1)));
    address_assignment assignment{{found(1, 0)}, fast()};
    assignment.start(instant{});
    assignment.cancel();
    assignment.cancel();
    std::size_t ends = 0;
    while (const auto event = assignment.poll_event())
        if (const auto* end = std::get_if<assignment_finished>(&*event)) {
            ++ends;
            CHECK(end->was_cancelled);
        }
    CHECK(ends == 1);
    CHECK_FALSE(assignment.is_running());
}

TEST_CASE("a meter that was found at no bit rate is served at 300 Bd", "[address_assignment]") {
    line_options at;
    at.baud = 300;
    simulated_line line{at};
    slave_options slow;
    slow.baud = 300;
    line.add(park_meter(0, identity(1), std::nullopt, slow));
    auto meter = found(1, 0);
    meter.baud = 0;
    auto how = fast();
    how.timing = timing_profile::standard(300);
    address_assignment assignment{{meter}, how};
    CHECK(run(line, assignment).assigned.size() == 1);
}
