#pragma once

/// The canonical units: decimal prefixes are folded into the value, so energy is Wh or J, never kWh or MJ.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace meterlink {

/// Unit of a value. The row of `detail::unit_rows` with the same index gives its symbol and name.
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
    std::string_view symbol;
    std::string_view name;
};

inline constexpr std::array<unit_row, static_cast<std::size_t>(unit::baud) + 1> unit_rows{{
    {"", "none"},
    {"Wh", "watt hour"},
    {"J", "joule"},
    {"cal", "calorie"},
    {"m3", "cubic metre"},
    {"ft3", "cubic foot"},
    {"gal", "US gallon"},
    {"kg", "kilogram"},
    {"s", "second"},
    {"min", "minute"},
    {"h", "hour"},
    {"d", "day"},
    {"month", "month"},
    {"year", "year"},
    {"W", "watt"},
    {"J/h", "joule per hour"},
    {"m3/h", "cubic metre per hour"},
    {"m3/min", "cubic metre per minute"},
    {"m3/s", "cubic metre per second"},
    {"gal/min", "US gallon per minute"},
    {"gal/h", "US gallon per hour"},
    {"kg/h", "kilogram per hour"},
    {"degC", "degree Celsius"},
    {"degF", "degree Fahrenheit"},
    {"K", "kelvin"},
    {"bar", "bar"},
    {"%", "percent"},
    {"V", "volt"},
    {"A", "ampere"},
    {"Hz", "hertz"},
    {"deg", "degree"},
    {"VA", "volt ampere"},
    {"VAh", "volt ampere hour"},
    {"var", "volt ampere reactive"},
    {"varh", "volt ampere reactive hour"},
    {"HCA", "heat cost allocator unit"},
    {"currency", "currency unit"},
    {"dBm", "decibel milliwatt"},
    {"bit_time", "bit time"},
    {"Bd", "baud"},
}};

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

/// The unit with that symbol, for configuration files and scripts.
[[nodiscard]] constexpr std::optional<unit> unit_from(std::string_view text) noexcept {
    for (std::size_t i = 0; i < detail::unit_rows.size(); ++i)
        if (detail::unit_rows[i].symbol == text)
            return static_cast<unit>(i);
    return std::nullopt;
}

} // namespace meterlink
