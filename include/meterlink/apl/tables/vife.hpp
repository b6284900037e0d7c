#pragma once

/// Combinable VIFE codes (EN 13757-3:2018, tables 15, 16), and what 00..1F mean in either direction (tables
/// 17, 18).

#include <array>
#include <cstddef>

#include <meterlink/apl/tables/vife_row.hpp>

namespace meterlink::apl::tables {

/// Codes that stand in telegrams from the meter, in the order of the standard.
// clang-format off
inline constexpr std::array vife_rows{
    vife_row{0x00, 0x00, "no_error"},
    vife_row{0x01, 0x01, "too_many_dife", vife_effect::record_error},
    vife_row{0x02, 0x02, "storage_not_available", vife_effect::record_error},
    vife_row{0x03, 0x03, "subunit_not_available", vife_effect::record_error},
    vife_row{0x04, 0x04, "tariff_not_available", vife_effect::record_error},
    vife_row{0x05, 0x05, "function_not_available", vife_effect::record_error},
    vife_row{0x06, 0x06, "data_class_not_available", vife_effect::record_error},
    vife_row{0x07, 0x07, "data_size_not_available", vife_effect::record_error},
    vife_row{0x0B, 0x0B, "too_many_vife", vife_effect::record_error},
    vife_row{0x0C, 0x0C, "illegal_vif_group", vife_effect::record_error},
    vife_row{0x0D, 0x0D, "illegal_vif_exponent", vife_effect::record_error},
    vife_row{0x0E, 0x0E, "vif_dif_mismatch", vife_effect::record_error},
    vife_row{0x0F, 0x0F, "action_not_available", vife_effect::record_error},
    vife_row{0x12, 0x12, "average"},
    vife_row{0x13, 0x13, "inverse_compact_profile", vife_effect::profile},
    vife_row{0x14, 0x14, "relative_deviation"},
    vife_row{0x15, 0x15, "no_data_available", vife_effect::record_error},
    vife_row{0x16, 0x16, "data_overflow", vife_effect::record_error},
    vife_row{0x17, 0x17, "data_underflow", vife_effect::record_error},
    vife_row{0x18, 0x18, "data_error", vife_effect::record_error},
    vife_row{0x1C, 0x1C, "premature_end_of_record", vife_effect::record_error},
    vife_row{0x1D, 0x1D, "standard_conform_content"},
    vife_row{0x1E, 0x1E, "compact_profile_with_register_numbers", vife_effect::profile},
    vife_row{0x1F, 0x1F, "compact_profile", vife_effect::profile},
    vife_row{0x20, 0x20, "per_second", vife_effect::label, 0, "/s"},
    vife_row{0x21, 0x21, "per_minute", vife_effect::label, 0, "/min"},
    vife_row{0x22, 0x22, "per_hour", vife_effect::label, 0, "/h"},
    vife_row{0x23, 0x23, "per_day", vife_effect::label, 0, "/d"},
    vife_row{0x24, 0x24, "per_week", vife_effect::label, 0, "/week"},
    vife_row{0x25, 0x25, "per_month", vife_effect::label, 0, "/month"},
    vife_row{0x26, 0x26, "per_year", vife_effect::label, 0, "/year"},
    vife_row{0x27, 0x27, "per_revolution", vife_effect::label, 0, "/revolution"},
    vife_row{0x28, 0x28, "increment_per_input_pulse_0", vife_effect::label, 0, "/pulse"},
    vife_row{0x29, 0x29, "increment_per_input_pulse_1", vife_effect::label, 0, "/pulse"},
    vife_row{0x2A, 0x2A, "increment_per_output_pulse_0", vife_effect::label, 0, "/pulse"},
    vife_row{0x2B, 0x2B, "increment_per_output_pulse_1", vife_effect::label, 0, "/pulse"},
    vife_row{0x2C, 0x2C, "per_litre", vife_effect::label, 0, "/l"},
    vife_row{0x2D, 0x2D, "per_cubic_metre", vife_effect::label, 0, "/m3"},
    vife_row{0x2E, 0x2E, "per_kilogram", vife_effect::label, 0, "/kg"},
    vife_row{0x2F, 0x2F, "per_kelvin", vife_effect::label, 0, "/K"},
    vife_row{0x30, 0x30, "per_kilowatt_hour", vife_effect::label, 0, "/kWh"},
    vife_row{0x31, 0x31, "per_gigajoule", vife_effect::label, 0, "/GJ"},
    vife_row{0x32, 0x32, "per_kilowatt", vife_effect::label, 0, "/kW"},
    vife_row{0x33, 0x33, "per_kelvin_litre", vife_effect::label, 0, "/(K*l)"},
    vife_row{0x34, 0x34, "per_volt", vife_effect::label, 0, "/V"},
    vife_row{0x35, 0x35, "per_ampere", vife_effect::label, 0, "/A"},
    vife_row{0x36, 0x36, "multiplied_by_second", vife_effect::label, 0, "*s"},
    vife_row{0x37, 0x37, "multiplied_by_second_per_volt", vife_effect::label, 0, "*s/V"},
    vife_row{0x38, 0x38, "multiplied_by_second_per_ampere", vife_effect::label, 0, "*s/A"},
    vife_row{0x39, 0x39, "start_date_of", vife_effect::date},
    vife_row{0x3A, 0x3A, "uncorrected"},
    vife_row{0x3B, 0x3B, "positive_contributions"},
    vife_row{0x3C, 0x3C, "negative_contributions"},
    vife_row{0x3D, 0x3D, "non_metric_unit", vife_effect::other_unit},
    vife_row{0x3E, 0x3E, "at_base_conditions"},
    vife_row{0x3F, 0x3F, "obis_declaration"},
    vife_row{0x40, 0x40, "lower_limit"},
    vife_row{0x41, 0x41, "lower_limit_exceed_count", vife_effect::count},
    vife_row{0x42, 0x42, "first_lower_limit_exceed_begin", vife_effect::date},
    vife_row{0x43, 0x43, "first_lower_limit_exceed_end", vife_effect::date},
    vife_row{0x46, 0x46, "last_lower_limit_exceed_begin", vife_effect::date},
    vife_row{0x47, 0x47, "last_lower_limit_exceed_end", vife_effect::date},
    vife_row{0x48, 0x48, "upper_limit"},
    vife_row{0x49, 0x49, "upper_limit_exceed_count", vife_effect::count},
    vife_row{0x4A, 0x4A, "first_upper_limit_exceed_begin", vife_effect::date},
    vife_row{0x4B, 0x4B, "first_upper_limit_exceed_end", vife_effect::date},
    vife_row{0x4E, 0x4E, "last_upper_limit_exceed_begin", vife_effect::date},
    vife_row{0x4F, 0x4F, "last_upper_limit_exceed_end", vife_effect::date},
    vife_row{0x50, 0x53, "first_lower_limit_exceed_duration", vife_effect::duration},
    vife_row{0x54, 0x57, "last_lower_limit_exceed_duration", vife_effect::duration},
    vife_row{0x58, 0x5B, "first_upper_limit_exceed_duration", vife_effect::duration},
    vife_row{0x5C, 0x5F, "last_upper_limit_exceed_duration", vife_effect::duration},
    vife_row{0x60, 0x63, "first_duration", vife_effect::duration},
    vife_row{0x64, 0x67, "last_duration", vife_effect::duration},
    vife_row{0x68, 0x68, "value_during_lower_limit_exceed"},
    vife_row{0x69, 0x69, "leakage"},
    vife_row{0x6A, 0x6A, "first_begin", vife_effect::date},
    vife_row{0x6B, 0x6B, "first_end", vife_effect::date},
    vife_row{0x6C, 0x6C, "value_during_upper_limit_exceed"},
    vife_row{0x6D, 0x6D, "overflow"},
    vife_row{0x6E, 0x6E, "last_begin", vife_effect::date},
    vife_row{0x6F, 0x6F, "last_end", vife_effect::date},
    vife_row{0x70, 0x77, "multiplicative_correction", vife_effect::exponent, -6},
    vife_row{0x78, 0x7B, "additive_correction", vife_effect::offset, -3},
    vife_row{0x7C, 0x7C, "extension", vife_effect::extension},
    vife_row{0x7D, 0x7D, "multiplied_by_1000", vife_effect::exponent, 3},
    vife_row{0x7E, 0x7E, "future_value"},
    vife_row{0x7F, 0x7F, "manufacturer_specific", vife_effect::manufacturer},
};

/// Codes 00..0D in a command to the meter: what to do with the value.
inline constexpr std::array vife_action_rows{
    vife_row{0x00, 0x00, "write"},
    vife_row{0x01, 0x01, "add_value"},
    vife_row{0x02, 0x02, "subtract_value"},
    vife_row{0x03, 0x03, "or"},
    vife_row{0x04, 0x04, "and"},
    vife_row{0x05, 0x05, "exclusive_or"},
    vife_row{0x06, 0x06, "and_not"},
    vife_row{0x07, 0x07, "clear"},
    vife_row{0x08, 0x08, "add_entry"},
    vife_row{0x09, 0x09, "delete_entry"},
    vife_row{0x0A, 0x0A, "delayed_action"},
    vife_row{0x0B, 0x0B, "freeze"},
    vife_row{0x0C, 0x0C, "add_to_readout"},
    vife_row{0x0D, 0x0D, "remove_from_readout"},
};

/// Codes after FC.
inline constexpr std::array vife_extension_rows{
    vife_row{0x01, 0x01, "at_phase_l1"},
    vife_row{0x02, 0x02, "at_phase_l2"},
    vife_row{0x03, 0x03, "at_phase_l3"},
    vife_row{0x04, 0x04, "at_neutral"},
    vife_row{0x05, 0x05, "between_l1_l2"},
    vife_row{0x06, 0x06, "between_l2_l3"},
    vife_row{0x07, 0x07, "between_l3_l1"},
    vife_row{0x08, 0x08, "quadrant_1"},
    vife_row{0x09, 0x09, "quadrant_2"},
    vife_row{0x0A, 0x0A, "quadrant_3"},
    vife_row{0x0B, 0x0B, "quadrant_4"},
    vife_row{0x0C, 0x0C, "import_minus_export"},
    vife_row{0x10, 0x10, "absolute_contributions"},
    vife_row{0x11, 0x11, "unsigned", vife_effect::unsigned_type},
    vife_row{0x12, 0x12, "bit_flags", vife_effect::flags_type},
    vife_row{0x14, 0x14, "from_partner_to_meter"},
    vife_row{0x15, 0x15, "from_meter_to_partner"},
};
// clang-format on

/// Codes from the meter, by the seven code bits.
inline constexpr auto vife_from_meter = expand(vife_rows);
/// Codes after FC, by the seven code bits.
inline constexpr auto vife_extension = expand(vife_extension_rows);

/// Any code after FF, or after VIF 7F.
inline constexpr vife_entry vife_of_manufacturer{"manufacturer_specific", {}, vife_effect::label, 0, true};

/// Codes to the meter, by the seven code bits: as `vife_from_meter`, but 00..0F are the actions.
inline constexpr auto vife_to_meter = [] {
    auto entries = vife_from_meter;
    const auto actions = expand(vife_action_rows);
    for (std::size_t code = 0; code <= 0x0F; ++code)
        entries[code] = actions[code];
    return entries;
}();

} // namespace meterlink::apl::tables
