#include "modbus_units.hpp"

#include <array>
#include <cstdint>

namespace meterlink::cli {

namespace {

struct prefixed_unit {
    std::string_view text;
    std::string_view canonical;
    int power;
};

constexpr std::array prefixed_units{
    prefixed_unit{"kWh", "Wh", 3},    prefixed_unit{"MWh", "Wh", 6},        prefixed_unit{"GWh", "Wh", 9},
    prefixed_unit{"kJ", "J", 3},      prefixed_unit{"MJ", "J", 6},          prefixed_unit{"GJ", "J", 9},
    prefixed_unit{"kW", "W", 3},      prefixed_unit{"MW", "W", 6},          prefixed_unit{"kVA", "VA", 3},
    prefixed_unit{"kVAh", "VAh", 3},  prefixed_unit{"kvar", "var", 3},      prefixed_unit{"kvarh", "varh", 3},
    prefixed_unit{"kV", "V", 3},      prefixed_unit{"mV", "V", -3},         prefixed_unit{"mA", "A", -3},
    prefixed_unit{"mHz", "Hz", -3},   prefixed_unit{"mbar", "bar", -3},     prefixed_unit{"l", "m3", -3},
    prefixed_unit{"l/h", "m3/h", -3}, prefixed_unit{"l/min", "m3/min", -3}, prefixed_unit{"t", "kg", 3}};

} // namespace

std::optional<scaled_unit> scaled_unit_from(std::string_view text) {
    if (text.empty())
        return scaled_unit{};
    if (const auto canonical = unit_from(text))
        return scaled_unit{*canonical, {1, 0}};
    for (const auto& row : prefixed_units)
        if (row.text == text)
            return scaled_unit{unit_from(row.canonical).value_or(unit::none),
                               {1, static_cast<std::int8_t>(row.power)}};
    return std::nullopt;
}

result<void> count_in(modbus::point& p, const scaled_unit& of) {
    p.unit = of.unit;
    if (of.factor == decimal{1, 0})
        return {};
    const auto scale = multiply(p.format.scale, of.factor);
    const auto offset = multiply(p.format.offset, of.factor);
    if (!scale || !offset)
        return fail(errc::decimal_overflow, layer::core, 0);
    p.format.scale = *scale;
    p.format.offset = *offset;
    return {};
}

} // namespace meterlink::cli
