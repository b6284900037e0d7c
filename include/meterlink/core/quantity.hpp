#pragma once

/// What a value measures: one name for each physical or administrative quantity, whatever protocol brings it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace meterlink {

/// Kinds of values that meters report. The row of `detail::quantity_rows` names it.
enum class quantity : std::uint8_t {
    unknown,
    reserved, ///< A code that the standard keeps for later.
    manufacturer_specific,
    any,        ///< Any quantity: selection for readout.
    plain_text, ///< The meter itself spells the unit out.
    dimensionless,

    energy,
    reactive_energy,
    apparent_energy,
    volume,
    mass,
    power,
    reactive_power,
    apparent_power,
    volume_flow,
    mass_flow,
    flow_temperature,
    return_temperature,
    temperature,
    temperature_difference,
    external_temperature,
    temperature_limit,
    pressure,
    relative_humidity,
    voltage,
    current,
    frequency,
    phase_voltage_to_voltage,
    phase_voltage_to_current,
    cumulative_maximum_power,
    heat_cost_allocation,
    hca_rating_factor,
    hca_kq,
    hca_kc,
    hca_kcr,
    hca_kch,
    hca_kt,
    hca_kd,

    on_time,
    operating_time,
    averaging_duration,
    actuality_duration,
    date,
    date_time,

    fabrication_number,
    enhanced_identification,
    address,
    credit,
    debit,
    access_number,
    device_type,
    manufacturer,
    parameter_set_identification,
    model_version,
    hardware_version,
    firmware_version,
    software_version,
    customer_location,
    customer,
    access_code_user,
    access_code_operator,
    access_code_system_operator,
    access_code_developer,
    password,
    error_flags,
    error_mask,
    security_key,
    digital_output,
    digital_input,
    baud_rate,
    response_delay,
    retry,
    remote_control,
    first_storage_number,
    last_storage_number,
    storage_block_size,
    tariff_subunit_descriptor,
    storage_interval,
    operator_data,
    time_point_second,
    duration_since_readout,
    tariff_start,
    tariff_duration,
    tariff_period,
    wireless_container,
    transmission_period,
    reset_counter,
    cumulation_counter,
    control_signal,
    day_of_week,
    week_number,
    time_of_day_change,
    parameter_activation_state,
    supplier_information,
    duration_since_cumulation,
    battery_operating_time,
    battery_change,
    rf_level,
    daylight_saving,
    listening_window,
    remaining_battery_life,
    meter_stops,
    manufacturer_container,
    selected_application,
};

