#include <meterlink/modbus/table_range.hpp>

#include <random>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink::modbus;

namespace {

using detail::interval;
using detail::interval_set;

std::vector<bool> entries(const std::vector<interval>& set) {
    std::vector<bool> out(64);
    for (const auto& i : set)
        for (auto at = i.begin; at < i.end; ++at)
            out[at] = true;
    return out;
}

bool is_set(const interval_set& set) {
    for (std::size_t i = 0; i < set.size(); ++i)
        if (set[i].begin >= set[i].end || (i > 0 && set[i - 1].end > set[i].begin))
            return false;
    return true;
}

} // namespace

TEST_CASE("a range contains those within it") {
    const table_range ten{register_table::holding_registers, 10, 10};
    CHECK(ten.end() == 20);
    CHECK(ten.contains(ten));
    CHECK(ten.contains({register_table::holding_registers, 12, 8}));
    CHECK_FALSE(ten.contains({register_table::holding_registers, 12, 9}));
    CHECK_FALSE(ten.contains({register_table::holding_registers, 9, 2}));
    CHECK_FALSE(ten.contains({register_table::input_registers, 12, 8}));
    CHECK(table_range{register_table::coils, 65535, 1}.end() == 65536);
}

TEST_CASE("a point takes the range of its type") {
    point p;
    p.address = {register_table::input_registers, 52};
    p.format.type = register_kind::float32;
    CHECK(range_of(p) == table_range{register_table::input_registers, 52, 2});
    p.address.table = register_table::coils;
    CHECK(range_of(p) == table_range{register_table::coils, 52, 1});
}

TEST_CASE("intervals of different tables never meet") {
    const auto last = detail::interval_of({register_table::coils, 65535, 65535});
    const auto first = detail::interval_of({register_table::discrete_inputs, 0, 1});
    CHECK(last.end < first.begin);
}

TEST_CASE("sets of intervals agree with sets of entries") {
    std::mt19937 random{42};
    const auto some = [&] {
        std::vector<interval> out(random() % 6);
        for (auto& i : out) {
            i.begin = static_cast<std::uint32_t>(random() % 56);
            i.end = i.begin + static_cast<std::uint32_t>(random() % 8);
        }
        return out;
    };
    for (unsigned round = 0; round < 2000; ++round) {
        const auto a = some();
        const auto b = some();
        const auto set = detail::merged(a);
        CHECK(is_set(set));
        CHECK(entries(set) == entries(a));
        const auto left = detail::without(set, detail::merged(b));
        CHECK(is_set(left));
        auto wanted = entries(a);
        const auto taken = entries(b);
        for (std::size_t i = 0; i < wanted.size(); ++i)
            wanted[i] = wanted[i] && !taken[i];
        CHECK(entries(left) == wanted);
        for (const auto& i : b) {
            bool meets = false;
            for (auto at = i.begin; at < i.end; ++at)
                meets = meets || entries(a)[at];
            CHECK(detail::overlaps(set, i) == meets);
        }
    }
}
