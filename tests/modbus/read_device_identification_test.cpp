#include <meterlink/modbus/read_device_identification.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

namespace {

using request = read_device_identification_request;
using view = read_device_identification_response_view;
using owner = read_device_identification_response;

// a maker "ACME", a product "M1", revision "V2"; more follows with object 3
const auto wire = "2B 0E 02 82 FF 03 03 00 04 41 43 4D 45 01 02 4D 31 02 02 56 32"_octets;

} // namespace

TEST_CASE("the identification of a device is asked for") {
    const auto asked = "2B 0E 01 00"_octets;
    CHECK(parsed<request>(asked) == request{});
    check_emits(request{identification_access::individual, device_object_id{0x81}}, "2B 0E 04 81"_octets);
    check_lengths<request>(asked);
    CHECK(refusal<request>("2B 0D 01 00"_octets) == modbus_error(errc::function_unexpected, 1, 0x0E, 0x0D));
    CHECK(refusal<request>("2B 0E 00 00"_octets) == modbus_error(errc::value_out_of_range, 2, -1, 0));
    CHECK(refusal<request>("2B 0E 05 00"_octets) == modbus_error(errc::value_out_of_range, 2, -1, 5));
    octets out(4);
    CHECK(request{identification_access{5}}.emit(out).error() ==
          modbus_error(errc::value_out_of_range, 2, -1, 5));
}

TEST_CASE("the identification of a device is taken apart and built") {
    const auto response = view::parse(wire);
    REQUIRE(response);
    const identification_head head{identification_access::regular, 0x82, true, device_object_id::vendor_url};
    CHECK(response->head() == head);
    REQUIRE(response->objects().size() == 3);
    auto at = response->objects().begin();
    CHECK((*at).id == device_object_id::vendor_name);
    CHECK((*at++).text() == "ACME");
    CHECK((*at++).text() == "M1");
    CHECK((*at).id == device_object_id::major_minor_revision);
    CHECK((*at).text() == "V2");

    const std::vector<device_object> objects{response->objects().begin(), response->objects().end()};
    const auto built = owner::make(head, objects);
    REQUIRE(built);
    check_emits(*built, wire);
    CHECK(built->head() == head);
    CHECK(built->objects().size() == 3);
    check_rebuilds<view, owner>(wire);
    check_lengths<view>(wire);
}

TEST_CASE("every defect of an identification is named") {
    CHECK(refusal<view>(with(wire, 1, 0x0D)) == modbus_error(errc::function_unexpected, 1, 0x0E, 0x0D));
    CHECK(refusal<view>(with(wire, 2, 0)) == modbus_error(errc::value_out_of_range, 2, -1, 0));
    CHECK(refusal<view>(with(wire, 4, 1)) == modbus_error(errc::value_out_of_range, 4, -1, 1));
    CHECK(refusal<view>(with(wire, 6, 4)) == modbus_error(errc::truncated, 21));
    CHECK(refusal<view>(with(wire, 6, 2)) == modbus_error(errc::pdu_length, 17, 17, 21));
    CHECK(refusal<view>(with(wire, 8, 0xF5)) == modbus_error(errc::byte_count, 8, -1, 0xF5));
    CHECK(refusal<view>(with(wire, 8, 0xF4)) == modbus_error(errc::truncated, 21));
}

TEST_CASE("an identification has no object or as many as fit") {
    check_rebuilds<view, owner>("2B 0E 01 01 00 00 00"_octets);
    const octets text(246, 0x41);
    const auto object = [&](std::size_t size) {
        return device_object{device_object_id::vendor_name, bytes_view{text}.first(size)};
    };
    const auto make = [](std::vector<device_object> objects) { return owner::make({}, objects); };
    REQUIRE(make({object(244)}));
    CHECK(make({object(244)})->wire_size() == 253);
    check_rebuilds<view, owner>(to_bytes(*make({object(100), object(142)})));
    CHECK(make({object(245)}).error() == modbus_error(errc::value_out_of_range, 7, 246, 247));
    CHECK(make({object(100), object(143)}).error() == modbus_error(errc::value_out_of_range, 109, 144, 145));
    CHECK(owner::make({identification_access{0}, 1, false, {}}, {}).error() ==
          modbus_error(errc::value_out_of_range, 2, -1, 0));
}
