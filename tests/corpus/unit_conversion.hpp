#pragma once

/// The units that other parsers print, and how their numbers compare with exact ones.

#include <array>
#include <cmath>
#include <string_view>
#include <variant>

#include <meterlink/apl/value.hpp>
#include <meterlink/core/decimal.hpp>
#include <meterlink/core/unit.hpp>

namespace meterlink::test {

/// value in `ours` * `our_factor` = value in `theirs` * `their_factor`: exact, also where the quotient is
/// not.
struct unit_conversion {
    std::string_view theirs;
    unit ours;
    decimal our_factor{1, 0};
    decimal their_factor{1, 0};
};

// clang-format off
inline constexpr std::array unit_conversions{
    // libmbus: base units, durations in seconds
    unit_conversion{"Wh", unit::watt_hour},
    unit_conversion{"J", unit::joule},
    unit_conversion{"m^3", unit::cubic_metre},
    unit_conversion{"kg", unit::kilogram},
    unit_conversion{"s", unit::second},
    unit_conversion{"s", unit::minute, {60, 0}},
    unit_conversion{"s", unit::hour, {3600, 0}},
    unit_conversion{"s", unit::day, {86400, 0}},
    unit_conversion{"s", unit::month, {262974383, -2}},
    unit_conversion{"s", unit::year, {31556926, 0}},
    unit_conversion{"W", unit::watt},
    unit_conversion{"J/h", unit::joule_per_hour},
    unit_conversion{"m^3/h", unit::cubic_metre_per_hour},
    unit_conversion{"m^3/min", unit::cubic_metre_per_minute},
    unit_conversion{"m^3/s", unit::cubic_metre_per_second},
    unit_conversion{"kg/h", unit::kilogram_per_hour},
    unit_conversion{"°C", unit::degree_celsius},
    unit_conversion{"°F", unit::degree_fahrenheit},
    unit_conversion{"K", unit::kelvin},
    unit_conversion{"bar", unit::bar},
    unit_conversion{"Units for H.C.A.", unit::hca_unit},
    unit_conversion{"V", unit::volt},
    unit_conversion{"A", unit::ampere},
    unit_conversion{"Currency units", unit::currency},
    unit_conversion{"Baud", unit::baud},
    unit_conversion{"Bittimes", unit::bit_time},
    unit_conversion{"feet^3", unit::cubic_foot},
    unit_conversion{"American gallon", unit::us_gallon},
    unit_conversion{"American gallon/min", unit::us_gallon_per_minute},
    unit_conversion{"American gallon/h", unit::us_gallon_per_hour},
    unit_conversion{"", unit::none},
    unit_conversion{"-", unit::none},
    unit_conversion{"Reserved", unit::none},
    // its fixed data structure, where prefixes stay
    unit_conversion{"kWh", unit::watt_hour, {1, -3}},
    unit_conversion{"10 kWh", unit::watt_hour, {1, -4}},
    unit_conversion{"100 kWh", unit::watt_hour, {1, -5}},
    unit_conversion{"MWh", unit::watt_hour, {1, -6}},
    unit_conversion{"10 Wh", unit::watt_hour, {1, -1}},
    unit_conversion{"100 Wh", unit::watt_hour, {1, -2}},
    unit_conversion{"kJ", unit::joule, {1, -3}},
    unit_conversion{"MJ", unit::joule, {1, -6}},
    unit_conversion{"GJ", unit::joule, {1, -9}},
    unit_conversion{"kW", unit::watt, {1, -3}},
    unit_conversion{"ml", unit::cubic_metre, {1, 6}},
    unit_conversion{"l", unit::cubic_metre, {1, 3}},
    unit_conversion{"10 l", unit::cubic_metre, {1, 2}},
    unit_conversion{"100 l", unit::cubic_metre, {1, 1}},
    unit_conversion{"l/h", unit::cubic_metre_per_hour, {1, 3}},
    unit_conversion{"°C 10-3", unit::degree_celsius, {1, 3}},
    unit_conversion{"H.C.A.", unit::hca_unit},
    // pyMeterBus
    unit_conversion{"none", unit::none},
    unit_conversion{"C", unit::degree_celsius},
    unit_conversion{"%", unit::percent},
    unit_conversion{"%RH", unit::none},
    unit_conversion{"dBm", unit::decibel_milliwatt},
    unit_conversion{"seconds", unit::second},
    unit_conversion{"seconds", unit::minute, {60, 0}},
    unit_conversion{"seconds", unit::hour, {3600, 0}},
    unit_conversion{"seconds", unit::day, {86400, 0}},
    // wmbusmeters: the ends of its field names
    unit_conversion{"_kwh", unit::watt_hour, {1, -3}},
    unit_conversion{"_kwh", unit::joule, {1, 0}, {3600000, 0}},
    unit_conversion{"_mj", unit::joule, {1, -6}},
    unit_conversion{"_kvarh", unit::var_hour, {1, -3}},
    unit_conversion{"_kvarh", unit::watt_hour, {1, -3}}, // some meters count it under the VIF of active energy
    unit_conversion{"_kvah", unit::volt_ampere_hour, {1, -3}},
    unit_conversion{"_kw", unit::watt, {1, -3}},
    unit_conversion{"_kw", unit::joule_per_hour, {1, 0}, {3600000, 0}},
    unit_conversion{"_kw", unit::var, {1, -3}},
    unit_conversion{"_kw", unit::volt_ampere, {1, -3}},
    unit_conversion{"_kvar", unit::var, {1, -3}},
    unit_conversion{"_kva", unit::volt_ampere, {1, -3}},
    unit_conversion{"_m3c", unit::none},
    unit_conversion{"_m3", unit::cubic_metre},
    unit_conversion{"_m3h", unit::cubic_metre_per_hour},
    unit_conversion{"_m3h", unit::cubic_metre_per_minute, {60, 0}},
    unit_conversion{"_m3h", unit::cubic_metre_per_second, {3600, 0}},
    unit_conversion{"_c", unit::degree_celsius},
    unit_conversion{"_c", unit::kelvin},
    unit_conversion{"_v", unit::volt},
    unit_conversion{"_a", unit::ampere},
    unit_conversion{"_hz", unit::hertz},
    unit_conversion{"_hz", unit::none},
    unit_conversion{"_bar", unit::bar},
    unit_conversion{"_rh", unit::percent},
    unit_conversion{"_hca", unit::hca_unit},
    unit_conversion{"_dbm", unit::decibel_milliwatt},
    unit_conversion{"_s", unit::second},
    unit_conversion{"_h", unit::second, {1, 0}, {3600, 0}},
    unit_conversion{"_h", unit::minute, {1, 0}, {60, 0}},
    unit_conversion{"_h", unit::hour},
    unit_conversion{"_h", unit::day, {24, 0}},
    unit_conversion{"_h", unit::none},
    unit_conversion{"_d", unit::day},
    unit_conversion{"_month", unit::month},
    unit_conversion{"_y", unit::year},
    unit_conversion{"_y", unit::month, {1, 0}, {12, 0}},
    unit_conversion{"_y", unit::day, {1, 0}, {365, 0}}, // drivers that divide by themselves
    unit_conversion{"_y", unit::day, {1, 0}, {3652425, -4}},
    unit_conversion{"_y", unit::hour, {1, 0}, {87658128, -4}},
    unit_conversion{"_y", unit::none},
    unit_conversion{"_counter", unit::none},
    unit_conversion{"_counter", unit::hca_unit}, // Kamstrup's m3 x degC under VIF 6E with VIFE of its own
    unit_conversion{"_nr", unit::none},
    unit_conversion{"_factor", unit::none},
};
// clang-format on

/// How two numbers agree.
enum class agreement { none, exact, rounded };

/// Compares our exact decimal with their decimal, which is a multiple of 10^-6: where our value has more
/// digits than that, theirs must be the nearest.
inline agreement compare(decimal ours, decimal theirs, const unit_conversion& by) {
    const auto a = multiply(ours, by.our_factor);
    const auto b = multiply(theirs, by.their_factor);
    if (!a || !b)
        return agreement::none;
    if (*a == *b)
        return agreement::exact;
    const auto distance = *a < *b ? subtract(*b, *a) : subtract(*a, *b);
    const auto allowed = multiply(by.their_factor, decimal{5, -7});
    return distance && allowed && *distance <= *allowed ? agreement::rounded : agreement::none;
}

/// A real32 has 24 bits, and their decimal six places.
inline agreement compare(const apl::real& ours, decimal theirs, const unit_conversion& by) {
    const auto a = ours.to_double() * by.our_factor.to_double();
    const auto b = theirs.to_double() * by.their_factor.to_double();
    const auto allowed = 5.01e-7 * by.their_factor.to_double() + std::abs(a) * 0x1p-24;
    return std::abs(a - b) <= allowed ? agreement::rounded : agreement::none;
}

/// Compares numbers and bit flags in any unit that `unit_conversions` knows for `theirs`.
inline agreement compare(const apl::record_value& ours, unit in, decimal theirs,
                         std::string_view their_unit) {
    for (const auto& by : unit_conversions) {
        if (by.theirs != their_unit || by.ours != in)
            continue;
        auto found = agreement::none;
        if (const auto* number = std::get_if<decimal>(&ours))
            found = compare(*number, theirs, by);
        else if (const auto* real_number = std::get_if<apl::real>(&ours))
            found = compare(*real_number, theirs, by);
        else if (const auto* flags = std::get_if<apl::bit_flags>(&ours))
            found = compare(decimal{static_cast<std::int64_t>(flags->bits), 0}, theirs, by);
        if (found != agreement::none)
            return found;
    }
    return agreement::none;
}

} // namespace meterlink::test
