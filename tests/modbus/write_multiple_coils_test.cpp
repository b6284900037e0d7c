#include <meterlink/modbus/write_multiple_coils.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

namespace {

const auto request_wire = "0F 00 13 00 0A 02 CD 01"_octets;
const std::array<bool, 10> ten{true, false, true, true, false, false, true, true, true, false};

} // namespace

TEST_CASE("the request to write coils is taken apart and built") {
    const auto view = write_multiple_coils_request_view::parse(request_wire);
    REQUIRE(view);
    CHECK(view->start() == 19);
    CHECK(view->quantity() == 10);
    CHECK(std::ranges::equal(view->values(), ten));
    const auto owner = write_multiple_coils_request::make(19, ten);
    REQUIRE(owner);
    check_emits(*owner, request_wire);
    CHECK(owner->start() == 19);
    CHECK(owner->quantity() == 10);
    CHECK(std::ranges::equal(owner->values(), ten));
    check_lengths<write_multiple_coils_request_view>(request_wire);
}

TEST_CASE("bits above the last coil are kept") {
    check_rebuilds<write_multiple_coils_request_view, write_multiple_coils_request>(request_wire);
    check_rebuilds<write_multiple_coils_request_view, write_multiple_coils_request>(
        with(request_wire, 7, 0xFD));
}

TEST_CASE("quantity and count and address of written coils are bounded") {
    using view = write_multiple_coils_request_view;
    using owner = write_multiple_coils_request;
    const auto set = [](std::size_t) { return true; };
    CHECK(refusal<view>(with(request_wire, 4, 0)) == modbus_error(errc::quantity_out_of_range, 3, 1968, 0));
    CHECK(refusal<view>("0F 00 13 07 B1 F7"_octets) ==
          modbus_error(errc::quantity_out_of_range, 3, 1968, 1969));
    CHECK(refusal<view>(with(request_wire, 5, 1)) == modbus_error(errc::byte_count, 5, 2, 1));
    CHECK(refusal<view>(with(request_wire, 5, 3)) == modbus_error(errc::byte_count, 5, 2, 3));
    CHECK(refusal<view>("0F FF F7 00 0A 02 CD 01"_octets) ==
          modbus_error(errc::address_overflow, 1, 0xFFF6, 0xFFF7));
    CHECK(owner::make(0, 0, set).error() == modbus_error(errc::quantity_out_of_range, 3, 1968, 0));
    CHECK(owner::make(0, 1969, set).error() == modbus_error(errc::quantity_out_of_range, 3, 1968, 1969));
    CHECK(owner::make(0xFFFF, 2, set).error() == modbus_error(errc::address_overflow, 1, 0xFFFE, 0xFFFF));
    REQUIRE(owner::make(0, 1968, set)->wire_size() == 252);
    check_rebuilds<view, owner>(to_bytes(*owner::make(0, 1968, set)));
}

TEST_CASE("the response tells which coils were written") {
    const auto wire = "0F 00 13 00 0A"_octets;
    CHECK(parsed<write_multiple_coils_response>(wire) == write_multiple_coils_response{19, 10});
    check_emits(write_multiple_coils_response{19, 10}, wire);
    check_lengths<write_multiple_coils_response>(wire);
    CHECK(refusal<write_multiple_coils_response>("0F 00 13 07 B1"_octets) ==
          modbus_error(errc::quantity_out_of_range, 3, 1968, 1969));
}
