#include <meterlink/modbus/served_range.hpp>

#include <array>

#include "support/catch.hpp"

using namespace meterlink::modbus;

TEST_CASE("registers of the application are read only unless it takes writes") {
    const served_registers source{[](std::uint16_t start, std::span<std::uint16_t> out) -> refusal {
        if (start == 13)
            return exception_code::server_device_busy;
        for (auto& each : out)
            each = start++;
        return {};
    }};
    CHECK_FALSE(static_cast<bool>(source.write));
    std::array<std::uint16_t, 3> values{};
    CHECK(source.read(7, values) == refusal{});
    CHECK(values == std::array<std::uint16_t, 3>{7, 8, 9});
    CHECK(source.read(13, values) == refusal{exception_code::server_device_busy});
}
