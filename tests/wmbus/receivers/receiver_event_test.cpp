#include <meterlink/wmbus/receivers/receiver_event.hpp>

#include <variant>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::wmbus;

TEST_CASE("every command to a receiver has a name of its own") {
    CHECK(name(receiver_command::ping) == "ping");
    CHECK(name(receiver_command::set_mode) == "set_mode");
    CHECK(name(receiver_command::read_configuration) == "read_configuration");
    CHECK(name(receiver_command::set_configuration) == "set_configuration");
    CHECK(name(receiver_command::device_information) == "device_information");
    CHECK(name(receiver_command::serial_number) == "serial_number");
    CHECK(name(receiver_command::reset) == "reset");
    CHECK(name(receiver_command::factory_reset) == "factory_reset");
    CHECK(name(static_cast<receiver_command>(99)) == "unknown");
}

TEST_CASE("only what sets something is answered by a status") {
    CHECK(is_answered_by_status(receiver_command::set_mode));
    CHECK(is_answered_by_status(receiver_command::set_configuration));
    CHECK_FALSE(is_answered_by_status(receiver_command::ping));
    CHECK_FALSE(is_answered_by_status(receiver_command::serial_number));
}

TEST_CASE("events of receivers are compared by what they say") {
    const receiver_event a = garbage{3, {errc::checksum, layer::wmbus, 2}};
    CHECK(a == receiver_event{garbage{3, {errc::checksum, layer::wmbus, 2}}});
    CHECK_FALSE(a == receiver_event{garbage{4, {errc::checksum, layer::wmbus, 2}}});
    CHECK_FALSE(receiver_event{receiver_text{"a"}} == receiver_event{receiver_text{"b"}});
    CHECK_FALSE(receiver_event{receiver_silent{receiver_command::ping, 3}} ==
                receiver_event{receiver_silent{receiver_command::reset, 3}});
    CHECK_FALSE(receiver_event{receiver_answer{{}, 1, {}}} ==
                receiver_event{receiver_answer{receiver_command::ping, 1, {}}});
    CHECK_FALSE(receiver_event{events_lost{1}} == receiver_event{rejected{}});
}
