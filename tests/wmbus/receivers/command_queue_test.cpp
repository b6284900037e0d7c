#include <meterlink/wmbus/receivers/command_queue.hpp>

#include <chrono>

#include "listening.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test::literals;
using namespace meterlink::test::listening;
using namespace meterlink::wmbus;
using namespace std::chrono_literals;

namespace {

command_queue::command command(std::uint16_t answer) {
    command_queue::command out{receiver_command::ping, answer, {}, {}};
    out.wire.push_back(static_cast<std::uint8_t>(answer));
    return out;
}

octets sent(command_queue& queue) { return take_sent(queue); }

} // namespace

TEST_CASE("a command is sent once and answered once") {
    command_queue queue;
    REQUIRE(queue.push(command(1), start));
    CHECK_FALSE(queue.take_answer(1, start)); // nobody has asked yet
    CHECK(sent(queue) == "01"_octets);
    CHECK_FALSE(queue.poll_transmit());
    CHECK_FALSE(queue.take_answer(2, start));
    CHECK(queue.take_answer(1, start) == command_queue::answered{receiver_command::ping});
    CHECK_FALSE(queue.take_answer(1, start));
    CHECK_FALSE(queue.poll_timeout());
}

TEST_CASE("a command that nobody sends is never given up") {
    command_queue queue{{1s, 1}};
    REQUIRE(queue.push(command(1), start));
    CHECK_FALSE(queue.handle_timeout(start + 1s));
    CHECK_FALSE(queue.handle_timeout(start + 5s));
    CHECK(sent(queue) == "01"_octets);
    CHECK_FALSE(queue.handle_timeout(start + 5s + 999ms));
    CHECK(queue.handle_timeout(start + 6s) == receiver_silent{receiver_command::ping, 1});
}

TEST_CASE("commands wait for each other") {
    command_queue queue;
    for (std::uint16_t i = 0; i < command_queue::capacity; ++i)
        REQUIRE(queue.push(command(i), start));
    CHECK(queue.push(command(9), start).error().code == errc::buffer_too_small);
    for (std::uint16_t i = 0; i < command_queue::capacity; ++i) {
        CHECK(sent(queue) == octets{static_cast<std::uint8_t>(i)});
        CHECK(queue.take_answer(i, start));
    }
    CHECK_FALSE(queue.poll_transmit());
}

TEST_CASE("every answer brings the mode of its own command") {
    command_queue queue;
    for (const auto asked : {mode::t1, mode::s1})
        REQUIRE(queue.push({receiver_command::set_mode, 4, {}, asked}, start));
    for (const auto asked : {mode::t1, mode::s1}) {
        CHECK(queue.poll_transmit());
        CHECK(queue.take_answer(4, start) == command_queue::answered{receiver_command::set_mode, asked});
    }
}
