#include <meterlink/modbus/read_file_record.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

namespace {

using request_view = read_file_record_request_view;
using response_view = read_file_record_response_view;
using request = read_file_record_request;
using response = read_file_record_response;

const auto request_wire = "14 0E 06 00 04 00 01 00 02 06 00 03 00 09 00 02"_octets;
const auto response_wire = "14 0C 05 06 0D FE 00 20 05 06 33 CD 00 40"_octets;
const std::array<file_record_reference, 2> references{{{4, 1, 2}, {3, 9, 2}}};

} // namespace

TEST_CASE("the request to read files is taken apart and built") {
    const auto view = request_view::parse(request_wire);
    REQUIRE(view);
    CHECK(view->references().size() == 2);
    CHECK(std::ranges::equal(view->references(), references));
    check_emits(*request::make(references), request_wire);
    CHECK(std::ranges::equal(request::make(references)->references(), references));
    check_rebuilds<request_view, request>(request_wire);
    check_lengths<request_view>(request_wire);
}

TEST_CASE("every defect of a request to read files is named") {
    CHECK(refusal<request_view>("14 00"_octets) == modbus_error(errc::byte_count, 1, -1, 0));
    CHECK(refusal<request_view>("14 08"_octets) == modbus_error(errc::byte_count, 1, -1, 8));
    CHECK(refusal<request_view>("14 FC"_octets) == modbus_error(errc::byte_count, 1, -1, 0xFC));
    CHECK(refusal<request_view>(with(request_wire, 9, 5)) == modbus_error(errc::value_out_of_range, 9, 6, 5));
    CHECK(refusal<request_view>(with(request_wire, 11, 0)) ==
          modbus_error(errc::value_out_of_range, 10, -1, 0));
    CHECK(refusal<request_view>(with(request_wire, 8, 0)) ==
          modbus_error(errc::quantity_out_of_range, 7, 121, 0));
    CHECK(refusal<request_view>(with(request_wire, 5, 0x27)) == no_error);
    CHECK(refusal<request_view>(with(with(request_wire, 5, 0x27), 6, 0x0F)) ==
          modbus_error(errc::address_overflow, 5, 9998, 9999));
}

TEST_CASE("no more is asked for than a response can hold") {
    const std::array<file_record_reference, 2> full{{{1, 0, 119}, {2, 0, 1}}};
    CHECK(request::make(full).has_value());
    const std::array<file_record_reference, 2> beyond{{{1, 0, 119}, {2, 0, 2}}};
    CHECK(request::make(beyond).error() == modbus_error(errc::quantity_out_of_range, 14, 1, 2));
    const auto spelt = "14 0E 06 00 01 00 00 00 77 06 00 02 00 00 00 02"_octets;
    CHECK(refusal<request_view>(spelt) == modbus_error(errc::quantity_out_of_range, 14, 1, 2));
    const std::vector<file_record_reference> many(36);
    CHECK(request::make(many).error() == modbus_error(errc::byte_count, 1, 245, 252));
    CHECK(request::make({}).error() == modbus_error(errc::byte_count, 1, 245, 0));
    CHECK(request::make(std::span{many}.first(35))->wire_size() == 247);
}

TEST_CASE("the response with registers of files is taken apart and built") {
    const auto view = response_view::parse(response_wire);
    REQUIRE(view);
    REQUIRE(view->records().size() == 2);
    const std::array<std::uint16_t, 2> first{0x0DFE, 0x0020};
    const std::array<std::uint16_t, 2> second{0x33CD, 0x0040};
    auto at = view->records().begin();
    CHECK(std::ranges::equal((*at++).registers, first));
    CHECK(std::ranges::equal((*at).registers, second));
    const std::array<std::span<const std::uint16_t>, 2> values{first, second};
    check_emits(*response::make(values), response_wire);
    CHECK(response::make(values)->records().size() == 2);
    check_rebuilds<response_view, response>(response_wire);
    check_lengths<response_view>(response_wire);
}

TEST_CASE("every defect of a response with registers of files is named") {
    CHECK(refusal<response_view>("14 00"_octets) == modbus_error(errc::byte_count, 1, -1, 0));
    CHECK(refusal<response_view>("14 F6"_octets) == modbus_error(errc::byte_count, 1, -1, 0xF6));
    CHECK(refusal<response_view>(with(response_wire, 2, 4)) == modbus_error(errc::byte_count, 2, -1, 4));
    CHECK(refusal<response_view>(with(response_wire, 8, 1)) == modbus_error(errc::byte_count, 8, -1, 1));
    CHECK(refusal<response_view>(with(response_wire, 8, 7)) == modbus_error(errc::byte_count, 8, -1, 7));
    CHECK(refusal<response_view>(with(response_wire, 9, 7)) ==
          modbus_error(errc::value_out_of_range, 9, 6, 7));
    const std::vector<std::uint16_t> values(122);
    using spans = std::vector<std::span<const std::uint16_t>>;
    CHECK(response::make(spans{}).error() == modbus_error(errc::byte_count, 1, -1, 0));
    CHECK(response::make(spans{values}).error() == modbus_error(errc::quantity_out_of_range, 2, 121, 122));
    CHECK(response::make(spans{{}}).error() == modbus_error(errc::quantity_out_of_range, 2, 121, 0));
    const auto longest = response::make(spans{std::span{values}.first(121)});
    REQUIRE(longest);
    check_rebuilds<response_view, response>(to_bytes(*longest));
}
