#include <meterlink/modbus/request_options.hpp>

#include "support/catch.hpp"

using namespace meterlink::modbus;

TEST_CASE("a request without options of its own leaves all to unit and client") {
    constexpr request_options plain;
    STATIC_REQUIRE(plain.priority == priority::normal);
    STATIC_REQUIRE(priority::low < priority::normal);
    STATIC_REQUIRE(priority::normal < priority::high);
    STATIC_REQUIRE(!plain.response_timeout);
    STATIC_REQUIRE(!plain.retries);
    STATIC_REQUIRE(!plain.response_size);
}
