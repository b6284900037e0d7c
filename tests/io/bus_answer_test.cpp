#include <meterlink/io/bus_answer.hpp>

#include <array>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::io;
using namespace meterlink::test::literals;

TEST_CASE("an answer keeps what a master only lends") {
    const auto frame = "68 03 03 68 08 01 72 7B 16"_octets;
    std::array telegrams{mbus::kept_telegram::from(frame).value()};
    const auto good = bus_answer::from(mbus::reading{telegrams, false, true});
    telegrams[0] = mbus::kept_telegram::from("E5"_octets).value();
    CHECK(good);
    CHECK(good.how == bus_ending::reading);
    REQUIRE(good.telegrams.size() == 1);
    CHECK(good.telegrams[0] == frame);
    CHECK_FALSE(good.is_complete);
    CHECK(good.was_disturbed);

    auto heard = "E5 E5"_octets;
    const error why{errc::trailing_bytes, layer::mbus, 1};
    const auto bad = bus_answer::from(mbus::collision{3, why, heard, telegrams, true});
    heard[0] = 0;
    CHECK_FALSE(bad);
    CHECK(bad.how == bus_ending::collision);
    CHECK(bad.attempts == 3);
    CHECK(bad.why == why);
    CHECK(bad.octets == "E5 E5"_octets);
    CHECK(bad.was_selected);
    CHECK(bad.telegrams.size() == 1);
}

TEST_CASE("each final outcome of a master is an ending") {
    const auto frame = "68 04 04 68 08 05 70 08 85 16"_octets;
    CHECK(bus_answer::from(mbus::acknowledged{}).how == bus_ending::acknowledged);
    CHECK(bus_answer::from(mbus::sent{}).how == bus_ending::sent);
    const auto alarm = bus_answer::from(mbus::alarm_report{frame});
    CHECK(alarm.how == bus_ending::alarm);
    CHECK(alarm.telegrams.at(0) == frame);
    CHECK(alarm);
    const auto silence = bus_answer::from(mbus::no_answer{4});
    CHECK(silence.how == bus_ending::no_answer);
    CHECK(silence.attempts == 4);
    CHECK(bus_answer::from(mbus::bad_answer{}).how == bus_ending::bad_answer);
    const auto refusal = bus_answer::from(mbus::application_refusal{{8}, frame});
    CHECK(refusal.how == bus_ending::refused);
    CHECK(refusal.refusal.code == 8);
    CHECK_FALSE(refusal);
    CHECK(bus_answer::from(mbus::cancelled{}).how == bus_ending::cancelled);
    const instant later{session_clock::duration{5}};
    const auto deferred = bus_answer::from(mbus::deferred{later});
    CHECK(deferred.how == bus_ending::deferred);
    CHECK(deferred.until == later);
    CHECK(name(bus_ending::no_line) == "no line");
    CHECK(name(bus_ending::line_lost) == "line lost");
    CHECK(name(bus_ending::bad_answer) == "bad answer");
}
