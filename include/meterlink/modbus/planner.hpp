#pragma once

/// The planner: the cheapest requests that read all that is wanted.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <meterlink/modbus/read_cost.hpp>
#include <meterlink/modbus/table_range.hpp>

namespace meterlink::modbus {

/// What a device can, and cannot, be asked for.
struct device_caps {
    std::uint16_t max_registers = 125; ///< In one request; never more than 125.
    std::uint16_t max_bits = 2000;     ///< In one request; never more than 2000.
    /// The most entries in a row that may be read although nobody wants them. Without a value the cost
    /// decides.
    std::optional<std::uint16_t> max_register_hole = std::nullopt;
    std::optional<std::uint16_t> max_bit_hole = std::nullopt;
    /// Each range in a request of its own; only equal ones share it.
    bool one_request_per_range = false;
    /// Entries that no request may touch.
    std::vector<table_range> forbidden = {};
};

/// One request, and what it is for.
struct planned_read {
    table_range range;
    std::vector<std::size_t> wanted; ///< Indices of the wanted ranges that lie in it, by address.

    [[nodiscard]] friend bool operator==(const planned_read&, const planned_read&) noexcept = default;
};

/// All requests of a device, by table and address.
struct read_plan {
    std::vector<planned_read> reads;
    /// Indices of the wanted ranges that no request can read: empty ones, those beyond entry 65535 or with
    /// more entries than a request reads, and those that touch a forbidden entry.
    std::vector<std::size_t> impossible;
};

namespace detail {

inline std::uint16_t request_limit(register_table table, const device_caps& caps) noexcept {
    return std::min(max_read_quantity(table), holds_bits(table) ? caps.max_bits : caps.max_registers);
}

/// Finds the plan. A wanted range within another comes with it; what remains has starts and ends in the same
/// order, so that some best plan reads each remaining range with its neighbours in that order.
class planner {
public:
    planner(std::span<const table_range> wanted, const read_cost& cost, const device_caps& caps)
        : wanted_{wanted}, cost_{cost}, caps_{caps} {
        std::vector<interval> forbidden;
        for (const auto& range : caps.forbidden)
            forbidden.push_back(interval_of(range));
        forbidden_ = merged(std::move(forbidden));
    }

    read_plan plan() {
        read_plan out;
        for (std::size_t i = 0; i < wanted_.size(); ++i)
            (is_possible(wanted_[i]) ? order_ : out.impossible).push_back(i);
        const auto key = [this](std::size_t i) {
            const auto& range = wanted_[i];
            return std::tuple{range.table, range.start, ~range.end(), i};
        };
        std::sort(order_.begin(), order_.end(), [&](auto a, auto b) { return key(a) < key(b); });
        collect_items();
        find_cheapest();
        emit_reads(out.reads);
        return out;
    }

private:
    /// A range that no other contains, and how many of `order_` come before those within it.
    struct item {
        table_range range;
        std::size_t first = 0;
        bool joins_previous = false; ///< May share a request with the item before it.
    };

    /// The best way to read the first items: its cost, its requests, and the first item of the last request.
    struct best_way {
        std::uint64_t cost = 0;
        std::size_t requests = 0;
        std::size_t last_begins = 0;
    };

    bool is_possible(const table_range& range) const {
        return range.count > 0 && range.end() <= 65536 && range.count <= request_limit(range.table, caps_) &&
               !overlaps(forbidden_, interval_of(range));
    }

    bool may_join(const table_range& before, const table_range& after) const {
        if (caps_.one_request_per_range || before.table != after.table)
            return false;
        if (after.start <= before.end())
            return true;
        const auto& max_hole = holds_bits(after.table) ? caps_.max_bit_hole : caps_.max_register_hole;
        return (!max_hole || after.start - before.end() <= *max_hole) &&
               !overlaps(forbidden_, {interval_of(before).end, interval_of(after).begin});
    }

    void collect_items() {
        for (std::size_t i = 0; i < order_.size(); ++i) {
            const auto& range = wanted_[order_[i]];
            if (!items_.empty()) {
                const auto& last = items_.back().range;
                if (caps_.one_request_per_range ? last == range : last.contains(range))
                    continue;
            }
            items_.push_back({range, i, !items_.empty() && may_join(items_.back().range, range)});
        }
    }

    /// Each item is reached from those that fit into one request with it: at most 125, or 2000 of bits.
    void find_cheapest() {
        best_.resize(items_.size() + 1);
        for (std::size_t last = 0; last < items_.size(); ++last) {
            auto& best = best_[last + 1];
            best.cost = std::numeric_limits<std::uint64_t>::max();
            const auto& range = items_[last].range;
            for (auto first = last;; --first) {
                const auto count = range.end() - items_[first].range.start;
                if (count > request_limit(range.table, caps_))
                    break;
                const auto cost = best_[first].cost + cost_.of(range.table, count);
                const auto requests = best_[first].requests + 1;
                if (std::tie(cost, requests) < std::tie(best.cost, best.requests))
                    best = {cost, requests, first};
                if (!items_[first].joins_previous)
                    break;
            }
        }
    }

    void emit_reads(std::vector<planned_read>& reads) const {
        auto wanted_end = order_.size();
        for (auto end = items_.size(); end > 0; end = best_[end].last_begins) {
            const auto& begin = items_[best_[end].last_begins];
            planned_read read{begin.range, {}};
            read.range.count = static_cast<std::uint16_t>(items_[end - 1].range.end() - begin.range.start);
            for (auto i = begin.first; i < wanted_end; ++i)
                read.wanted.push_back(order_[i]);
            wanted_end = begin.first;
            reads.push_back(std::move(read));
        }
        std::reverse(reads.begin(), reads.end());
    }

    std::span<const table_range> wanted_;
    read_cost cost_;
    const device_caps& caps_;
    interval_set forbidden_;
    std::vector<std::size_t> order_;
    std::vector<item> items_;
    std::vector<best_way> best_;
};

} // namespace detail

/// The cheapest plan that reads all of `wanted` of one device, and of equally cheap ones one with the fewest
/// requests. No wanted range is divided: a counter read in two requests could be that of neither moment.
/// Takes at most 125 steps for each range, or 2000 for one of bits. The sum of all costs must stay below
/// 2^64, as those of `rtu_cost` do by far.
[[nodiscard]] inline read_plan plan_reads(std::span<const table_range> wanted, const read_cost& cost,
                                          const device_caps& caps = {}) {
    return detail::planner{wanted, cost, caps}.plan();
}

} // namespace meterlink::modbus
