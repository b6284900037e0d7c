// Any wanted ranges, caps and costs: each range is read once or said to be impossible, and no read breaks a
// rule. Then a device that lacks any entries is read: all that it has comes in the first cycle, all that it
// lacks is found dead, and the plan settles.
// Input: most registers, most holes, flags, costs (2), number of forbidden and missing entries, those,
// ranges.

#include <meterlink/modbus/adaptive_plan.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "require.hpp"

namespace {

using namespace meterlink;
using modbus::planned_read;
using modbus::table_range;

using meterlink::fuzzing::require;

struct scenario {
    modbus::device_caps caps;
    modbus::read_cost cost;
    std::vector<table_range> missing;
    std::vector<table_range> wanted;
};

bool overlap(const table_range& a, const table_range& b) {
    return a.table == b.table && a.start < b.end() && b.start < a.end() && a.count > 0 && b.count > 0;
}

bool touches(const table_range& range, const std::vector<table_range>& others) {
    return std::any_of(others.begin(), others.end(),
                       [&](const auto& other) { return overlap(range, other); });
}

scenario scenario_from(bytes_view in) {
    const auto next = [&in]() -> unsigned {
        if (in.empty())
            return 0;
        const unsigned octet = in.front();
        in = in.subspan(1);
        return octet;
    };
    const auto next_range = [&next](bool is_entry) {
        const auto head = next();
        const auto start = next() | (head & 0x10U ? 0xFF00U : 0U);
        const auto count = is_entry ? 1U : next() % (head & 0x20U ? 200U : 8U);
        return table_range{static_cast<modbus::register_table>(head & 3U), static_cast<std::uint16_t>(start),
                           static_cast<std::uint16_t>(count)};
    };
    scenario out;
    out.caps.max_registers = static_cast<std::uint16_t>(next());
    out.caps.max_bits = static_cast<std::uint16_t>(8 * out.caps.max_registers);
    const auto hole = static_cast<std::uint16_t>(next());
    if (hole < 128)
        out.caps.max_register_hole = out.caps.max_bit_hole = hole;
    out.caps.one_request_per_range = next() % 8 == 1;
    out.cost = {next() * 4, next() % 8};
    for (auto i = next() % 8; i > 0; --i)
        out.caps.forbidden.push_back(next_range(true));
    for (auto i = next() % 8; i > 0; --i)
        out.missing.push_back(next_range(true));
    while (!in.empty() && out.wanted.size() < 48)
        out.wanted.push_back(next_range(false));
    return out;
}

void check_plan(const scenario& s) {
    const auto plan = plan_reads(s.wanted, s.cost, s.caps);
    std::vector<unsigned> seen(s.wanted.size());
    for (const auto i : plan.impossible)
        ++seen[i];
    for (const auto& read : plan.reads) {
        require(!read.wanted.empty() && read.range.count > 0 && read.range.end() <= 65536);
        require(read.range.count <= (holds_bits(read.range.table) ? s.caps.max_bits : s.caps.max_registers));
        require(read.range.count <= max_read_quantity(read.range.table));
        require(!touches(read.range, s.caps.forbidden));
        for (const auto i : read.wanted) {
            require(read.range.contains(s.wanted[i]));
            ++seen[i];
        }
    }
    require(std::all_of(seen.begin(), seen.end(), [](unsigned n) { return n == 1; }));
}

/// One cycle with a device that lacks `missing`; how many reads it refused.
unsigned run_cycle(modbus::adaptive_plan& plan, const scenario& s, std::vector<unsigned>& values) {
    unsigned refusals = 0;
    values.assign(s.wanted.size(), 0);
    const auto& first = plan.begin_cycle();
    std::deque<planned_read> queue(first.begin(), first.end());
    for (unsigned requests = 0; !queue.empty(); queue.pop_front()) {
        require(++requests < 1000);
        const auto& read = queue.front();
        require(!touches(read.range, s.caps.forbidden));
        if (!touches(read.range, s.missing)) {
            plan.answered(read);
            for (const auto i : read.wanted)
                ++values[i];
            continue;
        }
        ++refusals;
        const auto instead = plan.refused(read, modbus::exception_code::illegal_data_address);
        queue.insert(queue.end(), instead.begin(), instead.end());
    }
    return refusals;
}

void check_learning(const scenario& s) {
    modbus::adaptive_plan plan{s.wanted, s.cost, s.caps};
    const auto impossible = plan.impossible();
    const auto is_readable = [&](std::size_t i) {
        return std::find(impossible.begin(), impossible.end(), i) == impossible.end() &&
               !touches(s.wanted[i], s.missing);
    };
    std::vector<unsigned> values;
    unsigned cycles = 0;
    while (run_cycle(plan, s, values) > 0) {
        require(++cycles < 50);
        for (std::size_t i = 0; i < s.wanted.size(); ++i) {
            require(values[i] == (is_readable(i) ? 1U : 0U));
            require(plan.is_dead(i) ==
                    (values[i] == 0 && touches(s.wanted[i], s.missing) &&
                     std::find(impossible.begin(), impossible.end(), i) == impossible.end()));
        }
    }
    plan.probe_all();
    scenario mended = s;
    mended.missing.clear();
    require(run_cycle(plan, mended, values) == 0);
    require(plan.dead().empty());
    require(run_cycle(plan, mended, values) == 0);
    require(plan.impossible() == impossible);
    modbus::adaptive_plan fresh{s.wanted, s.cost, s.caps};
    require(plan.begin_cycle() == fresh.begin_cycle());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto s = scenario_from({data, size});
    check_plan(s);
    check_learning(s);
    return 0;
}
