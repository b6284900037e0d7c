#pragma once

/// First extension of the VIF codes, after FB (EN 13757-3:2018, table 14).

#include <array>

#include <meterlink/apl/tables/vif_row.hpp>

namespace meterlink::apl::tables {

/// Codes after FB, in the order of the standard.
// clang-format off
inline constexpr std::array vif_fb_rows{
    vif_row{0x00, 0x01, quantity::energy, unit::watt_hour, -1}.printed_in(6),
    vif_row{0x02, 0x03, quantity::reactive_energy, unit::var_hour, 0}.printed_in(3),
    vif_row{0x04, 0x05, quantity::apparent_energy, unit::volt_ampere_hour, 0}.printed_in(3),
    vif_row{0x08, 0x09, quantity::energy, unit::joule, -1}.printed_in(9),
    vif_row{0x0C, 0x0F, quantity::energy, unit::calorie, -1}.printed_in(6),
    vif_row{0x10, 0x11, quantity::volume, unit::cubic_metre, 2},
    vif_row{0x14, 0x17, quantity::reactive_power, unit::var, -3}.printed_in(3),
    vif_row{0x18, 0x19, quantity::mass, unit::kilogram, 2}.printed_in(3),
    vif_row{0x1A, 0x1B, quantity::relative_humidity, unit::percent, -1},
    vif_row{0x20, 0x20, quantity::volume, unit::cubic_foot, 0},
    vif_row{0x21, 0x21, quantity::volume, unit::cubic_foot, -1},
    vif_row{0x22, 0x22, quantity::volume, unit::us_gallon, -1}.historical(),
    vif_row{0x23, 0x23, quantity::volume, unit::us_gallon, 0}.historical(),
    vif_row{0x24, 0x24, quantity::volume_flow, unit::us_gallon_per_minute, -3}.historical(),
    vif_row{0x25, 0x25, quantity::volume_flow, unit::us_gallon_per_minute, 0}.historical(),
    vif_row{0x26, 0x26, quantity::volume_flow, unit::us_gallon_per_hour, 0}.historical(),
    vif_row{0x28, 0x29, quantity::power, unit::watt, -1}.printed_in(6),
    vif_row{0x2A, 0x2A, quantity::phase_voltage_to_voltage, unit::degree, -1},
    vif_row{0x2B, 0x2B, quantity::phase_voltage_to_current, unit::degree, -1},
    vif_row{0x2C, 0x2F, quantity::frequency, unit::hertz, -3},
    vif_row{0x30, 0x31, quantity::power, unit::joule_per_hour, -1}.printed_in(9),
    vif_row{0x34, 0x37, quantity::apparent_power, unit::volt_ampere, -3}.printed_in(3),
    vif_row{0x58, 0x5B, quantity::flow_temperature, unit::degree_fahrenheit, -3}.historical(),
    vif_row{0x5C, 0x5F, quantity::return_temperature, unit::degree_fahrenheit, -3}.historical(),
    vif_row{0x60, 0x63, quantity::temperature_difference, unit::degree_fahrenheit, -3}.historical(),
    vif_row{0x64, 0x67, quantity::external_temperature, unit::degree_fahrenheit, -3}.historical(),
    vif_row{0x68, 0x68, quantity::hca_rating_factor}.scaled_by(vif_scale::step_4096),
    vif_row{0x69, 0x69, quantity::hca_kq, unit::watt, 0},
    vif_row{0x6A, 0x6A, quantity::hca_kc}.scaled_by(vif_scale::step_4096),
    vif_row{0x6B, 0x6B, quantity::hca_kcr}.scaled_by(vif_scale::step_4096),
    vif_row{0x6C, 0x6C, quantity::hca_kch}.scaled_by(vif_scale::step_4096),
    vif_row{0x6D, 0x6D, quantity::hca_kt}.scaled_by(vif_scale::step_4096),
    vif_row{0x6E, 0x6E, quantity::hca_kd}.scaled_by(vif_scale::step_4096),
    vif_row{0x70, 0x73, quantity::temperature_limit, unit::degree_fahrenheit, -3}.historical(),
    vif_row{0x74, 0x77, quantity::temperature_limit, unit::degree_celsius, -3},
    vif_row{0x78, 0x7F, quantity::cumulative_maximum_power, unit::watt, -3},
};
// clang-format on

/// Lookup by the code after FB, without its extension bit.
inline constexpr auto vif_fb = expand(vif_fb_rows);

} // namespace meterlink::apl::tables
