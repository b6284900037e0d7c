#include <meterlink/modbus/exception.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

TEST_CASE("an exception response is taken apart and built") {
    const auto wire = "81 02"_octets;
    const auto response = parsed<exception_response>(wire);
    CHECK(response.code == function::read_coils);
    CHECK(response.reason == exception_code::illegal_data_address);
    check_emits(exception_response{function::read_coils, exception_code::illegal_data_address}, wire);
}

TEST_CASE("an exception response of any function and reason comes back as it was") {
    for (unsigned code = 0x80; code <= 0xFF; ++code)
        for (unsigned reason = 0; reason <= 0xFF; ++reason) {
            const octets wire{static_cast<std::uint8_t>(code), static_cast<std::uint8_t>(reason)};
            REQUIRE(to_bytes(parsed<exception_response>(wire)) == wire);
        }
}

TEST_CASE("what is no exception response is refused") {
    CHECK(refusal<exception_response>({}) == modbus_error(errc::truncated, 0));
    CHECK(refusal<exception_response>("83"_octets) == modbus_error(errc::truncated, 1));
    CHECK(refusal<exception_response>("83 02 00"_octets) == modbus_error(errc::pdu_length, 2, 2, 3));
    CHECK(refusal<exception_response>("03 02"_octets) ==
          modbus_error(errc::function_unexpected, 0, 0x83, 0x03));
}

TEST_CASE("exception codes have names and say what they mean") {
    CHECK(name(exception_code::illegal_function) == "illegal_function");
    CHECK(name(exception_code::gateway_target_failed_to_respond) == "gateway_target_failed_to_respond");
    CHECK(name(static_cast<exception_code>(0x63)) == "unknown");
    CHECK(message(exception_code::server_device_busy) == "the device is busy with something else");
    CHECK(message(static_cast<exception_code>(0)) == "the device refuses for a reason of its own");
}
