#include <meterlink/modbus/write_single_coil.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

TEST_CASE("a coil is switched on by FF00 and off by 0000") {
    const auto wire = "05 00 AC FF 00"_octets;
    const auto request = parsed<write_single_coil_request>(wire);
    CHECK(request.address == 172);
    CHECK(request.value);
    check_emits(write_single_coil_request{172, true}, wire);
    check_emits(write_single_coil_response{0xFFFF, false}, "05 FF FF 00 00"_octets);
    CHECK_FALSE(parsed<write_single_coil_response>("05 FF FF 00 00"_octets).value);
    check_lengths<write_single_coil_request>(wire);
}

TEST_CASE("a coil takes no third value") {
    for (std::int32_t value = 1; value <= 0xFFFF; ++value) {
        if (value == 0xFF00)
            continue;
        const octets wire{5, 0, 0, static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
        REQUIRE(refusal<write_single_coil_request>(wire) == modbus_error(errc::coil_value, 3, -1, value));
    }
}
