#pragma once

/// Neighbouring entries of one table: what a point takes, and what a request reads.

#include <cstdint>

#include <meterlink/modbus/detail/intervals.hpp>
#include <meterlink/modbus/point.hpp>
#include <meterlink/modbus/register_table.hpp>

namespace meterlink::modbus {

/// `count` entries of `table` from `start` on, counted from 0.
struct table_range {
    register_table table = register_table::holding_registers;
    std::uint16_t start = 0;
    std::uint16_t count = 1;

    /// Behind the last entry: up to 65536, and beyond that in a range that cannot be.
    [[nodiscard]] constexpr std::uint32_t end() const noexcept { return std::uint32_t{start} + count; }

    /// Whether all of `other` is in this range.
    [[nodiscard]] constexpr bool contains(const table_range& other) const noexcept {
        return table == other.table && start <= other.start && other.end() <= end();
    }

    [[nodiscard]] friend constexpr bool operator==(const table_range&, const table_range&) noexcept = default;
};

/// The entries that `p` takes.
[[nodiscard]] constexpr table_range range_of(const point& p) noexcept {
    return {p.address.table, p.address.offset, static_cast<std::uint16_t>(p.width())};
}

namespace detail {

/// The range on the axis of all tables, each of which has room for the longest range from its last entry.
constexpr interval interval_of(const table_range& range) noexcept {
    const auto base = static_cast<std::uint32_t>(range.table) << 17U;
    return {base + range.start, base + range.end()};
}

/// The way back, for an interval within one table.
constexpr table_range range_of(const interval& entries) noexcept {
    return {static_cast<register_table>(entries.begin >> 17U), static_cast<std::uint16_t>(entries.begin),
            static_cast<std::uint16_t>(entries.end - entries.begin)};
}

} // namespace detail

} // namespace meterlink::modbus
