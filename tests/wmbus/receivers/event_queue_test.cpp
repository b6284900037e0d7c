#include <meterlink/wmbus/receivers/event_queue.hpp>

#include <cstddef>
#include <variant>

#include <meterlink/wmbus/receivers/hex_lines.hpp>

#include "listening.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test::listening;
using namespace meterlink::wmbus;

namespace {

garbage numbered(std::size_t i) { return {i, link_error(errc::line_syntax, 0)}; }

} // namespace

TEST_CASE("events come out in the order in which they went in") {
    event_queue queue;
    CHECK_FALSE(queue.pop());
    for (std::size_t round = 0; round < 3; ++round) {
        queue.push(numbered(1));
        queue.push(numbered(2));
        CHECK(queue.pop() == receiver_event{numbered(1)});
        queue.push(numbered(3));
        CHECK(queue.pop() == receiver_event{numbered(2)});
        CHECK(queue.pop() == receiver_event{numbered(3)});
        CHECK_FALSE(queue.pop());
    }
}

TEST_CASE("events that nobody takes are counted and not kept") {
    event_queue queue;
    queue.push(numbered(0));
    CHECK(queue.pop()); // leaves a gap at the front
    for (std::size_t i = 0; i < event_queue::capacity + 7; ++i)
        queue.push(numbered(i));
    for (std::size_t i = 0; i < event_queue::capacity; ++i)
        REQUIRE(queue.pop() == receiver_event{numbered(i)});
    CHECK(queue.pop() == receiver_event{events_lost{7}});
    CHECK_FALSE(queue.pop());
}

TEST_CASE("a large input is fed piece by piece and loses no event") {
    octets input;
    for (std::size_t i = 0; i < 10'000; ++i) {
        input.push_back('x');
        input.push_back('\n');
    }
    hex_receiver receiver;
    std::size_t count = 0;
    feed(receiver, input, start,
         [&](const receiver_event& event) { count += std::holds_alternative<garbage>(event) ? 1U : 0U; });
    CHECK(count == 10'000);
    receiver.handle_input(input, start);
    count = take_events(receiver).size();
    CHECK(count == event_queue::capacity + 1);
}