namespace detail {

struct quantity_row {
    quantity key;
    std::string_view name;
};

inline constexpr std::array<quantity_row, static_cast<std::size_t>(quantity::selected_application) + 1>
    quantity_rows{{
        {quantity::unknown, "unknown"},
        {quantity::reserved, "reserved"},
        {quantity::manufacturer_specific, "manufacturer_specific"},
        {quantity::any, "any"},
        {quantity::plain_text, "plain_text"},
        {quantity::dimensionless, "dimensionless"},
        {quantity::energy, "energy"},
        {quantity::reactive_energy, "reactive_energy"},
        {quantity::apparent_energy, "apparent_energy"},
        {quantity::volume, "volume"},
        {quantity::mass, "mass"},
        {quantity::power, "power"},
        {quantity::reactive_power, "reactive_power"},
        {quantity::apparent_power, "apparent_power"},
        {quantity::volume_flow, "volume_flow"},
        {quantity::mass_flow, "mass_flow"},
        {quantity::flow_temperature, "flow_temperature"},
        {quantity::return_temperature, "return_temperature"},
        {quantity::temperature, "temperature"},
        {quantity::temperature_difference, "temperature_difference"},
        {quantity::external_temperature, "external_temperature"},
        {quantity::temperature_limit, "temperature_limit"},
        {quantity::pressure, "pressure"},
        {quantity::relative_humidity, "relative_humidity"},
        {quantity::voltage, "voltage"},
        {quantity::current, "current"},
        {quantity::frequency, "frequency"},
        {quantity::phase_voltage_to_voltage, "phase_voltage_to_voltage"},
        {quantity::phase_voltage_to_current, "phase_voltage_to_current"},
        {quantity::cumulative_maximum_power, "cumulative_maximum_power"},
        {quantity::heat_cost_allocation, "heat_cost_allocation"},
        {quantity::hca_rating_factor, "hca_rating_factor"},
        {quantity::hca_kq, "hca_kq"},
        {quantity::hca_kc, "hca_kc"},
        {quantity::hca_kcr, "hca_kcr"},
        {quantity::hca_kch, "hca_kch"},
        {quantity::hca_kt, "hca_kt"},
        {quantity::hca_kd, "hca_kd"},
        {quantity::on_time, "on_time"},
        {quantity::operating_time, "operating_time"},
        {quantity::averaging_duration, "averaging_duration"},
        {quantity::actuality_duration, "actuality_duration"},
        {quantity::date, "date"},
        {quantity::date_time, "date_time"},
        {quantity::fabrication_number, "fabrication_number"},
        {quantity::enhanced_identification, "enhanced_identification"},
        {quantity::address, "address"},
        {quantity::credit, "credit"},
        {quantity::debit, "debit"},
        {quantity::access_number, "access_number"},
        {quantity::device_type, "device_type"},
        {quantity::manufacturer, "manufacturer"},
        {quantity::parameter_set_identification, "parameter_set_identification"},
        {quantity::model_version, "model_version"},
        {quantity::hardware_version, "hardware_version"},
        {quantity::firmware_version, "firmware_version"},
        {quantity::software_version, "software_version"},
        {quantity::customer_location, "customer_location"},
        {quantity::customer, "customer"},
        {quantity::access_code_user, "access_code_user"},
        {quantity::access_code_operator, "access_code_operator"},
        {quantity::access_code_system_operator, "access_code_system_operator"},
        {quantity::access_code_developer, "access_code_developer"},
        {quantity::password, "password"},
        {quantity::error_flags, "error_flags"},
        {quantity::error_mask, "error_mask"},
        {quantity::security_key, "security_key"},
        {quantity::digital_output, "digital_output"},
        {quantity::digital_input, "digital_input"},
        {quantity::baud_rate, "baud_rate"},
        {quantity::response_delay, "response_delay"},
        {quantity::retry, "retry"},
        {quantity::remote_control, "remote_control"},
        {quantity::first_storage_number, "first_storage_number"},
        {quantity::last_storage_number, "last_storage_number"},
        {quantity::storage_block_size, "storage_block_size"},
        {quantity::tariff_subunit_descriptor, "tariff_subunit_descriptor"},
        {quantity::storage_interval, "storage_interval"},
        {quantity::operator_data, "operator_data"},
        {quantity::time_point_second, "time_point_second"},
        {quantity::duration_since_readout, "duration_since_readout"},
        {quantity::tariff_start, "tariff_start"},
        {quantity::tariff_duration, "tariff_duration"},
        {quantity::tariff_period, "tariff_period"},
        {quantity::wireless_container, "wireless_container"},
        {quantity::transmission_period, "transmission_period"},
        {quantity::reset_counter, "reset_counter"},
        {quantity::cumulation_counter, "cumulation_counter"},
        {quantity::control_signal, "control_signal"},
        {quantity::day_of_week, "day_of_week"},
        {quantity::week_number, "week_number"},
        {quantity::time_of_day_change, "time_of_day_change"},
        {quantity::parameter_activation_state, "parameter_activation_state"},
        {quantity::supplier_information, "supplier_information"},
        {quantity::duration_since_cumulation, "duration_since_cumulation"},
        {quantity::battery_operating_time, "battery_operating_time"},
        {quantity::battery_change, "battery_change"},
        {quantity::rf_level, "rf_level"},
        {quantity::daylight_saving, "daylight_saving"},
        {quantity::listening_window, "listening_window"},
        {quantity::remaining_battery_life, "remaining_battery_life"},
        {quantity::meter_stops, "meter_stops"},
        {quantity::manufacturer_container, "manufacturer_container"},
        {quantity::selected_application, "selected_application"},
    }};

static_assert(
    [] {
        for (std::size_t i = 0; i < quantity_rows.size(); ++i)
            if (quantity_rows[i].key != static_cast<quantity>(i))
                return false;
        return true;
    }(),
    "the rows stand in the order of the enum");

} // namespace detail

/// Stable identifier, as it stands in JSON: `"volume_flow"`.
[[nodiscard]] constexpr std::string_view name(quantity which) noexcept {
    const auto index = static_cast<std::size_t>(which);
    return index < detail::quantity_rows.size() ? detail::quantity_rows[index].name
                                                : detail::quantity_rows[0].name;
}

/// The quantity whose `name` is `text`, for configuration files and scripts.
[[nodiscard]] constexpr std::optional<quantity> quantity_from(std::string_view text) noexcept {
    for (const auto& row : detail::quantity_rows)
        if (row.name == text)
            return row.key;
    return std::nullopt;
}

} // namespace meterlink
