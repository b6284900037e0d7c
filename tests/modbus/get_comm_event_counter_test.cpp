#include <meterlink/modbus/get_comm_event_counter.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

TEST_CASE("the event counter is asked for and read") {
    check_emits(parsed<get_comm_event_counter_request>("0B"_octets), "0B"_octets);
    check_lengths<get_comm_event_counter_request>("0B"_octets);
    const auto wire = "0B FF FF 01 08"_octets;
    const auto response = parsed<get_comm_event_counter_response>(wire);
    CHECK(response.status == 0xFFFF);
    CHECK(response.events == 264);
    check_emits(get_comm_event_counter_response{0xFFFF, 264}, wire);
    check_lengths<get_comm_event_counter_response>(wire);
}
