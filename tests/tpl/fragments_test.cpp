#include <meterlink/tpl/fragments.hpp>

#include <algorithm>
#include <chrono>
#include <random>
#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::tpl;
using namespace std::chrono_literals;

namespace {

const meter_address meter{{0x1593}, 0x12345678, 0x33, device_type::gas};
const meter_address other{{0x1593}, 0x87654321, 0x33, device_type::gas};
const instant start{};

const auto first = "90 09 01 78 65 04 03 02 01 06 00 7A 01 02"_octets; // MCL, MCR and ML
const auto second = "90 02 02 40 03 04"_octets;
const auto third = "90 0A 03 04 A0 A1 A2 A3 A4 A5 A6 A7 05"_octets; // MAC

auto add(fragment_collector& to, const std::vector<std::uint8_t>& wire, instant now = start,
         const meter_address& sender = meter) {
    return to.add(sender, afl_view::parse(wire).value(), now);
}

bool is_waiting(const result<std::optional<assembled_message>>& outcome) { return outcome && !*outcome; }

std::vector<std::uint8_t> octets(bytes_view view) { return {view.begin(), view.end()}; }

} // namespace

TEST_CASE("a message in one piece passes through") {
    fragment_collector collector;
    const auto wire = "90 0B 00 3C 65 04 03 02 01 A0 A1 02 00 7A 01"_octets;
    auto changed = wire;
    changed[4] = 0x63; // a MAC of two octets
    const auto message = add(collector, changed);
    REQUIRE(message);
    REQUIRE(*message);
    CHECK(octets((*message)->octets) == "7A 01"_octets);
    CHECK((*message)->octets.data() == changed.data() + 13);
    CHECK((*message)->layer.mac().size() == 2);
    CHECK(collector.size() == 0);
    changed.push_back(0x02);
    CHECK(add(collector, changed).error() == error{errc::message_length, layer::tpl, 0, 2, 3});
}

TEST_CASE("fragments become a message with the fields of the first and the MAC of the last") {
    auto whole = first;
    whole[9] = 6;
    whole.push_back(0x09);
    fragment_collector collector;
    CHECK(is_waiting(add(collector, whole)));
    CHECK(collector.size() == 1);
    CHECK(is_waiting(add(collector, second, start + 1s)));
    const auto message = add(collector, "90 0A 03 04 A0 A1 A2 A3 A4 A5 A6 A7"_octets, start + 2s);
    REQUIRE(message);
    REQUIRE(*message);
    CHECK(octets((*message)->octets) == "7A 01 02 09 03 04"_octets);
    CHECK_FALSE((*message)->layer.is_fragment());
    CHECK((*message)->layer.control == message_control{0x65});
    CHECK((*message)->layer.counter == 0x01020304U);
    CHECK((*message)->layer.message_length == 6);
    CHECK(octets((*message)->layer.mac()) == "A0 A1 A2 A3 A4 A5 A6 A7"_octets);
    CHECK(collector.size() == 0);
}

TEST_CASE("a message of another length than announced is refused") {
    auto longer = third;
    longer.insert(longer.end(), {0x06, 0x07});
    fragment_collector collector;
    CHECK(is_waiting(add(collector, first)));
    CHECK(is_waiting(add(collector, second)));
    CHECK(add(collector, longer).error() == error{errc::message_length, layer::tpl, 0, 6, 8});
    CHECK(collector.size() == 0);
}

TEST_CASE("a fragment heard twice counts once") {
    fragment_collector collector;
    CHECK(is_waiting(add(collector, first)));
    CHECK(is_waiting(add(collector, first)));
    CHECK(is_waiting(add(collector, second)));
    CHECK(is_waiting(add(collector, second)));
    const auto message = add(collector, third);
    REQUIRE(message);
    CHECK(octets((*message)->octets) == "7A 01 02 03 04 05"_octets);
    CHECK(octets((*message)->layer.mac()) == "A0 A1 A2 A3 A4 A5 A6 A7"_octets);
}

