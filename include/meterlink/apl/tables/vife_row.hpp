#pragma once

/// The shape of a row of the VIFE tables, and their expansion to a lookup by code.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <meterlink/apl/tables/overlap.hpp>

namespace meterlink::apl::tables {

/// What a VIFE does to the value, its unit or its data type.
enum class vife_effect : std::uint8_t {
    label,         ///< Says something about the value; the value stays.
    record_error,  ///< The meter could not deliver the value.
    exponent,      ///< Multiplies the value by 10^argument; one more with each code of the range.
    offset,        ///< Adds 10^argument times the unit as printed; one more with each code of the range.
    other_unit,    ///< The value is not in the unit of the VIF; which one it is, is not known here.
    count,         ///< The value is a plain count.
    date,          ///< The value is a date, or a date and time.
    duration,      ///< The value is a duration; nn says in what unit.
    profile,       ///< The value is a compact profile.
    unsigned_type, ///< The data is of type C.
    flags_type,    ///< The data is of type D.
    extension,     ///< FC: the next code comes from another table.
    manufacturer,  ///< All codes that follow are the manufacturer's own.
};

/// One range of VIFE codes, as the standard prints it.
struct vife_row {
    std::uint8_t first;
    std::uint8_t last;
    std::string_view name;
    vife_effect effect = vife_effect::label;
    std::int8_t argument = 0;
    std::string_view unit_suffix{}; ///< Behind the unit: "/h" makes m3 m3/h.
};

/// What one code means.
struct vife_entry {
    std::string_view name = "reserved";
    std::string_view unit_suffix{};
    vife_effect effect = vife_effect::label;
    std::int8_t argument = 0;
    bool is_listed = false; ///< False for codes that no row covers.
};

/// Lookup by the seven code bits; overlapping rows do not compile.
template <std::size_t Rows>
consteval std::array<vife_entry, 128> expand(const std::array<vife_row, Rows>& rows) {
    std::array<vife_entry, 128> entries{};
    for (const auto& row : rows)
        for (unsigned code = row.first; code <= row.last; ++code) {
            if (entries[code].is_listed)
                two_rows_cover_the_same_code();
            const bool steps = row.effect == vife_effect::exponent || row.effect == vife_effect::offset;
            const int argument = row.argument + (steps ? static_cast<int>(code - row.first) : 0);
            entries[code] = {row.name, row.unit_suffix, row.effect, static_cast<std::int8_t>(argument), true};
        }
    return entries;
}

} // namespace meterlink::apl::tables
