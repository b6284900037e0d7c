#include <meterlink/modbus/read_exception_status.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

TEST_CASE("the exception status is asked for and read") {
    CHECK(parsed<read_exception_status_request>("07"_octets) == read_exception_status_request{});
    check_emits(read_exception_status_request{}, "07"_octets);
    check_lengths<read_exception_status_request>("07"_octets);
    const auto wire = "07 6D"_octets;
    CHECK(parsed<read_exception_status_response>(wire).status == 0x6D);
    check_emits(read_exception_status_response{0x6D}, wire);
    check_lengths<read_exception_status_response>(wire);
}
