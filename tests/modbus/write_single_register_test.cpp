#include <meterlink/modbus/write_single_register.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

TEST_CASE("the request to write a register is taken apart and built") {
    const auto wire = "06 00 01 00 03"_octets;
    const auto request = parsed<write_single_register_request>(wire);
    CHECK(request.address == 1);
    CHECK(request.value == 3);
    check_emits(write_single_register_request{1, 3}, wire);
    check_emits(write_single_register_response{0xFFFF, 0xABCD}, "06 FF FF AB CD"_octets);
    check_lengths<write_single_register_request>(wire);
}
