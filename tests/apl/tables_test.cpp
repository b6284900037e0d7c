#include <meterlink/apl/tables/vif_fb.hpp>
#include <meterlink/apl/tables/vif_fd.hpp>
#include <meterlink/apl/tables/vif_primary.hpp>
#include <meterlink/apl/tables/vife.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <meterlink/core/quantity.hpp>
#include <meterlink/core/unit.hpp>

#include "support/catch.hpp"

// The expectations were written from the tables of the standard, in its own units, before they were compared
// with the code: each row gives the exponent of its first code in the unit as it is printed there.

using namespace meterlink;
using namespace meterlink::apl;
using namespace meterlink::apl::tables;

namespace {

struct printed_row {
    unsigned first;
    unsigned last;
    std::string_view quantity;
    std::string_view unit = "";
    int exponent = 0;
    char type = 'B'; // B, C, D as in the standard; G date, F date and time, x octets as they are
    std::string_view note = "";
};

struct printed_unit {
    std::string_view printed;
    meterlink::unit canonical;
    int power = 0;
};

// clang-format off
constexpr std::array printed_units{
    printed_unit{"", unit::none}, printed_unit{"Wh", unit::watt_hour}, printed_unit{"MWh", unit::watt_hour, 6},
    printed_unit{"J", unit::joule}, printed_unit{"GJ", unit::joule, 9}, printed_unit{"Mcal", unit::calorie, 6},
    printed_unit{"kvarh", unit::var_hour, 3}, printed_unit{"kVAh", unit::volt_ampere_hour, 3},
    printed_unit{"kvar", unit::var, 3}, printed_unit{"kVA", unit::volt_ampere, 3},
    printed_unit{"m3", unit::cubic_metre}, printed_unit{"ft3", unit::cubic_foot}, printed_unit{"gal", unit::us_gallon},
    printed_unit{"kg", unit::kilogram}, printed_unit{"t", unit::kilogram, 3},
    printed_unit{"s", unit::second}, printed_unit{"min", unit::minute}, printed_unit{"h", unit::hour},
    printed_unit{"d", unit::day}, printed_unit{"month", unit::month}, printed_unit{"year", unit::year},
    printed_unit{"W", unit::watt}, printed_unit{"MW", unit::watt, 6},
    printed_unit{"J/h", unit::joule_per_hour}, printed_unit{"GJ/h", unit::joule_per_hour, 9},
    printed_unit{"m3/h", unit::cubic_metre_per_hour}, printed_unit{"m3/min", unit::cubic_metre_per_minute},
    printed_unit{"m3/s", unit::cubic_metre_per_second}, printed_unit{"gal/min", unit::us_gallon_per_minute},
    printed_unit{"gal/h", unit::us_gallon_per_hour}, printed_unit{"kg/h", unit::kilogram_per_hour},
    printed_unit{"degC", unit::degree_celsius}, printed_unit{"degF", unit::degree_fahrenheit},
    printed_unit{"K", unit::kelvin}, printed_unit{"bar", unit::bar}, printed_unit{"%", unit::percent},
    printed_unit{"V", unit::volt}, printed_unit{"A", unit::ampere}, printed_unit{"Hz", unit::hertz},
    printed_unit{"deg", unit::degree}, printed_unit{"HCA", unit::hca_unit}, printed_unit{"currency", unit::currency},
    printed_unit{"dBm", unit::decibel_milliwatt}, printed_unit{"bit_time", unit::bit_time}, printed_unit{"Bd", unit::baud},
};

const std::vector<printed_row> primary{
    {0x00, 0x07, "energy", "Wh", -3},
    {0x08, 0x0F, "energy", "J", 0},
    {0x10, 0x17, "volume", "m3", -6},
    {0x18, 0x1F, "mass", "kg", -3},
    {0x20, 0x20, "on_time", "s"}, {0x21, 0x21, "on_time", "min"}, {0x22, 0x22, "on_time", "h"}, {0x23, 0x23, "on_time", "d"},
    {0x24, 0x24, "operating_time", "s"}, {0x25, 0x25, "operating_time", "min"}, {0x26, 0x26, "operating_time", "h"}, {0x27, 0x27, "operating_time", "d"},
    {0x28, 0x2F, "power", "W", -3},
    {0x30, 0x37, "power", "J/h", 0},
    {0x38, 0x3F, "volume_flow", "m3/h", -6},
    {0x40, 0x47, "volume_flow", "m3/min", -7},
    {0x48, 0x4F, "volume_flow", "m3/s", -9},
    {0x50, 0x57, "mass_flow", "kg/h", -3},
    {0x58, 0x5B, "flow_temperature", "degC", -3},
    {0x5C, 0x5F, "return_temperature", "degC", -3},
    {0x60, 0x63, "temperature_difference", "K", -3},
    {0x64, 0x67, "external_temperature", "degC", -3},
    {0x68, 0x6B, "pressure", "bar", -3},
    {0x6C, 0x6C, "date", "", 0, 'G'},
    {0x6D, 0x6D, "date_time", "", 0, 'F'},
    {0x6E, 0x6E, "heat_cost_allocation", "HCA", 0},
    {0x70, 0x70, "averaging_duration", "s"}, {0x71, 0x71, "averaging_duration", "min"}, {0x72, 0x72, "averaging_duration", "h"}, {0x73, 0x73, "averaging_duration", "d"},
    {0x74, 0x74, "actuality_duration", "s"}, {0x75, 0x75, "actuality_duration", "min"}, {0x76, 0x76, "actuality_duration", "h"}, {0x77, 0x77, "actuality_duration", "d"},
    {0x78, 0x78, "fabrication_number", "", 0, 'C'},
    {0x79, 0x79, "enhanced_identification", "", 0, 'C'},
    {0x7A, 0x7A, "address", "", 0, 'C'},
    {0x7C, 0x7C, "plain_text"},
    {0x7E, 0x7E, "any"},
    {0x7F, 0x7F, "manufacturer_specific"},
};

const std::vector<printed_row> after_fb{
    {0x00, 0x01, "energy", "MWh", -1},
    {0x02, 0x03, "reactive_energy", "kvarh", 0},
    {0x04, 0x05, "apparent_energy", "kVAh", 0},
    {0x08, 0x09, "energy", "GJ", -1},
    {0x0C, 0x0F, "energy", "Mcal", -1},
    {0x10, 0x11, "volume", "m3", 2},
    {0x14, 0x17, "reactive_power", "kvar", -3},
    {0x18, 0x19, "mass", "t", 2},
    {0x1A, 0x1B, "relative_humidity", "%", -1},
    {0x20, 0x20, "volume", "ft3", 0},
    {0x21, 0x21, "volume", "ft3", -1},
    {0x22, 0x22, "volume", "gal", -1, 'B', "historical"},
    {0x23, 0x23, "volume", "gal", 0, 'B', "historical"},
    {0x24, 0x24, "volume_flow", "gal/min", -3, 'B', "historical"},
    {0x25, 0x25, "volume_flow", "gal/min", 0, 'B', "historical"},
    {0x26, 0x26, "volume_flow", "gal/h", 0, 'B', "historical"},
    {0x28, 0x29, "power", "MW", -1},
    {0x2A, 0x2A, "phase_voltage_to_voltage", "deg", -1},
    {0x2B, 0x2B, "phase_voltage_to_current", "deg", -1},
    {0x2C, 0x2F, "frequency", "Hz", -3},
    {0x30, 0x31, "power", "GJ/h", -1},
    {0x34, 0x37, "apparent_power", "kVA", -3},
    {0x58, 0x5B, "flow_temperature", "degF", -3, 'B', "historical"},
    {0x5C, 0x5F, "return_temperature", "degF", -3, 'B', "historical"},
    {0x60, 0x63, "temperature_difference", "degF", -3, 'B', "historical"},
    {0x64, 0x67, "external_temperature", "degF", -3, 'B', "historical"},
    {0x68, 0x68, "hca_rating_factor", "", 0, 'B', "4096th"},
    {0x69, 0x69, "hca_kq", "W", 0},
    {0x6A, 0x6A, "hca_kc", "", 0, 'B', "4096th"},
    {0x6B, 0x6B, "hca_kcr", "", 0, 'B', "4096th"},
    {0x6C, 0x6C, "hca_kch", "", 0, 'B', "4096th"},
    {0x6D, 0x6D, "hca_kt", "", 0, 'B', "4096th"},
    {0x6E, 0x6E, "hca_kd", "", 0, 'B', "4096th"},
    {0x70, 0x73, "temperature_limit", "degF", -3, 'B', "historical"},
    {0x74, 0x77, "temperature_limit", "degC", -3},
    {0x78, 0x7F, "cumulative_maximum_power", "W", -3},
};

// Type C for what identifies or counts: neither is ever negative.
const std::vector<printed_row> after_fd{
    {0x00, 0x03, "credit", "currency", -3},
    {0x04, 0x07, "debit", "currency", -3},
    {0x08, 0x08, "access_number", "", 0, 'C'},
    {0x09, 0x09, "device_type", "", 0, 'C'},
    {0x0A, 0x0A, "manufacturer", "", 0, 'C'},
    {0x0B, 0x0B, "parameter_set_identification", "", 0, 'C'},
    {0x0C, 0x0C, "model_version", "", 0, 'C'},
    {0x0D, 0x0D, "hardware_version", "", 0, 'C'},
    {0x0E, 0x0E, "firmware_version", "", 0, 'C'},
    {0x0F, 0x0F, "software_version", "", 0, 'C'},
    {0x10, 0x10, "customer_location", "", 0, 'C'},
    {0x11, 0x11, "customer", "", 0, 'C'},
    {0x12, 0x12, "access_code_user", "", 0, 'C'},
    {0x13, 0x13, "access_code_operator", "", 0, 'C'},
    {0x14, 0x14, "access_code_system_operator", "", 0, 'C'},
    {0x15, 0x15, "access_code_developer", "", 0, 'C'},
    {0x16, 0x16, "password", "", 0, 'C'},
    {0x17, 0x17, "error_flags", "", 0, 'D'},
    {0x18, 0x18, "error_mask", "", 0, 'D'},
    {0x19, 0x19, "security_key", "", 0, 'x'},
    {0x1A, 0x1A, "digital_output", "", 0, 'D'},
    {0x1B, 0x1B, "digital_input", "", 0, 'D'},
    {0x1C, 0x1C, "baud_rate", "Bd", 0, 'C'},
    {0x1D, 0x1D, "response_delay", "bit_time", 0, 'C'},
    {0x1E, 0x1E, "retry", "", 0, 'C'},
    {0x1F, 0x1F, "remote_control", "", 0, 'D'},
    {0x20, 0x20, "first_storage_number", "", 0, 'C'},
    {0x21, 0x21, "last_storage_number", "", 0, 'C'},
    {0x22, 0x22, "storage_block_size", "", 0, 'C'},
    {0x23, 0x23, "tariff_subunit_descriptor", "", 0, 'C'},
    {0x24, 0x24, "storage_interval", "s"}, {0x25, 0x25, "storage_interval", "min"}, {0x26, 0x26, "storage_interval", "h"}, {0x27, 0x27, "storage_interval", "d"},
    {0x28, 0x28, "storage_interval", "month"}, {0x29, 0x29, "storage_interval", "year"},
    {0x2A, 0x2A, "operator_data", "", 0, 'C'},
    {0x2B, 0x2B, "time_point_second", "s", 0, 'C'},
    {0x2C, 0x2C, "duration_since_readout", "s"}, {0x2D, 0x2D, "duration_since_readout", "min"}, {0x2E, 0x2E, "duration_since_readout", "h"}, {0x2F, 0x2F, "duration_since_readout", "d"},
    {0x30, 0x30, "tariff_start", "", 0, 'F'},
    {0x31, 0x31, "tariff_duration", "min"}, {0x32, 0x32, "tariff_duration", "h"}, {0x33, 0x33, "tariff_duration", "d"},
    {0x34, 0x34, "tariff_period", "s"}, {0x35, 0x35, "tariff_period", "min"}, {0x36, 0x36, "tariff_period", "h"}, {0x37, 0x37, "tariff_period", "d"},
    {0x38, 0x38, "tariff_period", "month"}, {0x39, 0x39, "tariff_period", "year"},
    {0x3A, 0x3A, "dimensionless"},
    {0x3B, 0x3B, "wireless_container", "", 0, 'x'},
    {0x3C, 0x3C, "transmission_period", "s"}, {0x3D, 0x3D, "transmission_period", "min"}, {0x3E, 0x3E, "transmission_period", "h"}, {0x3F, 0x3F, "transmission_period", "d"},
    {0x40, 0x4F, "voltage", "V", -9},
    {0x50, 0x5F, "current", "A", -12},
    {0x60, 0x60, "reset_counter", "", 0, 'C'},
    {0x61, 0x61, "cumulation_counter", "", 0, 'C'},
    {0x62, 0x62, "control_signal", "", 0, 'C'},
    {0x63, 0x63, "day_of_week", "", 0, 'C'},
    {0x64, 0x64, "week_number", "", 0, 'C'},
    {0x65, 0x65, "time_of_day_change", "", 0, 'C'},
    {0x66, 0x66, "parameter_activation_state", "", 0, 'C'},
    {0x67, 0x67, "supplier_information", "", 0, 'C'},
    {0x68, 0x68, "duration_since_cumulation", "h"}, {0x69, 0x69, "duration_since_cumulation", "d"}, {0x6A, 0x6A, "duration_since_cumulation", "month"}, {0x6B, 0x6B, "duration_since_cumulation", "year"},
    {0x6C, 0x6C, "battery_operating_time", "h"}, {0x6D, 0x6D, "battery_operating_time", "d"}, {0x6E, 0x6E, "battery_operating_time", "month"}, {0x6F, 0x6F, "battery_operating_time", "year"},
    {0x70, 0x70, "battery_change", "", 0, 'F'},
    {0x71, 0x71, "rf_level", "dBm"},
    {0x72, 0x72, "daylight_saving", "", 0, 'x'},
    {0x73, 0x73, "listening_window", "", 0, 'x'},
    {0x74, 0x74, "remaining_battery_life", "d", 0, 'C'},
    {0x75, 0x75, "meter_stops", "", 0, 'C'},
    {0x76, 0x76, "manufacturer_container", "", 0, 'x'},
};

const std::vector<printed_row> after_fd_fd{
    {0x00, 0x00, "selected_application", "", 0, 'C'},
    {0x02, 0x02, "remaining_battery_life", "month", 0, 'C'},
    {0x03, 0x03, "remaining_battery_life", "year", 0, 'C'},
};
// clang-format on

/// One letter for each data type, as in the rows above.
char letter_of(data_type type) {
    switch (type) {
    case data_type::signed_integer: return 'B';
    case data_type::unsigned_integer: return 'C';
    case data_type::bit_flags: return 'D';
    case data_type::date: return 'G';
    case data_type::date_time: return 'F';
    case data_type::opaque: break;
    }
    return 'x';
}

printed_unit unit_printed(std::string_view text) {
    for (const auto& row : printed_units)
        if (row.printed == text)
            return row;
    FAIL("no such unit: " << text);
    return {};
}

void compare(const std::array<measurement, 128>& table, const std::vector<printed_row>& rows) {
    const printed_row reserved{0, 127, "reserved"};
    for (unsigned code = 0; code < 128; ++code) {
        const auto* row = &reserved;
        for (const auto& candidate : rows)
            if (code >= candidate.first && code <= candidate.last)
                row = &candidate;
        const auto in = unit_printed(row->unit);
        const auto step = row == &reserved ? 0 : static_cast<int>(code - row->first);
        CAPTURE(code, row->quantity);
        CHECK(name(table[code].quantity) == row->quantity);
        CHECK(symbol(table[code].unit) == symbol(in.canonical));
        CHECK(int{table[code].exponent10} == row->exponent + step + in.power);
        CHECK(int{table[code].prefix10} == in.power);
        CHECK(letter_of(table[code].type) == row->type);
        CHECK(table[code].counts_4096th == (row->note == "4096th"));
        CHECK(table[code].is_historical == (row->note == "historical"));
        CHECK_FALSE(table[code].is_profile);
        CHECK(table[code].record_error == 0);
        CHECK(table[code].offset_thousandths == 0);
    }
}

} // namespace

