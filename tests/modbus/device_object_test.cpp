#include <meterlink/modbus/device_object.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

TEST_CASE("an object of a device is taken from the octets that it begins") {
    const auto wire = "01 03 41 42 43 02 00"_octets;
    const auto object = device_object::first_of(wire);
    CHECK(object.id == device_object_id::product_code);
    CHECK(object.text() == "ABC");
    CHECK(object.wire_size() == 5);
    CHECK(device_object::first_of("02 00"_octets).text().empty());
}

TEST_CASE("the objects of the standard have names") {
    CHECK(name(device_object_id::vendor_name) == "vendor_name");
    CHECK(name(device_object_id::user_application_name) == "user_application_name");
    CHECK(name(device_object_id{0x80}) == "unknown");
}
