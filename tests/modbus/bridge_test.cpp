#include <meterlink/modbus/bridge.hpp>

#include <chrono>
#include <map>
#include <utility>
#include <vector>

#include "modbus_peer.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;
using namespace std::chrono_literals;

static_assert(session<bridge>);

namespace {

const auto question = "03 00 07 00 02"_octets;

bridge_options quiet() {
    bridge_options how;
    how.line.degradation.failures = 0;
    return how;
}

/// A bridge in virtual time between clients and a line whose devices answer as `answers` says.
class town {
public:
    explicit town(const bridge_options& how = quiet()) : between{how}, framing_{how.line.framing} {}

    void ask(upstream_id from, std::uint16_t transaction, unit_id unit, const octets& pdu = question) {
        between.handle_upstream_input(from, framed(framing::tcp, {transaction, unit, pdu}), now);
        settle();
    }

    /// Lets time pass; devices answer after 20 ms.
    void run_for(session_clock::duration how_long = 60s) {
        const auto end = now + how_long;
        for (std::size_t steps = 0; steps < 100'000; ++steps) {
            settle();
            auto next = between.poll_timeout();
            const bool is_input = !on_the_way_.empty() && (!next || on_the_way_.begin()->first <= *next);
            if (is_input)
                next = on_the_way_.begin()->first;
            if (!next || *next > end)
                break;
            now = std::max(now, *next);
            if (is_input) {
                const auto octets_there = on_the_way_.begin()->second;
                on_the_way_.erase(on_the_way_.begin());
                between.handle_input(octets_there, now);
            } else {
                between.handle_timeout(now);
            }
        }
        now = end;
        settle();
    }

    void settle() {
        while (const auto out = between.poll_transmit()) {
            const auto asked = unframed(framing_, *out);
            on_line.push_back(asked);
            if (!is_silent[asked.unit] && asked.unit != 0)
                on_the_way_.emplace(
                    now + 20ms, framed(framing_, {asked.transaction, asked.unit, registers_reply(asked)}));
        }
        while (const auto event = between.poll_event())
            if (const auto* ready = std::get_if<upstream_ready>(&*event))
                collect(ready->which);
            else if (const auto* no = std::get_if<request_refused>(&*event))
                refused.push_back(*no);
    }

    void collect(upstream_id which) {
        octets all;
        while (const auto out = between.poll_upstream_transmit(which))
            all.insert(all.end(), out->begin(), out->end());
        for (bytes_view rest = all; !rest.empty();) {
            const auto size = tcp_frame_view::announced_size(rest).value();
            got[which].push_back(unframed(framing::tcp, rest.first(size)));
            rest = rest.subspan(size);
        }
    }

    bridge between;
    instant now{1h};
    std::map<unit_id, bool> is_silent;
    std::vector<kept_adu> on_line;
    std::vector<request_refused> refused;
    std::map<upstream_id, std::vector<kept_adu>> got;

private:
    framing framing_;
    std::multimap<instant, octets> on_the_way_;
};

octets answer_of(unit_id unit) { return registers_reply({0, unit, question}); }

} // namespace

TEST_CASE("an answer goes to who asked under its transaction") {
    for (const auto which : {framing::rtu, framing::ascii, framing::tcp}) {
        auto how = quiet();
        how.line.framing = which;
        town place{how};
        const auto one = place.between.connect();
        const auto two = place.between.connect();
        place.ask(one, 0x1234, 5);
        place.ask(two, 0x1234, 6);
        place.run_for();
        CHECK(place.got[one] == std::vector<kept_adu>{{0x1234, 5, answer_of(5)}});
        CHECK(place.got[two] == std::vector<kept_adu>{{0x1234, 6, answer_of(6)}});
        CHECK(place.between.unfinished() == 0);
        CHECK_FALSE(place.between.poll_timeout());
    }
}

TEST_CASE("connections take turns however much one of them asks") {
    town place;
    const auto greedy = place.between.connect();
    const auto modest = place.between.connect();
    const auto third = place.between.connect();
    for (std::uint16_t i = 0; i < 20; ++i)
        place.ask(greedy, i, 1);
    place.ask(modest, 100, 2);
    place.ask(modest, 101, 2);
    place.ask(third, 200, 3);
    place.run_for();
    REQUIRE(place.on_line.size() == 23);
    std::vector<unit_id> order;
    for (std::size_t i = 0; i < 6; ++i)
        order.push_back(place.on_line[i].unit);
    CHECK(order == std::vector<unit_id>{1, 2, 3, 1, 2, 1});
    REQUIRE(place.got[greedy].size() == 20);
    for (std::uint16_t i = 0; i < 20; ++i)
        CHECK(place.got[greedy][i].transaction == i);
    CHECK(place.got[modest].size() == 2);
}

