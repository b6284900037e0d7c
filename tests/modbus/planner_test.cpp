#include <meterlink/modbus/planner.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink::modbus;
using namespace std::chrono_literals;

namespace {

using ranges = std::vector<table_range>;

constexpr auto slow_line = rtu_cost({9600, 10, 20ms});

table_range holding(unsigned start, unsigned count) {
    return {register_table::holding_registers, static_cast<std::uint16_t>(start),
            static_cast<std::uint16_t>(count)};
}

table_range coils(unsigned start, unsigned count) {
    return {register_table::coils, static_cast<std::uint16_t>(start), static_cast<std::uint16_t>(count)};
}

ranges reads_of(const ranges& wanted, const read_cost& cost, const device_caps& caps = {}) {
    ranges out;
    for (const auto& read : plan_reads(wanted, cost, caps).reads)
        out.push_back(read.range);
    return out;
}

std::uint64_t total(const std::vector<planned_read>& reads, const read_cost& cost) {
    std::uint64_t sum = 0;
    for (const auto& read : reads)
        sum += cost.of(read.range.table, read.range.count);
    return sum;
}

bool is_allowed(const table_range& read, const ranges& inside, const device_caps& caps) {
    if (read.count > std::min<unsigned>(caps.max_registers, 125))
        return false;
    for (const auto& no : caps.forbidden)
        if (no.table == read.table && no.start < read.end() && read.start < no.end())
            return false;
    unsigned hole = 0;
    for (std::uint32_t at = read.start; at < read.end(); ++at) {
        const auto wanted = std::any_of(inside.begin(), inside.end(), [&](const table_range& range) {
            return range.start <= at && at < range.end();
        });
        hole = wanted ? 0 : hole + 1;
        if (caps.max_register_hole && hole > *caps.max_register_hole)
            return false;
    }
    return true;
}

/// The least cost over all partitions of the wanted ranges, tried one by one.
std::uint64_t cheapest(const ranges& wanted, const read_cost& cost, const device_caps& caps) {
    constexpr auto never = std::numeric_limits<std::uint64_t>::max();
    std::vector<ranges> groups;
    std::uint64_t best = never;
    const auto place = [&](const auto& self, std::size_t i) -> void {
        if (i == wanted.size()) {
            std::uint64_t sum = 0;
            for (const auto& group : groups) {
                auto start = group.front().start;
                auto end = group.front().end();
                for (const auto& range : group) {
                    start = std::min(start, range.start);
                    end = std::max(end, range.end());
                }
                const auto read = holding(start, end - start);
                if (!is_allowed(read, group, caps))
                    return;
                sum += cost.of(read.table, read.count);
            }
            best = std::min(best, sum);
            return;
        }
        for (std::size_t g = 0; g < groups.size(); ++g) {
            groups[g].push_back(wanted[i]);
            self(self, i + 1);
            groups[g].pop_back();
        }
        groups.push_back({wanted[i]});
        self(self, i + 1);
        groups.pop_back();
    };
    place(place, 0);
    return best;
}

/// Every wanted range lies in exactly one read, or is impossible.
bool is_complete(const read_plan& plan, const ranges& wanted) {
    std::vector<unsigned> seen(wanted.size());
    for (const auto& read : plan.reads)
        for (const auto i : read.wanted) {
            if (!read.range.contains(wanted[i]))
                return false;
            ++seen[i];
        }
    for (const auto i : plan.impossible)
        ++seen[i];
    return std::all_of(seen.begin(), seen.end(), [](unsigned n) { return n == 1; });
}

} // namespace

TEST_CASE("neighbours are read at once") {
    CHECK(reads_of({holding(2, 2), holding(0, 2), holding(4, 1)}, slow_line) == ranges{holding(0, 5)});
    const auto plan = plan_reads(ranges{holding(2, 2), holding(0, 2)}, slow_line);
    CHECK(plan.reads == std::vector<planned_read>{{holding(0, 4), {1, 0}}});
    CHECK(plan.impossible.empty());
    CHECK(plan_reads(ranges{}, slow_line).reads.empty());
}

TEST_CASE("a hole is read along as long as it costs less than a request") {
    const auto two = [](unsigned hole) { return ranges{holding(0, 1), holding(1 + hole, 1)}; };
    CHECK(reads_of(two(19), slow_line).size() == 1);
    CHECK(reads_of(two(20), slow_line).size() == 2);
    CHECK(reads_of(two(12), rtu_cost({9600, 10, 5ms})).size() == 1);
    CHECK(reads_of(two(13), rtu_cost({9600, 10, 5ms})).size() == 2);
    CHECK(reads_of(two(51), rtu_cost({38400, 10, 20ms})).size() == 1);
    CHECK(reads_of(two(52), rtu_cost({38400, 10, 20ms})).size() == 2);
    CHECK(reads_of(two(123), tcp_cost()).size() == 1);
    CHECK(reads_of(two(124), tcp_cost()).size() == 2);
}

TEST_CASE("where a hole is as dear as a request there is one request") {
    const auto even = rtu_cost({9600, 10, 50ms}); // 34 registers, without a remainder
    CHECK(reads_of({holding(0, 1), holding(35, 1)}, even).size() == 1);
    CHECK(reads_of({holding(0, 1), holding(36, 1)}, even).size() == 2);
}

