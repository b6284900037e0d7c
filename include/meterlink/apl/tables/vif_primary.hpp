#pragma once

/// Primary VIF codes (EN 13757-3:2018, table 10).

#include <array>

#include <meterlink/apl/tables/vif_row.hpp>

namespace meterlink::apl::tables {

/// Primary codes, in the order of the standard.
// clang-format off
inline constexpr std::array vif_primary_rows{
    vif_row{0x00, 0x07, quantity::energy, unit::watt_hour, -3},
    vif_row{0x08, 0x0F, quantity::energy, unit::joule, 0},
    vif_row{0x10, 0x17, quantity::volume, unit::cubic_metre, -6},
    vif_row{0x18, 0x1F, quantity::mass, unit::kilogram, -3},
    vif_row{0x20, 0x23, quantity::on_time}.scaled_by(vif_scale::seconds_to_days),
    vif_row{0x24, 0x27, quantity::operating_time}.scaled_by(vif_scale::seconds_to_days),
    vif_row{0x28, 0x2F, quantity::power, unit::watt, -3},
    vif_row{0x30, 0x37, quantity::power, unit::joule_per_hour, 0},
    vif_row{0x38, 0x3F, quantity::volume_flow, unit::cubic_metre_per_hour, -6},
    vif_row{0x40, 0x47, quantity::volume_flow, unit::cubic_metre_per_minute, -7},
    vif_row{0x48, 0x4F, quantity::volume_flow, unit::cubic_metre_per_second, -9},
    vif_row{0x50, 0x57, quantity::mass_flow, unit::kilogram_per_hour, -3},
    vif_row{0x58, 0x5B, quantity::flow_temperature, unit::degree_celsius, -3},
    vif_row{0x5C, 0x5F, quantity::return_temperature, unit::degree_celsius, -3},
    vif_row{0x60, 0x63, quantity::temperature_difference, unit::kelvin, -3},
    vif_row{0x64, 0x67, quantity::external_temperature, unit::degree_celsius, -3},
    vif_row{0x68, 0x6B, quantity::pressure, unit::bar, -3},
    vif_row{0x6C, 0x6C, quantity::date}.of_type(data_type::date),
    vif_row{0x6D, 0x6D, quantity::date_time}.of_type(data_type::date_time),
    vif_row{0x6E, 0x6E, quantity::heat_cost_allocation, unit::hca_unit, 0},
    vif_row{0x6F, 0x6F, quantity::reserved},
    vif_row{0x70, 0x73, quantity::averaging_duration}.scaled_by(vif_scale::seconds_to_days),
    vif_row{0x74, 0x77, quantity::actuality_duration}.scaled_by(vif_scale::seconds_to_days),
    vif_row{0x78, 0x78, quantity::fabrication_number}.of_type(data_type::unsigned_integer),
    vif_row{0x79, 0x79, quantity::enhanced_identification}.of_type(data_type::unsigned_integer),
    vif_row{0x7A, 0x7A, quantity::address}.of_type(data_type::unsigned_integer),
    vif_row{0x7C, 0x7C, quantity::plain_text},
    vif_row{0x7E, 0x7E, quantity::any},
    vif_row{0x7F, 0x7F, quantity::manufacturer_specific},
};
// clang-format on

/// Lookup by VIF without its extension bit. FB and FD lead to tables of their own.
inline constexpr auto vif_primary = expand(vif_primary_rows);

} // namespace meterlink::apl::tables
