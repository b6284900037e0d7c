#include <meterlink/modbus/write_multiple_registers.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

namespace {

const auto request_wire = "10 00 01 00 02 04 00 0A 01 02"_octets;

} // namespace

TEST_CASE("the request to write registers is taken apart and built") {
    const auto view = write_multiple_registers_request_view::parse(request_wire);
    REQUIRE(view);
    CHECK(view->start() == 1);
    CHECK(view->quantity() == 2);
    CHECK(view->values()[0] == 10);
    CHECK(view->values()[1] == 258);
    const auto owner = write_multiple_registers_request::make(1, std::array<std::uint16_t, 2>{10, 258});
    REQUIRE(owner);
    check_emits(*owner, request_wire);
    CHECK(owner->quantity() == 2);
    CHECK(std::ranges::equal(owner->values(), view->values()));
    check_rebuilds<write_multiple_registers_request_view, write_multiple_registers_request>(request_wire);
    check_lengths<write_multiple_registers_request_view>(request_wire);
}

TEST_CASE("registers read from one device are written to another as they are") {
    const auto read = "00 0A 01 02"_octets;
    CHECK(to_bytes(*write_multiple_registers_request::make(1, register_view{read})) == request_wire);
}

TEST_CASE("quantity and count and address of written registers are bounded") {
    using view = write_multiple_registers_request_view;
    using owner = write_multiple_registers_request;
    CHECK(refusal<view>(with(request_wire, 4, 0)) == modbus_error(errc::quantity_out_of_range, 3, 123, 0));
    CHECK(refusal<view>(with(request_wire, 4, 124)) ==
          modbus_error(errc::quantity_out_of_range, 3, 123, 124));
    CHECK(refusal<view>(with(request_wire, 5, 3)) == modbus_error(errc::byte_count, 5, 4, 3));
    CHECK(refusal<view>(with(request_wire, 5, 5)) == modbus_error(errc::byte_count, 5, 4, 5));
    CHECK(refusal<view>("10 FF FF 00 02 04 00 0A 01 02"_octets) ==
          modbus_error(errc::address_overflow, 1, 0xFFFE, 0xFFFF));
    const std::vector<std::uint16_t> values(124, 7);
    CHECK(owner::make(0, values).error() == modbus_error(errc::quantity_out_of_range, 3, 123, 124));
    CHECK(owner::make(0, std::vector<std::uint16_t>{}).error() ==
          modbus_error(errc::quantity_out_of_range, 3, 123, 0));
    const auto longest = owner::make(0xFFFF - 122, std::span{values}.first(123));
    REQUIRE(longest);
    CHECK(longest->wire_size() == 252);
    check_rebuilds<view, owner>(to_bytes(*longest));
}

TEST_CASE("the response tells which registers were written") {
    const auto wire = "10 00 01 00 02"_octets;
    CHECK(parsed<write_multiple_registers_response>(wire) == write_multiple_registers_response{1, 2});
    check_emits(write_multiple_registers_response{1, 2}, wire);
    check_lengths<write_multiple_registers_response>(wire);
    CHECK(refusal<write_multiple_registers_response>("10 00 01 00 7C"_octets) ==
          modbus_error(errc::quantity_out_of_range, 3, 123, 124));
}