TEST_CASE("every primary VIF means what the standard prints") { compare(vif_primary, primary); }
TEST_CASE("every VIF after FB means what the standard prints") { compare(vif_fb, after_fb); }
TEST_CASE("every VIF after FD means what the standard prints") { compare(vif_fd, after_fd); }
TEST_CASE("every VIF after FD FD means what the standard prints") { compare(vif_fd_fd, after_fd_fd); }

namespace {

struct printed_vife {
    unsigned code;
    std::string_view name;
    vife_effect effect = vife_effect::label;
    int argument = 0;
    std::string_view suffix = "";
};

// clang-format off
/// 00 to 1F: what a meter says about its record.
const std::vector<printed_vife> from_meter{
    {0x00, "no_error"},
    {0x01, "too_many_dife", vife_effect::record_error},
    {0x02, "storage_not_available", vife_effect::record_error},
    {0x03, "subunit_not_available", vife_effect::record_error},
    {0x04, "tariff_not_available", vife_effect::record_error},
    {0x05, "function_not_available", vife_effect::record_error},
    {0x06, "data_class_not_available", vife_effect::record_error},
    {0x07, "data_size_not_available", vife_effect::record_error},
    {0x0B, "too_many_vife", vife_effect::record_error},
    {0x0C, "illegal_vif_group", vife_effect::record_error},
    {0x0D, "illegal_vif_exponent", vife_effect::record_error},
    {0x0E, "vif_dif_mismatch", vife_effect::record_error},
    {0x0F, "action_not_available", vife_effect::record_error},
    {0x12, "average"},
    {0x13, "inverse_compact_profile", vife_effect::profile},
    {0x14, "relative_deviation"},
    {0x15, "no_data_available", vife_effect::record_error},
    {0x16, "data_overflow", vife_effect::record_error},
    {0x17, "data_underflow", vife_effect::record_error},
    {0x18, "data_error", vife_effect::record_error},
    {0x1C, "premature_end_of_record", vife_effect::record_error},
    {0x1D, "standard_conform_content"},
    {0x1E, "compact_profile_with_register_numbers", vife_effect::profile},
    {0x1F, "compact_profile", vife_effect::profile},
};

/// 00 to 0D: what the meter shall do with the value.
const std::vector<printed_vife> actions{
    {0x00, "write"}, {0x01, "add_value"}, {0x02, "subtract_value"}, {0x03, "or"}, {0x04, "and"},
    {0x05, "exclusive_or"}, {0x06, "and_not"}, {0x07, "clear"}, {0x08, "add_entry"}, {0x09, "delete_entry"},
    {0x0A, "delayed_action"}, {0x0B, "freeze"}, {0x0C, "add_to_readout"}, {0x0D, "remove_from_readout"},
};

/// 20 to 3F, 40 and other single codes of the rest.
const std::vector<printed_vife> combinable{
    {0x20, "per_second", {}, 0, "/s"}, {0x21, "per_minute", {}, 0, "/min"}, {0x22, "per_hour", {}, 0, "/h"},
    {0x23, "per_day", {}, 0, "/d"}, {0x24, "per_week", {}, 0, "/week"}, {0x25, "per_month", {}, 0, "/month"},
    {0x26, "per_year", {}, 0, "/year"}, {0x27, "per_revolution", {}, 0, "/revolution"},
    {0x28, "increment_per_input_pulse_0", {}, 0, "/pulse"}, {0x29, "increment_per_input_pulse_1", {}, 0, "/pulse"},
    {0x2A, "increment_per_output_pulse_0", {}, 0, "/pulse"}, {0x2B, "increment_per_output_pulse_1", {}, 0, "/pulse"},
    {0x2C, "per_litre", {}, 0, "/l"}, {0x2D, "per_cubic_metre", {}, 0, "/m3"}, {0x2E, "per_kilogram", {}, 0, "/kg"},
    {0x2F, "per_kelvin", {}, 0, "/K"}, {0x30, "per_kilowatt_hour", {}, 0, "/kWh"}, {0x31, "per_gigajoule", {}, 0, "/GJ"},
    {0x32, "per_kilowatt", {}, 0, "/kW"}, {0x33, "per_kelvin_litre", {}, 0, "/(K*l)"}, {0x34, "per_volt", {}, 0, "/V"},
    {0x35, "per_ampere", {}, 0, "/A"}, {0x36, "multiplied_by_second", {}, 0, "*s"},
    {0x37, "multiplied_by_second_per_volt", {}, 0, "*s/V"}, {0x38, "multiplied_by_second_per_ampere", {}, 0, "*s/A"},
    {0x39, "start_date_of", vife_effect::date},
    {0x3A, "uncorrected"}, {0x3B, "positive_contributions"}, {0x3C, "negative_contributions"},
    {0x3D, "non_metric_unit", vife_effect::other_unit}, {0x3E, "at_base_conditions"}, {0x3F, "obis_declaration"},
    {0x40, "lower_limit"}, {0x48, "upper_limit"},
    {0x41, "lower_limit_exceed_count", vife_effect::count}, {0x49, "upper_limit_exceed_count", vife_effect::count},
    {0x68, "value_during_lower_limit_exceed"}, {0x6C, "value_during_upper_limit_exceed"},
    {0x69, "leakage"}, {0x6D, "overflow"},
    {0x6A, "first_begin", vife_effect::date}, {0x6B, "first_end", vife_effect::date},
    {0x6E, "last_begin", vife_effect::date}, {0x6F, "last_end", vife_effect::date},
    {0x70, "multiplicative_correction", vife_effect::exponent, -6}, {0x71, "multiplicative_correction", vife_effect::exponent, -5},
    {0x72, "multiplicative_correction", vife_effect::exponent, -4}, {0x73, "multiplicative_correction", vife_effect::exponent, -3},
    {0x74, "multiplicative_correction", vife_effect::exponent, -2}, {0x75, "multiplicative_correction", vife_effect::exponent, -1},
    {0x76, "multiplicative_correction", vife_effect::exponent, 0}, {0x77, "multiplicative_correction", vife_effect::exponent, 1},
    {0x78, "additive_correction", vife_effect::offset, -3}, {0x79, "additive_correction", vife_effect::offset, -2},
    {0x7A, "additive_correction", vife_effect::offset, -1}, {0x7B, "additive_correction", vife_effect::offset, 0},
    {0x7C, "extension", vife_effect::extension},
    {0x7D, "multiplied_by_1000", vife_effect::exponent, 3},
    {0x7E, "future_value"},
    {0x7F, "manufacturer_specific", vife_effect::manufacturer},
};

const std::vector<printed_vife> after_fc{
    {0x01, "at_phase_l1"}, {0x02, "at_phase_l2"}, {0x03, "at_phase_l3"}, {0x04, "at_neutral"},
    {0x05, "between_l1_l2"}, {0x06, "between_l2_l3"}, {0x07, "between_l3_l1"},
    {0x08, "quadrant_1"}, {0x09, "quadrant_2"}, {0x0A, "quadrant_3"}, {0x0B, "quadrant_4"},
    {0x0C, "import_minus_export"}, {0x10, "absolute_contributions"},
    {0x11, "unsigned", vife_effect::unsigned_type}, {0x12, "bit_flags", vife_effect::flags_type},
    {0x14, "from_partner_to_meter"}, {0x15, "from_meter_to_partner"},
};
// clang-format on

struct named_vife {
    std::string name = "reserved";
    vife_effect effect = vife_effect::label;
    int argument = 0;
    std::string suffix;
};

named_vife find(const std::vector<printed_vife>& rows, unsigned code) {
    for (const auto& row : rows)
        if (row.code == code)
            return {std::string{row.name}, row.effect, row.argument, std::string{row.suffix}};
    return {};
}

/// 42 to 67 by their bit patterns: 100u f1b (dates), 101u fnn (durations), 110 0fnn (durations).
named_vife limit_or_duration(unsigned code) {
    const std::string limit = (code & 8U) != 0 ? "upper" : "lower";
    const std::string which = (code & 4U) != 0 ? "last" : "first";
    if (code < 0x50)
        return (code & 2U) == 0
                   ? named_vife{}
                   : named_vife{which + "_" + limit + "_limit_exceed_" + ((code & 1U) != 0 ? "end" : "begin"),
                                vife_effect::date, 0, ""};
    if (code < 0x60)
        return {which + "_" + limit + "_limit_exceed_duration", vife_effect::duration, 0, ""};
    return {which + "_duration", vife_effect::duration, 0, ""};
}

named_vife expected_of(unsigned code, bool is_from_meter) {
    if (code < 0x20)
        return find(is_from_meter || code > 0x0F ? from_meter : actions, code);
    if (code >= 0x42 && code < 0x68 && code != 0x48 && code != 0x49)
        return limit_or_duration(code);
    return find(combinable, code);
}

void check(const vife_entry& entry, const named_vife& expected) {
    CHECK(entry.name == expected.name);
    CHECK(entry.effect == expected.effect);
    CHECK(int{entry.argument} == expected.argument);
    CHECK(entry.unit_suffix == expected.suffix);
    CHECK(entry.is_listed == (expected.name != "reserved"));
}

} // namespace

TEST_CASE("every VIFE from a meter means what the standard prints") {
    for (unsigned code = 0; code < 128; ++code) {
        CAPTURE(code);
        check(vife_from_meter[code], expected_of(code, true));
    }
}

TEST_CASE("every VIFE to a meter means what the standard prints") {
    for (unsigned code = 0; code < 128; ++code) {
        CAPTURE(code);
        check(vife_to_meter[code], expected_of(code, false));
    }
}

TEST_CASE("every VIFE after FC means what the standard prints") {
    for (unsigned code = 0; code < 128; ++code) {
        CAPTURE(code);
        check(vife_extension[code], find(after_fc, code));
    }
}

TEST_CASE("the manufacturer's VIFE change nothing that the library knows") {
    CHECK(vife_of_manufacturer.name == "manufacturer_specific");
    CHECK(vife_of_manufacturer.effect == vife_effect::label);
    CHECK(vife_of_manufacturer.is_listed);
}
