#include <meterlink/modbus/mask_write_register.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

TEST_CASE("the request to change bits of a register is taken apart and built") {
    const auto wire = "16 00 04 00 F2 00 25"_octets;
    const auto request = parsed<mask_write_register_request>(wire);
    CHECK(request.address == 4);
    CHECK(request.and_mask == 0x00F2);
    CHECK(request.or_mask == 0x0025);
    check_emits(mask_write_register_request{4, 0x00F2, 0x0025}, wire);
    check_lengths<mask_write_register_response>(wire);
}

TEST_CASE("the masks change what the standard says") {
    CHECK(mask_write_register_request{4, 0x00F2, 0x0025}.apply(0x0012) == 0x0017);
    CHECK(mask_write_register_request{}.apply(0xA5C3) == 0xA5C3);
    CHECK(mask_write_register_request{0, 0x0000, 0x1234}.apply(0xFFFF) == 0x1234);
}
