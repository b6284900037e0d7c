#pragma once

/// Sets of entries as sorted intervals that neither touch nor overlap; all four tables on one axis.

#include <algorithm>
#include <cstdint>
#include <vector>

namespace meterlink::modbus::detail {

/// Entries `begin` up to `end`.
struct interval {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

using interval_set = std::vector<interval>;

/// Any intervals as a set.
inline interval_set merged(std::vector<interval> any) {
    std::sort(any.begin(), any.end(), [](interval a, interval b) { return a.begin < b.begin; });
    interval_set out;
    for (const auto& next : any) {
        if (next.begin == next.end)
            continue;
        if (!out.empty() && next.begin <= out.back().end)
            out.back().end = std::max(out.back().end, next.end);
        else
            out.push_back(next);
    }
    return out;
}

/// Whether an entry of `range` is in `set`.
inline bool overlaps(const interval_set& set, interval range) {
    if (range.begin == range.end)
        return false;
    const auto after = std::partition_point(set.begin(), set.end(),
                                            [&](interval other) { return other.end <= range.begin; });
    return after != set.end() && after->begin < range.end;
}

/// What of `set` is not in `taken`.
inline interval_set without(const interval_set& set, const interval_set& taken) {
    interval_set out;
    auto next = taken.begin();
    for (auto rest : set) {
        while (next != taken.end() && next->end <= rest.begin)
            ++next;
        for (auto cut = next; cut != taken.end() && cut->begin < rest.end; ++cut) {
            if (cut->begin > rest.begin)
                out.push_back({rest.begin, cut->begin});
            rest.begin = std::min(cut->end, rest.end);
        }
        if (rest.begin < rest.end)
            out.push_back(rest);
    }
    return out;
}

} // namespace meterlink::modbus::detail
