#include <meterlink/mbus/slave_meter.hpp>

#include <vector>

#include "octets.hpp"
#include "support/catch.hpp"
#include "talking.hpp"

using namespace meterlink;
using namespace meterlink::mbus;

namespace {

slave_meter one_volume() {
    auto description = slave_description::of(3, {0x12345678, 0x4024, 1, 7});
    apl::record_list list;
    list.records.push_back(apl::record::parse("01 13 05"_octets).value());
    REQUIRE(description.add(list));
    return slave_meter::make(description).value();
}

} // namespace

TEST_CASE("the access number counts and wraps") {
    auto description = slave_description::of(3, {0x12345678, 0x4024, 1, 7});
    description.access_number = 254;
    auto meter = slave_meter::make(description).value();
    for (const auto number : {254, 255, 0, 1})
        CHECK(int{meter.class_2_data().user_data()[8]} == number);
}

TEST_CASE("an application error takes the place of one answer") {
    auto meter = one_volume();
    slave_events events;
    meter.execute("55"_octets, events);
    CHECK(events.pop() == slave_event{slave_event_kind::refused, slave_meter::unimplemented_ci});
    CHECK(to_bytes(meter.class_2_data()) == framed("08 03 70 01"_octets));
    CHECK(meter.class_2_data().ci() == 0x72);
    CHECK(meter.access_number() == 1);
}

TEST_CASE("an application reset forgets an application error") {
    auto meter = one_volume();
    slave_events events;
    meter.execute("55"_octets, events);
    meter.execute("50"_octets, events);
    CHECK(meter.class_2_data().ci() == 0x72);
}

TEST_CASE("records before an impossible one are obeyed") {
    auto meter = one_volume();
    slave_events events;
    meter.execute("51 01 7A 09 01 7A FF 01 7A 0A"_octets, events);
    CHECK(meter.address() == 9);
    CHECK(meter.class_2_data().ci() == 0x70);
}

TEST_CASE("clocks of every length are set and impossible times are not") {
    const auto event = [](const std::vector<std::uint8_t>& payload) {
        auto meter = one_volume();
        slave_events events;
        meter.execute(payload, events);
        return events.pop().value();
    };
    CHECK(event("51 04 6D 05 0E 5D 33"_octets) == slave_event{slave_event_kind::clock_set, 4});
    CHECK(event("51 06 6D 1E 05 EE 5D 33 0D"_octets) == slave_event{slave_event_kind::clock_set, 6});
    CHECK(event("51 02 6C 5F 3C"_octets) == slave_event{slave_event_kind::clock_set, 2});
    CHECK(event("51 02 6C 01 0D"_octets).kind == slave_event_kind::refused);
    CHECK(event("51 04 6D FF FF FF FF"_octets).kind == slave_event_kind::refused);
    CHECK(event("51 06 6D 3E 05 EE 5D 33 0D"_octets).kind == slave_event_kind::refused);
}

TEST_CASE("an alarm is told until it is asked for again") {
    auto meter = one_volume();
    slave_events events;
    CHECK_FALSE(meter.class_1_data(events));
    meter.raise_alarm(0x81);
    CHECK(meter.class_2_data().c().acd());
    CHECK(to_bytes(meter.class_1_data(events).value()) == framed("08 03 71 81"_octets));
    CHECK_FALSE(meter.class_1_data(events));
    CHECK_FALSE(meter.alarm());
    CHECK_FALSE(meter.class_2_data().c().acd());
}

TEST_CASE("a description that no frame can carry makes no meter") {
    auto description = slave_description::of(251, {});
    CHECK(slave_meter::make(description).error() == link_error(errc::value_out_of_range, 0, 250, 251));
    description.address = 1;
    description.telegrams.push_back({});
    CHECK(slave_meter::make(description).error() == link_error(errc::value_out_of_range, 0));
}
