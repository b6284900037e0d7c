#include <meterlink/modbus/read_input_registers.hpp>

#include "read_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

TEST_CASE("a request for input registers is taken apart and built within its limits") {
    check_read_request<read_input_registers_request>("04 00 08 00 01"_octets, 8, 1, 125);
}

TEST_CASE("a response with input registers is taken apart and built within its limits") {
    check_registers_response<read_input_registers_response_view, read_input_registers_response>(
        "04 02 00 0A"_octets, {10});
}
