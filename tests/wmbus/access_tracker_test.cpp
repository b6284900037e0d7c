#include <meterlink/wmbus/access_tracker.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <set>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::wmbus;
using namespace std::chrono_literals;

namespace {

constexpr instant start{1h};

struct meter_log {
    access_tracker tracker;
    instant now = start;

    access_step hear(std::uint8_t number, session_clock::duration after = 60s) {
        now += after;
        return tracker.on(number, now);
    }
};

} // namespace

TEST_CASE("the first number says nothing about what was before") {
    meter_log meter;
    CHECK_FALSE(meter.tracker.last());
    CHECK(meter.hear(200) == access_step::first);
    CHECK(meter.tracker.lost() == 0);
    CHECK(meter.tracker.last() == std::uint8_t{200});
}

TEST_CASE("numbers run from FF to 00") {
    meter_log meter;
    CHECK(meter.hear(0xFE) == access_step::first);
    CHECK(meter.hear(0xFF) == access_step::next);
    CHECK(meter.hear(0x00) == access_step::next);
    CHECK(meter.hear(0x02) == access_step::gap);
    CHECK(meter.tracker.lost() == 1);
    CHECK(meter.hear(0x70) == access_step::gap);
    CHECK(meter.tracker.lost() == 1 + 0x6D);
}

TEST_CASE("a gap over the end of the numbers is counted") {
    meter_log meter;
    (void)meter.hear(0xFD);
    CHECK(meter.hear(0x01) == access_step::gap);
    CHECK(meter.tracker.lost() == 3);
}

TEST_CASE("the same number again loses nothing") {
    meter_log meter;
    for (int i = 0; i < 5; ++i)
        CHECK(meter.hear(7) == (i == 0 ? access_step::first : access_step::repeated));
    CHECK(meter.hear(8) == access_step::next);
    CHECK(meter.tracker.lost() == 0);
}

TEST_CASE("the largest gap is believed and one more is a restart") {
    for (unsigned from = 0; from < 256; ++from) {
        meter_log meter;
        (void)meter.hear(static_cast<std::uint8_t>(from));
        CHECK(meter.hear(static_cast<std::uint8_t>(from + 127)) == access_step::gap);
        CHECK(meter.tracker.lost() == 126);
        meter_log other;
        (void)other.hear(static_cast<std::uint8_t>(from));
        CHECK(other.hear(static_cast<std::uint8_t>(from + 128)) == access_step::restart);
        CHECK(other.tracker.lost() == 0);
        CHECK(other.tracker.restarts() == 1);
        CHECK(other.hear(static_cast<std::uint8_t>(from + 129)) == access_step::next);
    }
}

TEST_CASE("a telegram that was overtaken is no longer lost") {
    meter_log meter;
    (void)meter.hear(10);
    CHECK(meter.hear(13) == access_step::gap);
    CHECK(meter.tracker.lost() == 2);
    CHECK(meter.hear(12) == access_step::late);
    CHECK(meter.tracker.lost() == 1);
    CHECK(meter.hear(12) == access_step::late);
    CHECK(meter.tracker.lost() == 1);
    CHECK(meter.hear(10) == access_step::late); // was never lost
    CHECK(meter.tracker.lost() == 1);
    CHECK(meter.hear(14) == access_step::next);
    CHECK(meter.hear(11) == access_step::late);
    CHECK(meter.tracker.lost() == 0);
    CHECK(meter.tracker.last() == std::uint8_t{14});
}

TEST_CASE("eight back is overtaken and nine back a restart") {
    meter_log meter;
    (void)meter.hear(100);
    CHECK(meter.hear(92) == access_step::late);
    CHECK(meter.tracker.last() == std::uint8_t{100});
    CHECK(meter.hear(91) == access_step::restart);
    CHECK(meter.tracker.last() == std::uint8_t{91});
}

TEST_CASE("a restart to a number just below is followed again after a few telegrams") {
    meter_log meter;
    (void)meter.hear(5);
    for (std::uint8_t number = 0; number < 5; ++number)
        CHECK(meter.hear(number) == access_step::late);
    CHECK(meter.hear(5) == access_step::repeated);
    CHECK(meter.hear(6) == access_step::next);
    CHECK(meter.tracker.lost() == 0);
}

TEST_CASE("after a long silence the gap is the least that fits and is said to be uncertain") {
    meter_log meter;
    (void)meter.hear(10);
    CHECK(meter.hear(12, 68min) == access_step::gap); // just not too long
    CHECK(meter.tracker.uncertain() == 0);
    CHECK(meter.hear(12 + 201, 68min + 1ns) == access_step::gap);
    CHECK(meter.tracker.uncertain() == 1);
    CHECK(meter.tracker.lost() == 1 + 200);
    CHECK(meter.tracker.restarts() == 0);
    CHECK(meter.hear(213, 24h) == access_step::repeated);
    CHECK(meter.hear(212, 24h) == access_step::gap);
    CHECK(meter.tracker.uncertain() == 3);
    CHECK(meter.tracker.lost() == 1 + 200 + 254);
}

TEST_CASE("what was lost in random order and loss is counted exactly") {
    std::mt19937 generator{7};
    const auto random = [&](unsigned below) { return static_cast<unsigned>(generator() % below); };
    for (int round = 0; round < 200; ++round) {
        meter_log meter;
        const unsigned first = random(256);
        (void)meter.hear(static_cast<std::uint8_t>(first));
        std::set<unsigned> heard{first};
        unsigned latest = first;
        for (int i = 0; i < 500; ++i) {
            // Now and then one of the last eight comes late or again; never one from before the first.
            unsigned number = latest + 1 + (random(3) == 0 ? random(127) : 0);
            if (random(4) == 0)
                number = std::max(first, latest - std::min(latest, 1 + random(8)));
            (void)meter.hear(static_cast<std::uint8_t>(number), 1s);
            heard.insert(number);
            latest = std::max(latest, number);
        }
        REQUIRE(meter.tracker.lost() == latest - first + 1 - heard.size());
    }
}
