#include <meterlink/modbus/write_file_record.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

namespace {

using view = write_file_record_request_view;
using owner = write_file_record_request;

const auto wire = "15 0D 06 00 04 00 07 00 03 06 AF 04 BE 10 0D"_octets;
const std::array<std::uint16_t, 3> values{0x06AF, 0x04BE, 0x100D};

} // namespace

TEST_CASE("the request to write a file is taken apart and built") {
    const auto request = view::parse(wire);
    REQUIRE(request);
    REQUIRE(request->records().size() == 1);
    const auto record = *request->records().begin();
    CHECK(record.where == file_record_reference{4, 7, 3});
    CHECK(std::ranges::equal(record.registers, values));
    const std::array<owner::part, 1> parts{{{4, 7, values}}};
    check_emits(*owner::make(parts), wire);
    CHECK(owner::make(parts)->records().size() == 1);
    check_rebuilds<view, owner>(wire);
    check_lengths<view>(wire);
    check_lengths<write_file_record_response_view>(wire);
}

TEST_CASE("several files are written at once") {
    const std::array<owner::part, 2> parts{{{4, 7, values}, {5, 0, std::span{values}.first(1)}}};
    const auto both = to_bytes(*owner::make(parts));
    CHECK(both == "15 16 06 00 04 00 07 00 03 06 AF 04 BE 10 0D 06 00 05 00 00 00 01 06 AF"_octets);
    check_rebuilds<view, owner>(both);
    CHECK(view::parse(both)->records().size() == 2);
}

TEST_CASE("every defect of a request to write files is named") {
    CHECK(refusal<view>("15 08"_octets) == modbus_error(errc::byte_count, 1, -1, 8));
    CHECK(refusal<view>("15 FC"_octets) == modbus_error(errc::byte_count, 1, -1, 0xFC));
    CHECK(refusal<view>(with(wire, 2, 5)) == modbus_error(errc::value_out_of_range, 2, 6, 5));
    CHECK(refusal<view>(with(wire, 4, 0)) == modbus_error(errc::value_out_of_range, 3, -1, 0));
    CHECK(refusal<view>(with(wire, 8, 0)) == modbus_error(errc::quantity_out_of_range, 7, 3, 0));
    CHECK(refusal<view>(with(wire, 8, 4)) == modbus_error(errc::quantity_out_of_range, 7, 3, 4));
    CHECK(refusal<view>(with(wire, 8, 2)) == modbus_error(errc::byte_count, 1, -1, 13));
    CHECK(refusal<view>(with(with(wire, 5, 0x27), 6, 0x0E)) ==
          modbus_error(errc::address_overflow, 5, 9997, 9998));
}

TEST_CASE("no more is written than a request can hold") {
    const std::vector<std::uint16_t> many(123, 7);
    const auto make = [](std::vector<owner::part> parts) { return owner::make(parts); };
    CHECK(make({}).error() == modbus_error(errc::byte_count, 1, -1, 0));
    CHECK(make({{1, 0, many}}).error() == modbus_error(errc::quantity_out_of_range, 7, 122, 123));
    CHECK(make({{1, 0, {}}}).error() == modbus_error(errc::quantity_out_of_range, 7, 122, 0));
    CHECK(make({{0, 0, values}}).error() == modbus_error(errc::value_out_of_range, 3, -1, 0));
    CHECK(make({{1, 0, std::span{many}.first(122)}, {1, 0, values}}).error() ==
          modbus_error(errc::quantity_out_of_range, 258, 0, 3));
    const auto longest = make({{1, 0, std::span{many}.first(122)}});
    REQUIRE(longest);
    CHECK(longest->wire_size() == 253);
    check_rebuilds<view, owner>(to_bytes(*longest));
}
