#include <meterlink/tpl/device_type.hpp>

#include <array>
#include <string_view>

#include "support/catch.hpp"

using namespace meterlink::tpl;

namespace {

/// EN 13757-7:2018, table 13, codes 00 to 3F in order.
constexpr std::array<std::string_view, 64> printed{"other",
                                                   "oil",
                                                   "electricity",
                                                   "gas",
                                                   "heat_outlet",
                                                   "steam",
                                                   "warm_water",
                                                   "water",
                                                   "heat_cost_allocator",
                                                   "compressed_air",
                                                   "cooling_outlet",
                                                   "cooling_inlet",
                                                   "heat_inlet",
                                                   "heat_cooling",
                                                   "bus_system",
                                                   "unknown",
                                                   "irrigation_water",
                                                   "water_data_logger",
                                                   "gas_data_logger",
                                                   "gas_converter",
                                                   "calorific_value",
                                                   "hot_water",
                                                   "cold_water",
                                                   "dual_water",
                                                   "pressure",
                                                   "ad_converter",
                                                   "smoke_detector",
                                                   "room_sensor",
                                                   "gas_detector",
                                                   "reserved_sensor",
                                                   "reserved_sensor",
                                                   "reserved_sensor",
                                                   "breaker",
                                                   "valve",
                                                   "reserved_switch",
                                                   "reserved_switch",
                                                   "reserved_switch",
                                                   "customer_unit",
                                                   "reserved_customer",
                                                   "reserved_customer",
                                                   "waste_water",
                                                   "garbage",
                                                   "carbon_dioxide",
                                                   "reserved_environment",
                                                   "reserved_environment",
                                                   "reserved_environment",
                                                   "reserved_environment",
                                                   "reserved_environment",
                                                   "service_tool",
                                                   "communication_controller",
                                                   "unidirectional_repeater",
                                                   "bidirectional_repeater",
                                                   "reserved_system",
                                                   "reserved_system",
                                                   "radio_converter_system_side",
                                                   "radio_converter_meter_side",
                                                   "bus_converter_meter_side",
                                                   "reserved_system",
                                                   "reserved_system",
                                                   "reserved_system",
                                                   "reserved_system",
                                                   "reserved_system",
                                                   "reserved_system",
                                                   "reserved_system"};

} // namespace

TEST_CASE("every device type has the name that the standard gives it") {
    for (unsigned code = 0; code <= 0xFF; ++code) {
        CAPTURE(code);
        const auto expected =
            code < printed.size() ? printed[code] : std::string_view{code == 0xFF ? "any" : "reserved"};
        CHECK(name(static_cast<device_type>(code)) == expected);
    }
    STATIC_REQUIRE(name(device_type::water) == "water");
    STATIC_REQUIRE(name(device_type::heat_inlet) == "heat_inlet");
}

TEST_CASE("a device type is found by its name, the first of several") {
    for (unsigned code = 0; code <= 0xFF; ++code) {
        const auto type = static_cast<device_type>(code);
        const auto found = device_type_from(name(type));
        REQUIRE(found);
        CHECK(name(*found) == name(type));
        CHECK(static_cast<unsigned>(*found) <= code);
    }
    CHECK(device_type_from("heat_cost_allocator") == device_type::heat_cost_allocator);
    CHECK(device_type_from("any") == device_type::any);
    CHECK_FALSE(device_type_from("Water"));
    CHECK_FALSE(device_type_from(""));
}
