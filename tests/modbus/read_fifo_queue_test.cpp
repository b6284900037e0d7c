#include <meterlink/modbus/read_fifo_queue.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

namespace {

using view = read_fifo_queue_response_view;
using owner = read_fifo_queue_response;

const auto wire = "18 00 06 00 02 01 B8 12 84"_octets;

} // namespace

TEST_CASE("a queue is asked for") {
    const auto request = "18 04 DE"_octets;
    CHECK(parsed<read_fifo_queue_request>(request).pointer == 1246);
    check_emits(read_fifo_queue_request{1246}, request);
    check_lengths<read_fifo_queue_request>(request);
}

TEST_CASE("a queue is taken apart and built") {
    const auto response = view::parse(wire);
    REQUIRE(response);
    const std::array<std::uint16_t, 2> values{440, 4740};
    CHECK(std::ranges::equal(response->registers(), values));
    check_emits(*owner::make(values), wire);
    CHECK(std::ranges::equal(owner::make(values)->registers(), values));
    check_rebuilds<view, owner>(wire);
    check_lengths<view>(wire);
}

TEST_CASE("a queue holds none to 31 registers and counts them twice alike") {
    const std::vector<std::uint16_t> values(32, 0x55AA);
    check_emits(*owner::make({}), "18 00 02 00 00"_octets);
    check_rebuilds<view, owner>("18 00 02 00 00"_octets);
    CHECK(owner::make(values).error() == modbus_error(errc::quantity_out_of_range, 3, 31, 32));
    check_rebuilds<view, owner>(to_bytes(*owner::make(std::span{values}.first(31))));
    CHECK(refusal<view>("18 00 42 00 20"_octets) == modbus_error(errc::quantity_out_of_range, 3, 31, 32));
    CHECK(refusal<view>(with(wire, 2, 5)) == modbus_error(errc::byte_count, 1, 6, 5));
    CHECK(refusal<view>(with(wire, 1, 1)) == modbus_error(errc::byte_count, 1, 6, 0x106));
}
