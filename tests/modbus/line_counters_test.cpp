#include <meterlink/modbus/line_counters.hpp>

#include <vector>

#include "support/catch.hpp"

using namespace meterlink::modbus;

namespace {

std::vector<unsigned> log_of(const line_counters& counters) {
    std::vector<unsigned> out;
    counters.for_each_logged([&](std::uint8_t event) { out.push_back(event); });
    return out;
}

} // namespace

TEST_CASE("everything is counted where the standard wants it") {
    line_counters counters;
    counters.note_message();
    counters.note_message();
    counters.note_error();
    counters.note_request(true);
    counters.note_no_response();
    counters.note_request(false);
    counters.note_answer(true);
    counters.note_answer(false);
    counters.note_exception(exception_code::illegal_data_address);
    counters.note_exception(exception_code::server_device_busy);
    counters.note_exception(exception_code::negative_acknowledge);
    counters.note_exception(exception_code::server_device_failure);
    CHECK(counters.of(diagnostic::bus_message_count) == 2);
    CHECK(counters.of(diagnostic::bus_communication_error_count) == 1);
    CHECK(counters.of(diagnostic::bus_exception_error_count) == 4);
    CHECK(counters.of(diagnostic::server_message_count) == 2);
    CHECK(counters.of(diagnostic::server_no_response_count) == 1);
    CHECK(counters.of(diagnostic::server_negative_acknowledge_count) == 1);
    CHECK(counters.of(diagnostic::server_busy_count) == 1);
    CHECK(counters.of(diagnostic::bus_character_overrun_count) == 0);
    CHECK_FALSE(counters.of(diagnostic::return_query_data));
    CHECK(counters.events() == 1);
    CHECK(log_of(counters) == std::vector<unsigned>{0x42, 0x48, 0x44, 0x41, 0x40, 0x40, 0x80, 0xC0, 0x82});
    counters.clear();
    CHECK(counters.of(diagnostic::bus_message_count) == 0);
    CHECK(counters.events() == 0);
    CHECK(counters.logged() == 9);
}

TEST_CASE("the log keeps the latest 64 events") {
    line_counters counters;
    for (int i = 0; i < 100; ++i)
        counters.note_request(i == 99);
    const auto log = log_of(counters);
    REQUIRE(log.size() == 64);
    CHECK(log[0] == 0xC0);
    CHECK(log[1] == 0x80);
}

TEST_CASE("a restart ends listening and begins counting anew") {
    line_counters counters;
    counters.note_message();
    counters.listen_only();
    CHECK(counters.is_listening_only());
    counters.note_request(false);
    counters.restart(false);
    CHECK_FALSE(counters.is_listening_only());
    CHECK(counters.messages() == 0);
    CHECK(log_of(counters) == std::vector<unsigned>{0x00, 0xA0, 0x04});
    counters.restart(true);
    CHECK(log_of(counters) == std::vector<unsigned>{0x00});
}
