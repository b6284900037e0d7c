#include <meterlink/modbus/read_holding_registers.hpp>

#include "read_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

TEST_CASE("a request for holding registers is taken apart and built within its limits") {
    check_read_request<read_holding_registers_request>("03 00 6B 00 03"_octets, 107, 3, 125);
}

TEST_CASE("a response with holding registers is taken apart and built within its limits") {
    check_registers_response<read_holding_registers_response_view, read_holding_registers_response>(
        "03 06 02 2B 00 00 00 64"_octets, {555, 0, 100});
}
