#include <meterlink/modbus/report_server_id.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

namespace {

using view = report_server_id_response_view;
using owner = report_server_id_response;

const auto wire = "11 04 42 FF 01 02"_octets;

} // namespace

TEST_CASE("the identification is asked for and read") {
    check_emits(parsed<report_server_id_request>("11"_octets), "11"_octets);
    check_lengths<report_server_id_request>("11"_octets);
    const auto response = view::parse(wire);
    REQUIRE(response);
    CHECK(std::ranges::equal(response->data(), "42 FF 01 02"_octets));
    CHECK(std::ranges::equal(response->server_id(), "42"_octets));
    CHECK(response->is_running() == true);
    CHECK(std::ranges::equal(response->additional_data(), "01 02"_octets));
    check_emits(*owner::make("42"_octets, true, "01 02"_octets), wire);
    check_rebuilds<view, owner>(wire);
    check_lengths<view>(wire);
}

TEST_CASE("a longer identification is the knowledge of the caller") {
    const auto longer = "11 05 41 42 43 00 07"_octets;
    const auto response = view::parse(longer);
    REQUIRE(response);
    CHECK(std::ranges::equal(response->server_id(3), "41 42 43"_octets));
    CHECK(response->is_running(3) == false);
    CHECK(std::ranges::equal(response->additional_data(3), "07"_octets));
    CHECK_FALSE(response->is_running(1));
    CHECK_FALSE(response->is_running(5));
    CHECK(response->server_id(9).size() == 5);
    CHECK(response->additional_data(5).empty());
    check_emits(*owner::make("41 42 43"_octets, false, "07"_octets), longer);
}

TEST_CASE("an identification may be empty and has at most 251 octets") {
    check_rebuilds<view, owner>("11 00"_octets);
    CHECK(view::parse("11 00"_octets)->server_id().empty());
    CHECK(refusal<view>("11 FC"_octets) == modbus_error(errc::byte_count, 1, 251, 252));
    const octets much(251);
    CHECK(owner::make(much, true).error() == modbus_error(errc::value_out_of_range, 1, 251, 252));
    CHECK(owner::make(bytes_view{much}.first(250), true)->wire_size() == 253);
}
