#pragma once

/// Second extension of the VIF codes, after FD, and its own extension, after FD FD (EN 13757-3:2018, tables
/// 12, 13).

#include <array>

#include <meterlink/apl/tables/vif_row.hpp>

namespace meterlink::apl::tables {

/// Codes after FD, in the order of the standard.
// clang-format off
inline constexpr std::array vif_fd_rows{
    vif_row{0x00, 0x03, quantity::credit, unit::currency, -3},
    vif_row{0x04, 0x07, quantity::debit, unit::currency, -3},
    vif_row{0x08, 0x08, quantity::access_number}.of_type(data_type::unsigned_integer),
    vif_row{0x09, 0x09, quantity::device_type}.of_type(data_type::unsigned_integer),
    vif_row{0x0A, 0x0A, quantity::manufacturer}.of_type(data_type::unsigned_integer),
    vif_row{0x0B, 0x0B, quantity::parameter_set_identification}.of_type(data_type::unsigned_integer),
    vif_row{0x0C, 0x0C, quantity::model_version}.of_type(data_type::unsigned_integer),
    vif_row{0x0D, 0x0D, quantity::hardware_version}.of_type(data_type::unsigned_integer),
    vif_row{0x0E, 0x0E, quantity::firmware_version}.of_type(data_type::unsigned_integer),
    vif_row{0x0F, 0x0F, quantity::software_version}.of_type(data_type::unsigned_integer),
    vif_row{0x10, 0x10, quantity::customer_location}.of_type(data_type::unsigned_integer),
    vif_row{0x11, 0x11, quantity::customer}.of_type(data_type::unsigned_integer),
    vif_row{0x12, 0x12, quantity::access_code_user}.of_type(data_type::unsigned_integer),
    vif_row{0x13, 0x13, quantity::access_code_operator}.of_type(data_type::unsigned_integer),
    vif_row{0x14, 0x14, quantity::access_code_system_operator}.of_type(data_type::unsigned_integer),
    vif_row{0x15, 0x15, quantity::access_code_developer}.of_type(data_type::unsigned_integer),
    vif_row{0x16, 0x16, quantity::password}.of_type(data_type::unsigned_integer),
    vif_row{0x17, 0x17, quantity::error_flags}.of_type(data_type::bit_flags),
    vif_row{0x18, 0x18, quantity::error_mask}.of_type(data_type::bit_flags),
    vif_row{0x19, 0x19, quantity::security_key}.of_type(data_type::opaque),
    vif_row{0x1A, 0x1A, quantity::digital_output}.of_type(data_type::bit_flags),
    vif_row{0x1B, 0x1B, quantity::digital_input}.of_type(data_type::bit_flags),
    vif_row{0x1C, 0x1C, quantity::baud_rate, unit::baud}.of_type(data_type::unsigned_integer),
    vif_row{0x1D, 0x1D, quantity::response_delay, unit::bit_time}.of_type(data_type::unsigned_integer),
    vif_row{0x1E, 0x1E, quantity::retry}.of_type(data_type::unsigned_integer),
    vif_row{0x1F, 0x1F, quantity::remote_control}.of_type(data_type::bit_flags),
    vif_row{0x20, 0x20, quantity::first_storage_number}.of_type(data_type::unsigned_integer),
    vif_row{0x21, 0x21, quantity::last_storage_number}.of_type(data_type::unsigned_integer),
    vif_row{0x22, 0x22, quantity::storage_block_size}.of_type(data_type::unsigned_integer),
    vif_row{0x23, 0x23, quantity::tariff_subunit_descriptor}.of_type(data_type::unsigned_integer),
    vif_row{0x24, 0x27, quantity::storage_interval}.scaled_by(vif_scale::seconds_to_days),
    vif_row{0x28, 0x28, quantity::storage_interval, unit::month},
    vif_row{0x29, 0x29, quantity::storage_interval, unit::year},
    vif_row{0x2A, 0x2A, quantity::operator_data}.of_type(data_type::unsigned_integer),
    vif_row{0x2B, 0x2B, quantity::time_point_second, unit::second}.of_type(data_type::unsigned_integer),
    vif_row{0x2C, 0x2F, quantity::duration_since_readout}.scaled_by(vif_scale::seconds_to_days),
    vif_row{0x30, 0x30, quantity::tariff_start}.of_type(data_type::date_time),
    vif_row{0x31, 0x33, quantity::tariff_duration}.scaled_by(vif_scale::seconds_to_days),
    vif_row{0x34, 0x37, quantity::tariff_period}.scaled_by(vif_scale::seconds_to_days),
    vif_row{0x38, 0x38, quantity::tariff_period, unit::month},
    vif_row{0x39, 0x39, quantity::tariff_period, unit::year},
    vif_row{0x3A, 0x3A, quantity::dimensionless},
    vif_row{0x3B, 0x3B, quantity::wireless_container}.of_type(data_type::opaque),
    vif_row{0x3C, 0x3F, quantity::transmission_period}.scaled_by(vif_scale::seconds_to_days),
    vif_row{0x40, 0x4F, quantity::voltage, unit::volt, -9},
    vif_row{0x50, 0x5F, quantity::current, unit::ampere, -12},
    vif_row{0x60, 0x60, quantity::reset_counter}.of_type(data_type::unsigned_integer),
    vif_row{0x61, 0x61, quantity::cumulation_counter}.of_type(data_type::unsigned_integer),
    vif_row{0x62, 0x62, quantity::control_signal}.of_type(data_type::unsigned_integer),
    vif_row{0x63, 0x63, quantity::day_of_week}.of_type(data_type::unsigned_integer),
    vif_row{0x64, 0x64, quantity::week_number}.of_type(data_type::unsigned_integer),
    vif_row{0x65, 0x65, quantity::time_of_day_change}.of_type(data_type::unsigned_integer),
    vif_row{0x66, 0x66, quantity::parameter_activation_state}.of_type(data_type::unsigned_integer),
    vif_row{0x67, 0x67, quantity::supplier_information}.of_type(data_type::unsigned_integer),
    vif_row{0x68, 0x6B, quantity::duration_since_cumulation}.scaled_by(vif_scale::hours_to_years),
    vif_row{0x6C, 0x6F, quantity::battery_operating_time}.scaled_by(vif_scale::hours_to_years),
    vif_row{0x70, 0x70, quantity::battery_change}.of_type(data_type::date_time),
    vif_row{0x71, 0x71, quantity::rf_level, unit::decibel_milliwatt},
    vif_row{0x72, 0x72, quantity::daylight_saving}.of_type(data_type::opaque),
    vif_row{0x73, 0x73, quantity::listening_window}.of_type(data_type::opaque),
    vif_row{0x74, 0x74, quantity::remaining_battery_life, unit::day}.of_type(data_type::unsigned_integer),
    vif_row{0x75, 0x75, quantity::meter_stops}.of_type(data_type::unsigned_integer),
    vif_row{0x76, 0x76, quantity::manufacturer_container}.of_type(data_type::opaque),
};

/// Codes after FD FD.
inline constexpr std::array vif_fd_fd_rows{
    vif_row{0x00, 0x00, quantity::selected_application}.of_type(data_type::unsigned_integer),
    vif_row{0x02, 0x02, quantity::remaining_battery_life, unit::month}.of_type(data_type::unsigned_integer),
    vif_row{0x03, 0x03, quantity::remaining_battery_life, unit::year}.of_type(data_type::unsigned_integer),
};
// clang-format on

/// Lookup by the code after FD, without its extension bit.
inline constexpr auto vif_fd = expand(vif_fd_rows);

/// Lookup by the code after FD FD, without its extension bit.
inline constexpr auto vif_fd_fd = expand(vif_fd_fd_rows);

} // namespace meterlink::apl::tables
