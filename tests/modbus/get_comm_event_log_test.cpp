#include <meterlink/modbus/get_comm_event_log.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

namespace {

using view = get_comm_event_log_response_view;
using owner = get_comm_event_log_response;

const auto wire = "0C 08 00 00 01 08 01 21 20 00"_octets;

} // namespace

TEST_CASE("the event log is asked for and read") {
    check_emits(parsed<get_comm_event_log_request>("0C"_octets), "0C"_octets);
    check_lengths<get_comm_event_log_request>("0C"_octets);
    const auto response = view::parse(wire);
    REQUIRE(response);
    CHECK(response->status() == 0);
    CHECK(response->event_count() == 264);
    CHECK(response->message_count() == 289);
    const auto events = "20 00"_octets;
    CHECK(std::ranges::equal(response->events(), events));
    const auto built = owner::make(0, 264, 289, events);
    REQUIRE(built);
    check_emits(*built, wire);
    CHECK(built->status() == 0);
    CHECK(built->event_count() == 264);
    CHECK(built->message_count() == 289);
    CHECK(std::ranges::equal(built->events(), events));
    check_rebuilds<view, owner>(wire);
    check_lengths<view>(wire);
}

TEST_CASE("an event log has the counters and at most 64 events") {
    check_rebuilds<view, owner>(to_bytes(*owner::make(0xFFFF, 1, 2, {})));
    const octets events(65, 0x40);
    check_rebuilds<view, owner>(to_bytes(*owner::make(0, 1, 2, bytes_view{events}.first(64))));
    CHECK(owner::make(0, 1, 2, events).error() == modbus_error(errc::quantity_out_of_range, 1, 64, 65));
    CHECK(refusal<view>("0C 05"_octets) == modbus_error(errc::byte_count, 1, -1, 5));
    CHECK(refusal<view>("0C 47"_octets) == modbus_error(errc::byte_count, 1, -1, 71));
}
