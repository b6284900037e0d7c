#pragma once

/// What libmbus calls functions, quantities and media.

#include <array>
#include <string_view>

#include <meterlink/apl/dib.hpp>
#include <meterlink/core/quantity.hpp>

namespace meterlink::test {

struct libmbus_quantity {
    std::string_view theirs;
    quantity ours;
};

// clang-format off
inline constexpr std::array libmbus_quantities{
    libmbus_quantity{"Energy", quantity::energy},
    libmbus_quantity{"Volume", quantity::volume},
    libmbus_quantity{"Mass", quantity::mass},
    libmbus_quantity{"On time", quantity::on_time},
    libmbus_quantity{"Operating time", quantity::operating_time},
    libmbus_quantity{"Power", quantity::power},
    libmbus_quantity{"Volume flow", quantity::volume_flow},
    libmbus_quantity{"Mass flow", quantity::mass_flow},
    libmbus_quantity{"Flow temperature", quantity::flow_temperature},
    libmbus_quantity{"Return temperature", quantity::return_temperature},
    libmbus_quantity{"Temperature difference", quantity::temperature_difference},
    libmbus_quantity{"External temperature", quantity::external_temperature},
    libmbus_quantity{"Cold / Warm Temperature Limit", quantity::temperature_limit},
    libmbus_quantity{"Pressure", quantity::pressure},
    libmbus_quantity{"Time point (date)", quantity::date},
    libmbus_quantity{"Time point (date & time)", quantity::date_time},
    libmbus_quantity{"H.C.A.", quantity::heat_cost_allocation},
    libmbus_quantity{"Averaging Duration", quantity::averaging_duration},
    libmbus_quantity{"Actuality Duration", quantity::actuality_duration},
    libmbus_quantity{"Fabrication No", quantity::fabrication_number},
    libmbus_quantity{"(Enhanced) Identification", quantity::enhanced_identification},
    libmbus_quantity{"Bus Address", quantity::address},
    libmbus_quantity{"Any VIF", quantity::any},
    libmbus_quantity{"Manufacturer specific", quantity::manufacturer_specific},
    libmbus_quantity{"Credit", quantity::credit},
    libmbus_quantity{"Debit", quantity::debit},
    libmbus_quantity{"Access Number (transmission count)", quantity::access_number},
    libmbus_quantity{"Medium", quantity::device_type},
    libmbus_quantity{"Manufacturer", quantity::manufacturer},
    libmbus_quantity{"Parameter set identification", quantity::parameter_set_identification},
    libmbus_quantity{"Model / Version", quantity::model_version},
    libmbus_quantity{"Hardware version", quantity::hardware_version},
    libmbus_quantity{"Firmware version", quantity::firmware_version},
    libmbus_quantity{"Software version", quantity::software_version},
    libmbus_quantity{"Customer location", quantity::customer_location},
    libmbus_quantity{"Customer", quantity::customer},
    libmbus_quantity{"Access Code User", quantity::access_code_user},
    libmbus_quantity{"Access Code Operator", quantity::access_code_operator},
    libmbus_quantity{"Access Code System Operator", quantity::access_code_system_operator},
    libmbus_quantity{"Access Code Developer", quantity::access_code_developer},
    libmbus_quantity{"Password", quantity::password},
    libmbus_quantity{"Error flags", quantity::error_flags},
    libmbus_quantity{"Error mask", quantity::error_mask},
    libmbus_quantity{"Digital Output", quantity::digital_output},
    libmbus_quantity{"Digital Input", quantity::digital_input},
    libmbus_quantity{"Baudrate", quantity::baud_rate},
    libmbus_quantity{"Response delay time", quantity::response_delay},
    libmbus_quantity{"Retry", quantity::retry},
    libmbus_quantity{"First storage # for cyclic storage", quantity::first_storage_number},
    libmbus_quantity{"Last storage # for cyclic storage", quantity::last_storage_number},
    libmbus_quantity{"Size of storage block", quantity::storage_block_size},
    libmbus_quantity{"Storage interval", quantity::storage_interval},
    libmbus_quantity{"Duration since last readout", quantity::duration_since_readout},
    libmbus_quantity{"Duration of tariff", quantity::tariff_duration},
    libmbus_quantity{"Period of tariff", quantity::tariff_period},
    libmbus_quantity{"Dimensionless", quantity::dimensionless},
    libmbus_quantity{"Voltage", quantity::voltage},
    libmbus_quantity{"Current", quantity::current},
    libmbus_quantity{"Reset counter", quantity::reset_counter},
    libmbus_quantity{"Cumulation counter", quantity::cumulation_counter},
    libmbus_quantity{"Control signal", quantity::control_signal},
    libmbus_quantity{"Day of week", quantity::day_of_week},
    libmbus_quantity{"Week number", quantity::week_number},
    libmbus_quantity{"Time point of day change", quantity::time_of_day_change},
    libmbus_quantity{"State of parameter activation", quantity::parameter_activation_state},
    libmbus_quantity{"Special supplier information", quantity::supplier_information},
    libmbus_quantity{"Duration since last cumulation", quantity::duration_since_cumulation},
    libmbus_quantity{"Operating time battery", quantity::battery_operating_time},
    libmbus_quantity{"Date and time of battery change", quantity::battery_change},
    libmbus_quantity{"Cumul count max power", quantity::cumulative_maximum_power},
    libmbus_quantity{"Reserved", quantity::reserved},
};
// clang-format on

/// What libmbus calls `function`; of the fixed data structure it prints "Actual value" and "Stored value".
constexpr std::string_view libmbus_function(apl::function_field function) {
    switch (function) {
    case apl::function_field::instantaneous: return "Instantaneous value";
    case apl::function_field::maximum: return "Maximum value";
    case apl::function_field::minimum: return "Minimum value";
    case apl::function_field::error: break;
    }
    return "Value during error state";
}

struct medium_name {
    std::string_view ours; ///< `tpl::name` or `apl::fixed_medium_name`
    std::string_view theirs;
};

// clang-format off
inline constexpr std::array libmbus_media{
    medium_name{"other", "Other"},
    medium_name{"oil", "Oil"},
    medium_name{"electricity", "Electricity"},
    medium_name{"gas", "Gas"},
    medium_name{"heat_outlet", "Heat: Outlet"},
    medium_name{"heat_outlet", "Heat"}, // of the fixed data structure
    medium_name{"steam", "Steam"},
    medium_name{"warm_water", "Warm water (30-90°C)"},
    medium_name{"warm_water", "Hot water"},
    medium_name{"water", "Water"},
    medium_name{"heat_cost_allocator", "Heat Cost Allocator"},
    medium_name{"heat_cost_allocator", "H.C.A."},
    medium_name{"compressed_air", "Compressed Air"},
    medium_name{"cooling_outlet", "Cooling load meter: Outlet"},
    medium_name{"cooling_inlet", "Cooling load meter: Inlet"},
    medium_name{"heat_inlet", "Heat: Inlet"},
    medium_name{"heat_cooling", "Heat / Cooling load meter"},
    medium_name{"bus_system", "Bus/System"},
    medium_name{"unknown", "Unknown Medium"},
    medium_name{"irrigation_water", "Irrigation Water"},
    medium_name{"hot_water", "Hot water (>=90°C)"},
    medium_name{"cold_water", "Cold water"},
    medium_name{"dual_water", "Dual water"},
    medium_name{"pressure", "Pressure"},
    medium_name{"ad_converter", "A/D Converter"},
    medium_name{"smoke_detector", "Smoke Detector"},
    medium_name{"room_sensor", "Ambient Sensor"},
    medium_name{"gas_detector", "Gas Detector"},
    medium_name{"breaker", "Breaker: Electricity"},
    medium_name{"valve", "Valve: Gas or Water"},
    medium_name{"customer_unit", "Customer Unit: Display Device"},
    medium_name{"waste_water", "Waste Water"},
    medium_name{"garbage", "Garbage"},
    // wmbusmeters
    medium_name{"water", "water"},
    medium_name{"warm_water", "warm water"},
    medium_name{"cold_water", "cold water"},
    medium_name{"electricity", "electricity"},
    medium_name{"gas", "gas"},
    medium_name{"heat_outlet", "heat"},
    medium_name{"heat_inlet", "heat volume at inlet"},
    medium_name{"heat_cooling", "heat/cooling load"},
    medium_name{"heat_cost_allocator", "heat cost allocation"},
    medium_name{"room_sensor", "room sensor"},
    medium_name{"other", "other"},
    medium_name{"bus_system", "bus/system component"},
    medium_name{"cooling_outlet", "cooling load volume at outlet"},
    medium_name{"smoke_detector", "smoke detector"},
    medium_name{"radio_converter_meter_side", "radio converter (meter side)"},
    medium_name{"reserved_sensor", "reserved"},
    medium_name{"unidirectional_repeater", "reserved"}, // it knows no repeaters
};
// clang-format on

constexpr bool is_medium(std::string_view ours, std::string_view theirs) {
    for (const auto& row : libmbus_media)
        if (row.ours == ours && row.theirs == theirs)
            return true;
    return false;
}

constexpr bool is_quantity(quantity ours, std::string_view theirs) {
    for (const auto& row : libmbus_quantities)
        if (row.ours == ours && row.theirs == theirs)
            return true;
    return false;
}

} // namespace meterlink::test
