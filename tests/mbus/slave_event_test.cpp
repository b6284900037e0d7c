#include <meterlink/mbus/slave_event.hpp>

#include <set>
#include <string_view>

#include "support/catch.hpp"

using namespace meterlink::mbus;

TEST_CASE("every kind of a slave's event has a name of its own") {
    std::set<std::string_view> names;
    for (int kind = 0; kind <= static_cast<int>(slave_event_kind::baud_rate_fallen_back); ++kind)
        names.insert(name(static_cast<slave_event_kind>(kind)));
    CHECK(names.size() == 13);
    CHECK(names.count("") == 0);
    CHECK(name(slave_event_kind::refused) == "refused");
    CHECK(name(slave_event_kind::baud_rate_fallen_back) == "baud_rate_fallen_back");
}

TEST_CASE("events come in their order and the oldest give way") {
    slave_events events;
    CHECK_FALSE(events.pop());
    for (unsigned i = 0; i < slave_events::capacity + 3; ++i)
        events.push(slave_event_kind::data_written, i);
    for (unsigned i = 3; i < slave_events::capacity + 3; ++i)
        CHECK(events.pop() == slave_event{slave_event_kind::data_written, i});
    CHECK_FALSE(events.pop());
}
