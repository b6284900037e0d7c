#include <meterlink/modbus/read_discrete_inputs.hpp>

#include "read_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

TEST_CASE("a request for discrete inputs is taken apart and built within its limits") {
    check_read_request<read_discrete_inputs_request>("02 00 C4 00 16"_octets, 196, 22, 2000);
}

TEST_CASE("a response with discrete inputs is taken apart and built within its limits") {
    check_bits_response<read_discrete_inputs_response_view, read_discrete_inputs_response>(
        "02 03 AC DB 35"_octets, bits_of("0011010111011011101011"));
}