TEST_CASE("a silent device is exception 0B and does not stop the others") {
    town place;
    const auto one = place.between.connect();
    place.is_silent[9] = true;
    place.ask(one, 1, 9);
    place.ask(one, 2, 5);
    place.run_for(400ms);
    CHECK(place.got[one].empty());
    place.run_for(5s);
    CHECK(place.got[one] == std::vector<kept_adu>{{1, 9, "83 0B"_octets}, {2, 5, answer_of(5)}});
    REQUIRE(place.refused.size() == 1);
    CHECK(place.refused[0].unit == 9);
    CHECK(place.refused[0].code == exception_code::gateway_target_failed_to_respond);
}

TEST_CASE("exceptions of a device are passed on") {
    town place;
    const auto one = place.between.connect();
    place.is_silent[9] = true;
    place.ask(one, 7, 9);
    place.between.handle_input(framed(framing::rtu, {0, 9, "83 02"_octets}), place.now + 30ms);
    place.run_for();
    CHECK(place.got[one] == std::vector<kept_adu>{{7, 9, "83 02"_octets}});
}

TEST_CASE("while the line is down everything is exception 0A") {
    town place;
    const auto one = place.between.connect();
    place.ask(one, 1, 5);
    place.ask(one, 2, 6);
    place.between.handle_link(false, place.now);
    place.settle();
    CHECK(place.got[one] == std::vector<kept_adu>{{1, 5, "83 0A"_octets}, {2, 6, "83 0A"_octets}});
    place.ask(one, 3, 7);
    REQUIRE(place.got[one].size() == 3);
    CHECK(place.got[one][2].pdu == "83 0A"_octets);
    CHECK(place.between.unfinished() == 0);
    place.run_for(10s);
    place.between.handle_link(true, place.now);
    place.ask(one, 4, 8);
    place.run_for();
    REQUIRE(place.got[one].size() == 4);
    CHECK(place.got[one][3].pdu == answer_of(8));
}

TEST_CASE("what a client asked that has gone is neither sent nor answered to another") {
    town place;
    const auto one = place.between.connect();
    const auto two = place.between.connect();
    place.ask(one, 1, 5);
    place.ask(one, 2, 6);
    place.ask(two, 3, 7);
    place.between.disconnect(one);
    CHECK_FALSE(place.between.is_connected(one));
    const auto other = place.between.connect();
    CHECK(other != one);
    place.run_for();
    REQUIRE(place.on_line.size() == 2);
    CHECK(place.on_line[1].unit == 7);
    CHECK(place.got[two].size() == 1);
    CHECK(place.got[other].empty());
    CHECK(place.between.unfinished() == 0);
    place.ask(one, 9, 5); // goes nowhere
    CHECK(place.between.unfinished() == 0);
    place.ask(other, 9, 5);
    place.run_for();
    CHECK(place.got[other].size() == 1);
}

TEST_CASE("units are mapped there and back") {
    auto how = quiet();
    how.units = unit_mapping::offset(-100).set(255, 7);
    town place{how};
    const auto one = place.between.connect();
    place.ask(one, 1, 105);
    place.ask(one, 2, 255);
    place.ask(one, 3, 5);
    place.run_for();
    REQUIRE(place.on_line.size() == 2);
    CHECK(place.on_line[0].unit == 5);
    CHECK(place.on_line[1].unit == 7);
    CHECK(place.got[one] ==
          std::vector<kept_adu>{{3, 5, "83 0A"_octets}, {1, 105, answer_of(5)}, {2, 255, answer_of(7)}});
}

TEST_CASE("everybody on the line is asked only where that is mapped and has no answer") {
    auto how = quiet();
    town barred{how};
    const auto one = barred.between.connect();
    barred.ask(one, 1, 0, "06 00 01 00 02"_octets);
    CHECK(barred.got[one] == std::vector<kept_adu>{{1, 0, "86 0A"_octets}});

    how.units.set(0, 0);
    town place{how};
    const auto two = place.between.connect();
    place.ask(two, 1, 0, "06 00 01 00 02"_octets);
    place.ask(two, 2, 0);
    place.ask(two, 3, 4);
    place.run_for();
    REQUIRE(place.on_line.size() == 2);
    CHECK(place.on_line[0].unit == 0);
    CHECK(place.got[two] == std::vector<kept_adu>{{2, 0, "83 0A"_octets}, {3, 4, answer_of(4)}});
}

