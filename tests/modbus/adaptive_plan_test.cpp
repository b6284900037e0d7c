#include <meterlink/modbus/adaptive_plan.hpp>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <random>
#include <set>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink::modbus;
using namespace std::chrono_literals;

namespace {

using ranges = std::vector<table_range>;
using indices = std::vector<std::size_t>;

constexpr auto line = rtu_cost({9600, 10, 20ms});
constexpr auto no_address = exception_code::illegal_data_address;

table_range holding(unsigned start, unsigned count) {
    return {register_table::holding_registers, static_cast<std::uint16_t>(start),
            static_cast<std::uint16_t>(count)};
}

/// A device that refuses every read that touches an entry that it does not have.
struct device {
    std::set<unsigned> missing;

    [[nodiscard]] bool answers(const table_range& range) const {
        const auto next = missing.lower_bound(range.start);
        return next == missing.end() || *next >= range.end();
    }
};

struct cycle {
    unsigned requests = 0;
    unsigned refusals = 0;
    std::set<std::size_t> values; ///< The wanted ranges that were read.
};

cycle run(adaptive_plan& plan, const device& device) {
    cycle out;
    const auto& first = plan.begin_cycle();
    std::deque<planned_read> queue(first.begin(), first.end());
    for (; !queue.empty(); queue.pop_front()) {
        const auto read = queue.front();
        ++out.requests;
        REQUIRE(out.requests < 10'000);
        if (device.answers(read.range)) {
            plan.answered(read);
            for (const auto i : read.wanted) {
                REQUIRE(read.range.contains(plan.wanted()[i]));
                REQUIRE(out.values.insert(i).second);
            }
            continue;
        }
        ++out.refusals;
        const auto instead = plan.refused(read, no_address);
        queue.insert(queue.end(), instead.begin(), instead.end());
    }
    return out;
}

} // namespace

TEST_CASE("a device that has everything is read as planned") {
    adaptive_plan plan{{holding(0, 2), holding(2, 2), holding(10, 2)}, line};
    for (unsigned i = 0; i < 3; ++i) {
        const auto all = run(plan, {});
        CHECK(all.requests == 1);
        CHECK(all.values.size() == 3);
    }
    CHECK(plan.dead().empty());
    CHECK(plan.barred_holes().empty());
}

TEST_CASE("a hole that the device refuses is not read along again") {
    adaptive_plan plan{{holding(0, 2), holding(4, 2), holding(10, 2), holding(14, 2)}, line};
    const device without_7{{7}};
    const auto first = run(plan, without_7);
    CHECK(first.values.size() == 4);
    CHECK(first.refusals == 1); // the hole in the middle was the bad one
    CHECK(plan.barred_holes() == ranges{holding(6, 4)});
    CHECK(plan.dead().empty());
    const auto second = run(plan, without_7);
    CHECK(second.requests == 2);
    CHECK(second.refusals == 0);
    CHECK(second.values.size() == 4);
}

TEST_CASE("an innocent hole stays in use when another was the bad one") {
    adaptive_plan plan{{holding(0, 2), holding(4, 2), holding(10, 2), holding(14, 2)}, line};
    const device without_3{{3}};
    CHECK(run(plan, without_3).values.size() == 4);
    CHECK(plan.barred_holes() == ranges{holding(2, 2)});
    const auto second = run(plan, without_3);
    CHECK(second.requests == 2);
    CHECK(second.refusals == 0);
}

TEST_CASE("a range that is refused alone is dead and later cycles skip it") {
    ranges wanted;
    for (unsigned i = 0; i < 16; ++i)
        wanted.push_back(holding(2 * i, 2));
    adaptive_plan plan{wanted, line};
    const device without_11{{11}};
    const auto first = run(plan, without_11);
    CHECK(first.values.size() == 15);
    CHECK(first.requests == 9); // once, and halves four times
    CHECK(plan.dead() == indices{5});
    CHECK(plan.is_dead(5));
    CHECK_FALSE(plan.is_dead(4));
    const auto second = run(plan, without_11);
    CHECK(second.requests == 2);
    CHECK(second.refusals == 0);
    CHECK(second.values.size() == 15);
}

TEST_CASE("a dead range is read again when it is probed") {
    adaptive_plan plan{{holding(0, 2), holding(2, 2), holding(4, 2)}, line};
    const device without_2{{2}};
    (void)run(plan, without_2);
    REQUIRE(plan.dead() == indices{1});
    plan.probe(1);
    plan.probe(0); // is alive: nothing to be done
    const auto still_dead = run(plan, without_2);
    CHECK(still_dead.requests == 3);
    CHECK(still_dead.refusals == 1);
    CHECK(plan.dead() == indices{1});
    CHECK(run(plan, without_2).requests == 2);
    plan.probe(1);
    const auto revived = run(plan, {});
    CHECK(revived.values.size() == 3);
    CHECK(plan.dead().empty());
    CHECK(run(plan, {}).requests == 1);
}

TEST_CASE("after a probe of all a mended device is read as at first") {
    adaptive_plan plan{{holding(0, 2), holding(4, 2), holding(6, 2), holding(8, 2)}, line};
    const device broken{{3, 6}};
    (void)run(plan, broken);
    (void)run(plan, broken);
    CHECK_FALSE(plan.dead().empty());
    plan.probe_all();
    (void)run(plan, {});
    const auto mended = run(plan, {});
    CHECK(mended.requests == 1);
    CHECK(mended.values.size() == 4);
    CHECK(plan.barred_holes().empty());
}

TEST_CASE("exceptions that say nothing about addresses teach nothing") {
    adaptive_plan plan{{holding(0, 2), holding(4, 2)}, line};
    const auto reads = plan.begin_cycle();
    for (const auto why : {exception_code::server_device_failure, exception_code::acknowledge,
                           exception_code::server_device_busy, exception_code::memory_parity_error,
                           exception_code::gateway_path_unavailable, static_cast<exception_code>(0x42)})
        CHECK(plan.refused(reads.front(), why).empty());
    CHECK(plan.dead().empty());
    CHECK(plan.begin_cycle() == reads);
    CHECK(plan.refused(reads.front(), exception_code::illegal_function).size() == 2);
    CHECK(plan.refused(reads.front(), exception_code::illegal_data_value).size() == 2);
}

TEST_CASE("reads without an answer bar no hole") {
    adaptive_plan plan{{holding(0, 2), holding(4, 2)}, line};
    const auto parts = plan.refused(plan.begin_cycle().front(), no_address);
    REQUIRE(parts.size() == 2);
    plan.answered(parts[0]); // and parts[1] is lost
    CHECK(plan.begin_cycle().size() == 1);
    CHECK(plan.barred_holes().empty());
}

TEST_CASE("a range within a dead one is read alone") {
    adaptive_plan plan{{holding(0, 4), holding(0, 1), holding(0, 4)}, line};
    const device without_2{{2}};
    CHECK(run(plan, without_2).values == std::set<std::size_t>{1});
    CHECK(plan.dead() == indices{0, 2});
    CHECK(run(plan, without_2).requests == 1);
}

TEST_CASE("what no request can read is said and nothing else is lost by it") {
    device_caps caps;
    caps.max_registers = 10;
    adaptive_plan plan{{holding(0, 2), holding(4, 11), holding(2, 2)}, line, caps};
    CHECK(plan.impossible() == indices{1});
    CHECK(run(plan, {}).values == std::set<std::size_t>{0, 2});
}

TEST_CASE("a hole stays barred within a range that cannot be read") {
    adaptive_plan plan{{holding(0, 2), holding(4, 2), holding(0, 126)}, line};
    const device without_3{{3}};
    CHECK(run(plan, without_3).refusals == 1);
    CHECK(run(plan, without_3).refusals == 0);
    CHECK(plan.impossible() == indices{2});
    CHECK(plan.dead().empty());
}

TEST_CASE("whatever a device lacks all that it has is read and the plan settles") {
    std::mt19937 random{7};
    for (unsigned round = 0; round < 400; ++round) {
        ranges wanted(1 + random() % 20);
        for (auto& range : wanted)
            range = holding(static_cast<unsigned>(random() % 150), static_cast<unsigned>(1 + random() % 4));
        device lacking;
        for (unsigned i = static_cast<unsigned>(random() % 12); i > 0; --i)
            lacking.missing.insert(static_cast<unsigned>(random() % 150));
        adaptive_plan plan{wanted, line};
        indices dead;
        for (std::size_t i = 0; i < wanted.size(); ++i)
            if (!lacking.answers(wanted[i]))
                dead.push_back(i);
        auto last = run(plan, lacking);
        CHECK(plan.dead() == dead);
        CHECK(last.values.size() == wanted.size() - dead.size());
        for (unsigned cycles = 0; last.refusals > 0; ++cycles) {
            REQUIRE(cycles < 20);
            last = run(plan, lacking);
            CHECK(last.values.size() == wanted.size() - dead.size());
        }
    }
}
