#include <meterlink/modbus/encapsulated_interface.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

using view = encapsulated_interface_view;
using owner = encapsulated_interface;

TEST_CASE("what is inside an encapsulated interface passes as it is") {
    const auto wire = "2B 0D 01 02 03"_octets;
    const auto pdu = view::parse(wire);
    REQUIRE(pdu);
    CHECK(pdu->type() == mei_type::canopen_general_reference);
    CHECK(std::ranges::equal(pdu->data(), "01 02 03"_octets));
    const auto built = owner::make(mei_type::canopen_general_reference, "01 02 03"_octets);
    REQUIRE(built);
    CHECK(built->type() == mei_type::canopen_general_reference);
    CHECK(built->data().size() == 3);
    check_emits(*built, wire);
    for (const auto& any : {wire, "2B 0E 01 00"_octets, "2B 99"_octets})
        check_rebuilds<view, owner>(any);
}

TEST_CASE("an encapsulated interface has a type and fits a PDU") {
    CHECK(refusal<view>({}) == modbus_error(errc::truncated, 0));
    CHECK(refusal<view>("2B"_octets) == modbus_error(errc::truncated, 1));
    CHECK(refusal<view>("2C 0D"_octets) == modbus_error(errc::function_unexpected, 0, 0x2B, 0x2C));
    octets longest(253, 0x2B);
    check_rebuilds<view, owner>(longest);
    longest.push_back(0);
    CHECK(refusal<view>(longest) == modbus_error(errc::pdu_length, 253, 253, 254));
    CHECK(owner::make(mei_type{0x99}, octets(252)).error() ==
          modbus_error(errc::value_out_of_range, 2, 251, 252));
}
