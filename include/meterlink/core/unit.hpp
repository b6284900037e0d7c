#pragma once

/// The canonical units: decimal prefixes are folded into the value, so energy is Wh or J, never kWh or MJ.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace meterlink {

/// Unit of a value. The row of `detail::unit_rows` gives its symbol and name.
enum class unit : std::uint8_t {
    none,
    watt_hour,
    joule,
    calorie,
    cubic_metre,
    cubic_foot,
    us_gallon,
    kilogram,
    second,
    minute,
    hour,
    day,
    month,
    year,
    watt,
    joule_per_hour,
    cubic_metre_per_hour,
    cubic_metre_per_minute,
    cubic_metre_per_second,
    us_gallon_per_minute,
    us_gallon_per_hour,
    kilogram_per_hour,
    degree_celsius,
    degree_fahrenheit,
    kelvin,
    bar,
    percent,
    volt,
    ampere,
    hertz,
    degree,
    volt_ampere,
    volt_ampere_hour,
    var,
    var_hour,
    hca_unit,
    currency,
    decibel_milliwatt,
    bit_time,
    baud,
};

namespace detail {

struct unit_row {
    unit key;
    std::string_view symbol;
    std::string_view name;
};

inline constexpr std::array<unit_row, static_cast<std::size_t>(unit::baud) + 1> unit_rows{{
    {unit::none, "", "none"},
    {unit::watt_hour, "Wh", "watt hour"},
    {unit::joule, "J", "joule"},
    {unit::calorie, "cal", "calorie"},
    {unit::cubic_metre, "m3", "cubic metre"},
    {unit::cubic_foot, "ft3", "cubic foot"},
    {unit::us_gallon, "gal", "US gallon"},
    {unit::kilogram, "kg", "kilogram"},
    {unit::second, "s", "second"},
    {unit::minute, "min", "minute"},
    {unit::hour, "h", "hour"},
    {unit::day, "d", "day"},
    {unit::month, "month", "month"},
    {unit::year, "year", "year"},
    {unit::watt, "W", "watt"},
    {unit::joule_per_hour, "J/h", "joule per hour"},
    {unit::cubic_metre_per_hour, "m3/h", "cubic metre per hour"},
    {unit::cubic_metre_per_minute, "m3/min", "cubic metre per minute"},
    {unit::cubic_metre_per_second, "m3/s", "cubic metre per second"},
    {unit::us_gallon_per_minute, "gal/min", "US gallon per minute"},
    {unit::us_gallon_per_hour, "gal/h", "US gallon per hour"},
    {unit::kilogram_per_hour, "kg/h", "kilogram per hour"},
    {unit::degree_celsius, "degC", "degree Celsius"},
    {unit::degree_fahrenheit, "degF", "degree Fahrenheit"},
    {unit::kelvin, "K", "kelvin"},
    {unit::bar, "bar", "bar"},
    {unit::percent, "%", "percent"},
    {unit::volt, "V", "volt"},
    {unit::ampere, "A", "ampere"},
    {unit::hertz, "Hz", "hertz"},
    {unit::degree, "deg", "degree"},
    {unit::volt_ampere, "VA", "volt ampere"},
    {unit::volt_ampere_hour, "VAh", "volt ampere hour"},
    {unit::var, "var", "volt ampere reactive"},
    {unit::var_hour, "varh", "volt ampere reactive hour"},
    {unit::hca_unit, "HCA", "heat cost allocator unit"},
    {unit::currency, "currency", "currency unit"},
    {unit::decibel_milliwatt, "dBm", "decibel milliwatt"},
    {unit::bit_time, "bit_time", "bit time"},
    {unit::baud, "Bd", "baud"},
}};

static_assert(
    [] {
        for (std::size_t i = 0; i < unit_rows.size(); ++i)
            if (unit_rows[i].key != static_cast<unit>(i))
                return false;
        return true;
    }(),
    "the rows stand in the order of the enum");

} // namespace detail

/// Canonical ASCII symbol, as it stands in JSON: `"m3/h"`; empty for `unit::none`.
[[nodiscard]] constexpr std::string_view symbol(unit which) noexcept {
    const auto index = static_cast<std::size_t>(which);
    return index < detail::unit_rows.size() ? detail::unit_rows[index].symbol : std::string_view{};
}

/// English name: `"cubic metre per hour"`.
[[nodiscard]] constexpr std::string_view name(unit which) noexcept {
    const auto index = static_cast<std::size_t>(which);
    return index < detail::unit_rows.size() ? detail::unit_rows[index].name : std::string_view{"unknown"};
}

/// The unit whose `symbol` is `text`, for configuration files and scripts.
[[nodiscard]] constexpr std::optional<unit> unit_from(std::string_view text) noexcept {
    for (const auto& row : detail::unit_rows)
        if (row.symbol == text)
            return row.key;
    return std::nullopt;
}

} // namespace meterlink