TEST_CASE("a fragment that continues nothing is refused") {
    fragment_collector collector;
    CHECK(add(collector, second).error() == error{errc::fragment_unexpected, layer::tpl, 0, 1, 2});
    CHECK(is_waiting(add(collector, first)));
    CHECK(add(collector, third).error() == error{errc::fragment_unexpected, layer::tpl, 0, 2, 3});
    CHECK(collector.size() == 0);
    CHECK(add(collector, second).error() == error{errc::fragment_unexpected, layer::tpl, 0, 1, 2});
    CHECK(add(collector, "90 02 00 40 01"_octets).error() ==
          error{errc::fragment_unexpected, layer::tpl, 0, 1, 0});
}

TEST_CASE("a new first fragment begins a new message") {
    fragment_collector collector;
    CHECK(is_waiting(add(collector, first)));
    CHECK(is_waiting(add(collector, second)));
    CHECK(is_waiting(add(collector, first)));
    CHECK(collector.size() == 1);
    CHECK(add(collector, third).error().code == errc::fragment_unexpected);
}

TEST_CASE("senders do not disturb each other") {
    fragment_collector collector;
    CHECK(is_waiting(add(collector, first)));
    CHECK(is_waiting(add(collector, first, start, other)));
    CHECK(collector.size() == 2);
    CHECK(is_waiting(add(collector, second)));
    CHECK(is_waiting(add(collector, second, start, other)));
    CHECK(add(collector, third).value());
    CHECK(add(collector, third, start, other).value());
    CHECK(collector.size() == 0);
}

TEST_CASE("a message whose next fragment comes too late is forgotten") {
    fragment_collector collector;
    CHECK(is_waiting(add(collector, first)));
    CHECK(is_waiting(add(collector, second, start + 30s)));
    CHECK(add(collector, third, start + 60s + 1ns).error() ==
          error{errc::fragment_unexpected, layer::tpl, 0, 1, 3});
    CHECK(is_waiting(add(collector, first, start + 100s)));
    CHECK(collector.expire(start + 130s) == 0);
    CHECK(collector.expire(start + 131s) == 1);
    CHECK(collector.size() == 0);
}

TEST_CASE("the number of senders is bounded") {
    fragment_collector collector{fragment_limits{2, 100, 30s}};
    const meter_address latest{{0x1593}, 0x11111111, 0x33, device_type::gas};
    CHECK(is_waiting(add(collector, first, start)));
    CHECK(is_waiting(add(collector, first, start + 1s, other)));
    CHECK(is_waiting(add(collector, first, start + 2s, latest)));
    CHECK(collector.size() == 2);
    CHECK(add(collector, second, start + 3s).error().code == errc::fragment_unexpected);
    CHECK(is_waiting(add(collector, second, start + 3s, other)));
    CHECK(is_waiting(add(collector, second, start + 3s, latest)));
}

TEST_CASE("the length of a message is bounded") {
    fragment_collector collector{fragment_limits{2, 4, 30s}};
    CHECK(is_waiting(add(collector, first)));
    CHECK(add(collector, second).error() == error{errc::message_length, layer::tpl, 0, 4, 5});
    CHECK(collector.size() == 0);
}

TEST_CASE("any fragments in any order keep the collector within its bounds") {
    std::mt19937 random{9};
    fragment_collector collector{fragment_limits{3, 20, 5s}};
    auto now = start;
    for (int round = 0; round < 20'000; ++round) {
        afl layer;
        layer.fragment_id = static_cast<std::uint8_t>(random() % 4);
        layer.more_fragments = random() % 3 != 0;
        if (random() % 4 == 0)
            layer.message_length = static_cast<std::uint16_t>(random() % 20);
        auto wire = to_bytes(layer);
        wire.resize(wire.size() + random() % 12, 0x2F);
        const meter_address sender{{1}, static_cast<std::uint32_t>(random() % 6), 0, device_type::gas};
        now += std::chrono::milliseconds{random() % 2000};
        const auto outcome = add(collector, wire, now, sender);
        REQUIRE(collector.size() <= 3);
        if (outcome && *outcome) {
            REQUIRE((*outcome)->octets.size() <= 33);
            REQUIRE_FALSE((*outcome)->layer.is_fragment());
        }
    }
}

TEST_CASE("a fragment of another message does not continue this one") {
    fragment_collector collector;
    CHECK(is_waiting(add(collector, first)));
    const auto of_another = "90 06 02 48 09 03 02 01 03 04"_octets; // an MCR of its own
    CHECK(add(collector, of_another).error().code == errc::fragment_unexpected);
    CHECK(collector.size() == 0);
}