TEST_CASE("a range is never divided") {
    ranges wanted;
    for (unsigned i = 0; i < 40; ++i)
        wanted.push_back(holding(4 * i, 4));
    CHECK(reads_of(wanted, tcp_cost()) == ranges{holding(0, 124), holding(124, 36)});
    wanted.push_back(holding(122, 4)); // across the place where 124 would divide
    const auto plan = plan_reads(wanted, tcp_cost());
    CHECK(is_complete(plan, wanted));
    CHECK(plan.reads.size() == 2);
}

TEST_CASE("ranges within others and equal ones come along") {
    const ranges wanted{holding(10, 1), holding(10, 4), holding(10, 1), holding(12, 2)};
    const auto plan = plan_reads(wanted, slow_line);
    CHECK(plan.reads == std::vector<planned_read>{{holding(10, 4), {1, 0, 2, 3}}});
}

TEST_CASE("each table has requests of its own") {
    CHECK(reads_of({holding(0, 1), coils(0, 1), {register_table::input_registers, 1, 1}}, tcp_cost()) ==
          ranges{coils(0, 1), {register_table::input_registers, 1, 1}, holding(0, 1)});
    CHECK(reads_of({coils(65535, 1), {register_table::discrete_inputs, 0, 1}}, tcp_cost()).size() == 2);
}

TEST_CASE("bits are read by up to 2000") {
    CHECK(reads_of({coils(0, 1), coils(1999, 1)}, tcp_cost()) == ranges{coils(0, 2000)});
    CHECK(reads_of({coils(0, 1), coils(2000, 1)}, tcp_cost()).size() == 2);
    device_caps caps;
    caps.max_bits = 16;
    CHECK(reads_of({coils(0, 1), coils(15, 1), coils(16, 1)}, tcp_cost(), caps).size() == 2);
    CHECK(reads_of({coils(0, 1), coils(300, 1)}, slow_line).size() == 1);
    CHECK(reads_of({coils(0, 1), coils(400, 1)}, slow_line).size() == 2);
}

TEST_CASE("what a device cannot do is not asked of it") {
    const ranges wanted{holding(0, 2), holding(2, 2), holding(10, 2)};
    device_caps caps;
    caps.max_registers = 4;
    CHECK(reads_of(wanted, tcp_cost(), caps) == ranges{holding(0, 4), holding(10, 2)});
    caps = {};
    caps.max_register_hole = 5;
    CHECK(reads_of(wanted, tcp_cost(), caps) == ranges{holding(0, 4), holding(10, 2)});
    caps.max_register_hole = 6;
    CHECK(reads_of(wanted, tcp_cost(), caps) == ranges{holding(0, 12)});
    caps.max_register_hole = 0;
    CHECK(reads_of(wanted, tcp_cost(), caps) == ranges{holding(0, 4), holding(10, 2)});
    caps = {};
    caps.one_request_per_range = true;
    CHECK(reads_of({holding(0, 2), holding(2, 2), holding(2, 1), holding(2, 2)}, tcp_cost(), caps) ==
          ranges{holding(0, 2), holding(2, 2), holding(2, 1)});
    caps = {};
    caps.forbidden = {holding(7, 1), {register_table::input_registers, 2, 1}};
    CHECK(reads_of(wanted, tcp_cost(), caps) == ranges{holding(0, 4), holding(10, 2)});
    caps.max_registers = 1000;
    CHECK(plan_reads(ranges{holding(0, 126)}, tcp_cost(), caps).reads.empty());
}

TEST_CASE("what no request can read is said") {
    device_caps caps;
    caps.forbidden = {holding(100, 2)};
    const ranges wanted{holding(0, 126),   holding(0, 0),    holding(65535, 2), holding(99, 2),
                        holding(101, 1),   holding(102, 1),  holding(65535, 1), coils(0, 2001),
                        coils(65000, 600), coils(100, 2000), holding(200, 125)};
    const auto plan = plan_reads(wanted, tcp_cost(), caps);
    CHECK(plan.impossible == std::vector<std::size_t>{0, 1, 2, 3, 4, 7, 8});
    CHECK(plan.reads.size() == 4);
    CHECK(is_complete(plan, wanted));
}

TEST_CASE("no plan is cheaper than the one that is found") {
    std::mt19937 random{20240229};
    for (unsigned round = 0; round < 3000; ++round) {
        ranges wanted(1 + random() % 7);
        for (auto& range : wanted)
            range = holding(static_cast<unsigned>(random() % 40), static_cast<unsigned>(1 + random() % 5));
        device_caps caps;
        caps.max_registers = static_cast<std::uint16_t>(5 + random() % 20);
        if (random() % 3 == 0)
            caps.max_register_hole = static_cast<std::uint16_t>(random() % 5);
        for (unsigned i = static_cast<unsigned>(random() % 3); i > 0; --i) {
            const auto no = holding(static_cast<unsigned>(random() % 44), 1);
            if (std::none_of(wanted.begin(), wanted.end(), [&](const auto& w) { return w.contains(no); }))
                caps.forbidden.push_back(no);
        }
        const read_cost cost{random() % 30, 1 + random() % 3};
        const auto plan = plan_reads(wanted, cost, caps);
        CAPTURE(round, wanted.size());
        REQUIRE(plan.impossible.empty());
        REQUIRE(is_complete(plan, wanted));
        REQUIRE(total(plan.reads, cost) == cheapest(wanted, cost, caps));
        for (const auto& read : plan.reads) {
            ranges inside;
            for (const auto i : read.wanted)
                inside.push_back(wanted[i]);
            REQUIRE(is_allowed(read.range, inside, caps));
        }
    }
}
