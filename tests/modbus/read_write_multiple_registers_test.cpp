#include <meterlink/modbus/read_write_multiple_registers.hpp>

#include "read_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

namespace {

using view = read_write_multiple_registers_request_view;
using owner = read_write_multiple_registers_request;

const auto request_wire = "17 00 03 00 06 00 0E 00 03 06 00 FF 00 FF 00 FF"_octets;

} // namespace

TEST_CASE("the request to write and read registers is taken apart and built") {
    const auto request = view::parse(request_wire);
    REQUIRE(request);
    CHECK(request->read_start() == 3);
    CHECK(request->read_quantity() == 6);
    CHECK(request->write_start() == 14);
    CHECK(request->write_quantity() == 3);
    const std::array<std::uint16_t, 3> values{255, 255, 255};
    CHECK(std::ranges::equal(request->values(), values));
    const auto built = owner::make(3, 6, 14, values);
    REQUIRE(built);
    check_emits(*built, request_wire);
    CHECK(built->read_start() == 3);
    CHECK(built->read_quantity() == 6);
    CHECK(built->write_start() == 14);
    CHECK(built->write_quantity() == 3);
    CHECK(std::ranges::equal(built->values(), values));
    check_rebuilds<view, owner>(request_wire);
    check_lengths<view>(request_wire);
}

TEST_CASE("both ranges of a request to write and read registers are bounded") {
    CHECK(refusal<view>(with(request_wire, 4, 0)) == modbus_error(errc::quantity_out_of_range, 3, 125, 0));
    CHECK(refusal<view>(with(request_wire, 4, 126)) ==
          modbus_error(errc::quantity_out_of_range, 3, 125, 126));
    CHECK(refusal<view>(with(request_wire, 8, 0)) == modbus_error(errc::quantity_out_of_range, 7, 121, 0));
    CHECK(refusal<view>(with(request_wire, 8, 122)) ==
          modbus_error(errc::quantity_out_of_range, 7, 121, 122));
    CHECK(refusal<view>(with(request_wire, 9, 5)) == modbus_error(errc::byte_count, 9, 6, 5));
    CHECK(refusal<view>(with(with(request_wire, 1, 0xFF), 2, 0xFB)) ==
          modbus_error(errc::address_overflow, 1, 0xFFFA, 0xFFFB));
    CHECK(refusal<view>(with(with(request_wire, 5, 0xFF), 6, 0xFE)) ==
          modbus_error(errc::address_overflow, 5, 0xFFFD, 0xFFFE));
    const std::vector<std::uint16_t> values(122, 7);
    CHECK(owner::make(0, 1, 0, values).error() == modbus_error(errc::quantity_out_of_range, 7, 121, 122));
    CHECK(owner::make(0, 126, 0, values).error() == modbus_error(errc::quantity_out_of_range, 3, 125, 126));
    const auto longest = owner::make(0, 125, 0, std::span{values}.first(121));
    REQUIRE(longest);
    CHECK(longest->wire_size() == 252);
    check_rebuilds<view, owner>(to_bytes(*longest));
}

TEST_CASE("the response to writing and reading registers is taken apart and built") {
    check_registers_response<read_write_multiple_registers_response_view,
                             read_write_multiple_registers_response>(
        "17 0C 00 FE 0A CD 00 01 00 03 00 0D 00 FF"_octets, {254, 2765, 1, 3, 13, 255});
}
