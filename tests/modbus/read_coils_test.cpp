#include <meterlink/modbus/read_coils.hpp>

#include "read_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

TEST_CASE("a request for coils is taken apart and built within its limits") {
    check_read_request<read_coils_request>("01 00 13 00 13"_octets, 19, 19, 2000);
}

TEST_CASE("a response with coils is taken apart and built within its limits") {
    check_bits_response<read_coils_response_view, read_coils_response>("01 03 CD 6B 05"_octets,
                                                                       bits_of("1011001111010110101"));
}
