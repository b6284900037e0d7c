#include <meterlink/io/modbus_answer.hpp>

#include <chrono>

#include <meterlink/modbus/read_holding_registers.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::io;
using namespace meterlink::test::literals;
using namespace std::chrono_literals;

TEST_CASE("a reply is kept when the memory of the client has gone") {
    modbus_answer answer;
    {
        const auto request = "03 00 00 00 01"_octets;
        const auto response = "03 02 12 34"_octets;
        answer = modbus_answer::from(modbus::reply{modbus::request_id{1}, 7, request, response});
    }
    REQUIRE(answer);
    CHECK(answer.how == modbus_ending::reply);
    CHECK(answer.unit == 7);
    const auto view = answer.as<modbus::read_holding_registers_response_view>();
    REQUIRE(view);
    CHECK(view->registers()[0] == 0x1234);
}

TEST_CASE("what failed says how") {
    const auto id = modbus::request_id{1};
    const auto refused = modbus_answer::from(modbus::exception_reply{
        id, 7, modbus::function::read_coils, modbus::exception_code::illegal_data_address});
    CHECK_FALSE(refused);
    CHECK(refused.how == modbus_ending::exception);
    CHECK(refused.exception == modbus::exception_code::illegal_data_address);

    const auto silent = modbus_answer::from(modbus::no_reply{id, 7, 3});
    CHECK(silent.how == modbus_ending::no_reply);
    CHECK(silent.attempts == 3);

    const error why{errc::frame_crc, layer::modbus, 5};
    const auto bad = modbus_answer::from(modbus::bad_reply{id, 7, 2, why});
    CHECK(bad.how == modbus_ending::bad_reply);
    CHECK(bad.why == why);
    CHECK(bad.attempts == 2);

    const auto later = modbus_answer::from(modbus::unit_degraded{id, 7, instant{5s}});
    CHECK(later.how == modbus_ending::unit_degraded);
    CHECK(later.until == instant{5s});

    CHECK(modbus_answer::from(modbus::cancelled{id}).how == modbus_ending::cancelled);
    CHECK(modbus_answer::from(modbus::broadcast_sent{id}));
    CHECK(name(modbus_ending::bad_reply) == "bad reply");
    CHECK(name(modbus_answer{}.how) == "no line");
}