TEST_CASE("what would be misunderstood on a line does not get there") {
    auto how = quiet();
    how.also_passed = {function{0x41}};
    town place{how};
    const auto one = place.between.connect();
    std::uint16_t number = 0;
    for (const auto* pdu : {"03 00 00 00 01 00 00", "03 00 00", "0F 00 00 00 0A 03 FF 03",
                            "10 00 00 00 01 FF 00", "08 00 00", "2B", "03 00 00 00 00", "03 00 00 00 7E",
                            "05 00 00 12 34", "08 00 00 00 00 E1 8F 11 06 00 01 12 34"}) {
        const auto wrong = from_hex(pdu);
        place.ask(one, ++number, 1, wrong);
        REQUIRE(place.got[one].size() == number);
        CHECK(place.got[one].back().pdu == octets{static_cast<std::uint8_t>(wrong[0] | 0x80), 3});
    }
    place.ask(one, 90, 1, "83 01"_octets);
    CHECK(place.got[one].back().pdu == "83 01"_octets);
    place.ask(one, 91, 1, "00"_octets);
    CHECK(place.got[one].back().pdu == "80 01"_octets);
    place.run_for();
    CHECK(place.on_line.empty());
    place.is_silent[1] = true;
    place.ask(one, 93, 1, "41 01 02"_octets);
    place.run_for();
    REQUIRE(place.on_line.size() == 1);
    CHECK(place.on_line[0].pdu == "41 01 02"_octets);
}

TEST_CASE("an echo of any length is passed where frames have marks at both ends") {
    for (const auto which : {framing::ascii, framing::tcp}) {
        auto how = quiet();
        how.line.framing = which;
        town place{how};
        const auto one = place.between.connect();
        place.is_silent[1] = true;
        place.ask(one, 92, 1, "08 00 00 01 02 03 04"_octets);
        place.run_for();
        REQUIRE(place.on_line.size() == 1);
        CHECK(place.on_line[0].pdu == "08 00 00 01 02 03 04"_octets);
    }
}

TEST_CASE("what nobody answers does not take a device away from the others") {
    auto how = quiet();
    how.line.degradation.failures = 3;
    town place{how};
    const auto rude = place.between.connect();
    const auto polite = place.between.connect();
    for (std::uint16_t i = 0; i < 10; ++i)
        place.ask(rude, i, 1, "03 00 00 00 00"_octets);
    place.ask(polite, 90, 1);
    place.run_for();
    REQUIRE(place.got[polite].size() == 1);
    CHECK(place.got[polite][0].pdu == answer_of(1));
}

TEST_CASE("too many and too old requests find the line busy") {
    auto how = quiet();
    how.most_waiting = 3;
    how.longest_wait = 1s;
    town place{how};
    place.is_silent[9] = true;
    const auto one = place.between.connect();
    for (std::uint16_t i = 0; i < 5; ++i)
        place.ask(one, i, 9);
    CHECK(place.got[one] == std::vector<kept_adu>{{4, 9, "83 06"_octets}});
    place.run_for();
    REQUIRE(place.got[one].size() == 5);
    CHECK(place.got[one][1].pdu == "83 0B"_octets);
    CHECK(place.got[one][2].pdu == "83 0B"_octets);
    CHECK(place.got[one][4].pdu == "83 06"_octets);
}

TEST_CASE("a connection whose framing is lost is to be closed and others are not") {
    town place;
    const auto bad = place.between.connect();
    const auto good = place.between.connect();
    auto wire = framed(framing::tcp, {1, 5, question});
    const auto noise = "00 02 00 01 00 06 01 03 00 00 00 01"_octets;
    wire.insert(wire.end(), noise.begin(), noise.end());
    place.between.handle_upstream_input(bad, wire, place.now);
    CHECK(place.between.wants_close(bad));
    place.ask(good, 2, 6);
    place.run_for();
    CHECK(place.got[bad] == std::vector<kept_adu>{{1, 5, answer_of(5)}});
    CHECK(place.got[good].size() == 1);
    CHECK_FALSE(place.between.wants_close(good));

    place.between.handle_upstream_input(good, bytes_view{wire}.first(4), place.now);
    place.run_for(29s);
    CHECK_FALSE(place.between.wants_close(good));
    place.run_for(2s);
    CHECK(place.between.wants_close(good));
}

TEST_CASE("a client that does not take its answers is given up") {
    auto how = quiet();
    how.most_output = 20;
    how.units = unit_mapping::none();
    bridge between{how};
    const auto one = between.connect();
    const instant now{1h};
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(between.wants_close(one));
        between.handle_upstream_input(one, framed(framing::tcp, {1, 1, question}), now);
    }
    CHECK(between.wants_close(one));
    CHECK_FALSE(between.poll_upstream_transmit(one));
}

