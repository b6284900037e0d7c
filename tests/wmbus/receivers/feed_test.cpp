#include <meterlink/wmbus/receivers/feed.hpp>

#include <cstddef>
#include <variant>

#include <meterlink/wmbus/receivers/event_queue.hpp>
#include <meterlink/wmbus/receivers/hex_lines.hpp>

#include "listening.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test::listening;
using namespace meterlink::wmbus;

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
