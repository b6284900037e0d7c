#pragma once

/// Device types, formerly called media.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace meterlink::tpl {

/// Device type (EN 13757-7:2018, table 13). All 256 codes are legal values: makers use reserved ones.
enum class device_type : std::uint8_t {
    other = 0x00,
    electricity = 0x02,
    gas = 0x03,
    heat_outlet = 0x04,
    warm_water = 0x06,
    water = 0x07,
    heat_cost_allocator = 0x08,
    cooling_outlet = 0x0A,
    heat_inlet = 0x0C,
    any = 0xFF,
};

namespace detail {

struct device_type_row {
    std::uint8_t first;
    std::uint8_t last;
    std::string_view name;
};

// clang-format off
inline constexpr std::array device_type_rows{
    device_type_row{0x00, 0x00, "other"},
    device_type_row{0x01, 0x01, "oil"},
    device_type_row{0x02, 0x02, "electricity"},
    device_type_row{0x03, 0x03, "gas"},
    device_type_row{0x04, 0x04, "heat_outlet"},
    device_type_row{0x05, 0x05, "steam"},
    device_type_row{0x06, 0x06, "warm_water"},
    device_type_row{0x07, 0x07, "water"},
    device_type_row{0x08, 0x08, "heat_cost_allocator"},
    device_type_row{0x09, 0x09, "compressed_air"},
    device_type_row{0x0A, 0x0A, "cooling_outlet"},
    device_type_row{0x0B, 0x0B, "cooling_inlet"},
    device_type_row{0x0C, 0x0C, "heat_inlet"},
    device_type_row{0x0D, 0x0D, "heat_cooling"},
    device_type_row{0x0E, 0x0E, "bus_system"},
    device_type_row{0x0F, 0x0F, "unknown"},
    device_type_row{0x10, 0x10, "irrigation_water"},
    device_type_row{0x11, 0x11, "water_data_logger"},
    device_type_row{0x12, 0x12, "gas_data_logger"},
    device_type_row{0x13, 0x13, "gas_converter"},
    device_type_row{0x14, 0x14, "calorific_value"},
    device_type_row{0x15, 0x15, "hot_water"},
    device_type_row{0x16, 0x16, "cold_water"},
    device_type_row{0x17, 0x17, "dual_water"},
    device_type_row{0x18, 0x18, "pressure"},
    device_type_row{0x19, 0x19, "ad_converter"},
    device_type_row{0x1A, 0x1A, "smoke_detector"},
    device_type_row{0x1B, 0x1B, "room_sensor"},
    device_type_row{0x1C, 0x1C, "gas_detector"},
    device_type_row{0x1D, 0x1F, "reserved_sensor"},
    device_type_row{0x20, 0x20, "breaker"},
    device_type_row{0x21, 0x21, "valve"},
    device_type_row{0x22, 0x24, "reserved_switch"},
    device_type_row{0x25, 0x25, "customer_unit"},
    device_type_row{0x26, 0x27, "reserved_customer"},
    device_type_row{0x28, 0x28, "waste_water"},
    device_type_row{0x29, 0x29, "garbage"},
    device_type_row{0x2A, 0x2A, "carbon_dioxide"},
    device_type_row{0x2B, 0x2F, "reserved_environment"},
    device_type_row{0x30, 0x30, "service_tool"},
    device_type_row{0x31, 0x31, "communication_controller"},
    device_type_row{0x32, 0x32, "unidirectional_repeater"},
    device_type_row{0x33, 0x33, "bidirectional_repeater"},
    device_type_row{0x34, 0x35, "reserved_system"},
    device_type_row{0x36, 0x36, "radio_converter_system_side"},
    device_type_row{0x37, 0x37, "radio_converter_meter_side"},
    device_type_row{0x38, 0x38, "bus_converter_meter_side"},
    device_type_row{0x39, 0x3F, "reserved_system"},
    device_type_row{0x40, 0xFE, "reserved"},
    device_type_row{0xFF, 0xFF, "any"},
};
// clang-format on

inline constexpr auto device_type_names = [] {
    std::array<std::string_view, 256> names{};
    for (const auto& row : device_type_rows)
        for (unsigned code = row.first; code <= row.last; ++code)
            names[code] = row.name;
    return names;
}();

} // namespace detail

/// Stable identifier, as it stands in JSON as `medium`: `"heat_outlet"`.
[[nodiscard]] constexpr std::string_view name(device_type type) noexcept {
    return detail::device_type_names[static_cast<std::size_t>(type)];
}

/// The first device type whose `name` is `text`, for configuration files and scripts.
[[nodiscard]] constexpr std::optional<device_type> device_type_from(std::string_view text) noexcept {
    for (const auto& row : detail::device_type_rows)
        if (row.name == text)
            return static_cast<device_type>(row.first);
    return std::nullopt;
}

} // namespace meterlink::tpl