TEST_CASE("a client cannot silence a device for others unless the bridge is told to let it") {
    const std::vector<octets> risky{"08 00 04 00 00"_octets, "08 00 01 00 00"_octets, "08 00 0A 00 00"_octets,
                                    "2B 0D 01 02 03"_octets, "41 01 02"_octets,       "5A 00"_octets};
    town strict;
    const auto one = strict.between.connect();
    for (const auto& pdu : risky) {
        strict.ask(one, 1, 5, pdu);
        REQUIRE_FALSE(strict.got[one].empty());
        CHECK(strict.got[one].back().pdu == octets{static_cast<std::uint8_t>(pdu[0] | 0x80), 1});
    }
    strict.is_silent[5] = true;
    strict.ask(one, 2, 5, "08 00 00 12 34"_octets);
    strict.ask(one, 3, 5, "2B 0E 01 00"_octets);
    strict.run_for();
    REQUIRE(strict.on_line.size() == 2);
    CHECK(strict.on_line[0].pdu == "08 00 00 12 34"_octets);

    auto how = quiet();
    how.also_passed = {function::diagnostics, function::encapsulated_interface, function{0x41},
                       function{0x5A}};
    town open{how};
    open.is_silent[5] = true;
    const auto two = open.between.connect();
    for (const auto& pdu : risky)
        open.ask(two, 1, 5, pdu);
    open.run_for();
    CHECK(open.on_line.size() == risky.size());
}

TEST_CASE("a bridge that is read only passes what reads and nothing else") {
    auto how = quiet();
    how.is_read_only = true;
    how.also_passed = {function::diagnostics, function{0x41}};
    town place{how};
    const auto one = place.between.connect("operator");
    for (const auto* pdu :
         {"05 00 01 FF 00", "06 00 01 00 02", "0F 00 00 00 01 01 01", "10 00 00 00 01 02 00 01",
          "15 09 06 00 01 00 00 00 01 00 02", "16 00 01 00 F0 00 01", "17 00 00 00 01 00 00 00 01 02 00 01",
          "08 00 01 00 00", "41 01"}) {
        const auto writes = from_hex(pdu);
        place.ask(one, 1, 5, writes);
        REQUIRE_FALSE(place.got[one].empty());
        CHECK(place.got[one].back().pdu == octets{static_cast<std::uint8_t>(writes[0] | 0x80), 1});
    }
    place.ask(one, 2, 5);
    place.run_for();
    CHECK(place.on_line.size() == 1);
    CHECK(place.got[one].back().pdu == answer_of(5));
}

TEST_CASE("clients do at a bridge what their role may") {
    std::vector<access_request> asked;
    auto how = quiet();
    how.authorise = [&](const access_request& what) {
        asked.push_back(what);
        asked.back().role.reset();
        return !what.changes || what.role == "operator";
    };
    town place{how};
    const auto writes = "06 00 01 00 02"_octets;
    const auto nobody = place.between.connect();
    const auto reader = place.between.connect("reader");
    const auto writer = place.between.connect();
    place.between.set_role(writer, "operator");
    for (const auto who : {nobody, reader, writer})
        place.ask(who, 1, 5);
    place.ask(nobody, 2, 0, "15 09 06 00 01 00 00 00 01 00 02"_octets);
    place.ask(reader, 2, 5, writes);
    CHECK(place.got[nobody] == std::vector<kept_adu>{{2, 0, "95 01"_octets}});
    CHECK(place.got[reader] == std::vector<kept_adu>{{2, 5, "86 01"_octets}});
    place.run_for();
    place.ask(writer, 2, 5, writes);
    place.run_for();
    REQUIRE(place.on_line.size() == 4);
    CHECK(place.on_line[3].pdu == writes);
    REQUIRE(asked.size() == 5);
    CHECK(asked[0].unit == 5);
    CHECK(asked[0].read == table_range{register_table::holding_registers, 7, 2});
    CHECK(asked[4].write == table_range{register_table::holding_registers, 1, 1});
    CHECK(place.got[nobody].back().pdu == answer_of(5));

    // Whoever has the place of an operator next is none.
    place.between.disconnect(writer);
    const auto next = place.between.connect();
    place.ask(next, 1, 5, writes);
    CHECK(place.got[next] == std::vector<kept_adu>{{1, 5, "86 01"_octets}});
}

TEST_CASE("what an authoriser cannot be told for certain is not passed") {
    auto how = quiet();
    how.authorise = [](const access_request&) { return true; };
    town place{how};
    const auto one = place.between.connect("operator");
    place.ask(one, 1, 5, "10 00 00 00 01 04 00 01 00 02"_octets); // one register, and octets of two
    place.ask(one, 2, 5, "03 FF FF 00 02"_octets);
    CHECK(place.got[one] == std::vector<kept_adu>{{1, 5, "90 03"_octets}, {2, 5, "83 02"_octets}});
    CHECK(place.on_line.empty());
}
