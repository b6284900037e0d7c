#pragma once

/// The shape of a row of the VIF tables, and their expansion to a lookup by code.

#include <array>
#include <cstddef>
#include <cstdint>

#include <meterlink/apl/data_type.hpp>
#include <meterlink/apl/measurement.hpp>
#include <meterlink/apl/tables/overlap.hpp>
#include <meterlink/core/quantity.hpp>
#include <meterlink/core/unit.hpp>

namespace meterlink::apl::tables {

/// How the low bits of the code change the meaning within a range.
enum class vif_scale : std::uint8_t {
    decade,          ///< Each step is a factor of ten.
    seconds_to_days, ///< nn: s, min, h, d
    hours_to_years,  ///< pp: h, d, month, year
    step_4096,       ///< One code; the value counts 1/4096 (2^-12).
};

/// One range of VIF codes, as the standard prints it: the exponent is that of the first code.
struct vif_row {
    std::uint8_t first;
    std::uint8_t last;
    meterlink::quantity quantity;
    meterlink::unit unit = unit::none;
    std::int8_t exponent10 = 0; ///< Of the first code, relative to the canonical unit.
    std::int8_t prefix10 = 0;   ///< Power of ten of the unit as printed there: 6 for MWh.
    data_type type = data_type::signed_integer;
    vif_scale scale = vif_scale::decade;
    bool is_historical = false; ///< Only in editions before 2004.

    /// The unit as the standard prints it is 10^`power` canonical ones; the exponent was given in it.
    [[nodiscard]] consteval vif_row printed_in(int power) const {
        auto row = *this;
        row.prefix10 = static_cast<std::int8_t>(power);
        row.exponent10 = static_cast<std::int8_t>(row.exponent10 + power);
        return row;
    }
    /// The octets are read as `wanted`, not as a signed number.
    [[nodiscard]] consteval vif_row of_type(data_type wanted) const {
        auto row = *this;
        row.type = wanted;
        return row;
    }
    /// The low bits of the code mean something else than a factor of ten.
    [[nodiscard]] consteval vif_row scaled_by(vif_scale wanted) const {
        auto row = *this;
        row.scale = wanted;
        return row;
    }
    /// The row stands in no edition since 2004: such codes are read and never written.
    [[nodiscard]] consteval vif_row historical() const {
        auto row = *this;
        row.is_historical = true;
        return row;
    }
};

/// What `code` means within `row`.
constexpr measurement resolve(const vif_row& row, std::uint8_t code) noexcept {
    constexpr std::array short_units{unit::second, unit::minute, unit::hour, unit::day};
    constexpr std::array long_units{unit::hour, unit::day, unit::month, unit::year};
    measurement out;
    out.quantity = row.quantity;
    out.unit = row.unit;
    out.exponent10 = row.exponent10;
    out.prefix10 = row.prefix10;
    out.type = row.type;
    out.counts_4096th = row.scale == vif_scale::step_4096;
    out.is_historical = row.is_historical;
    if (row.scale == vif_scale::decade)
        out.exponent10 = static_cast<std::int8_t>(row.exponent10 + (code - row.first));
    if (row.scale == vif_scale::seconds_to_days)
        out.unit = short_units[code & 0x03U];
    if (row.scale == vif_scale::hours_to_years)
        out.unit = long_units[code & 0x03U];
    return out;
}

/// Lookup by the seven code bits; codes that no row covers are reserved. Overlapping rows do not compile.
template <std::size_t Rows>
consteval std::array<measurement, 128> expand(const std::array<vif_row, Rows>& rows) {
    std::array<measurement, 128> entries{};
    std::array<bool, 128> is_covered{};
    for (const auto& row : rows)
        for (unsigned code = row.first; code <= row.last; ++code) {
            if (is_covered[code])
                two_rows_cover_the_same_code();
            is_covered[code] = true;
            entries[code] = resolve(row, static_cast<std::uint8_t>(code));
        }
    return entries;
}

} // namespace meterlink::apl::tables
