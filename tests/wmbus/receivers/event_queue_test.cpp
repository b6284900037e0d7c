#include <meterlink/wmbus/receivers/event_queue.hpp>

#include <cstddef>
#include <variant>

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
