#include <meterlink/mbus/master.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <type_traits>

#include "master_requests.hpp"
#include "octets.hpp"
#include "scripted_line.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace meterlink::test;
using namespace std::chrono_literals;

static_assert(session<master>);
static_assert(std::is_same_v<session_event_t<master>, master_event>);

TEST_CASE("a read by primary address resets the slave once and then counts frames", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5)).reply(e5);
    line.expect(req_ud2(5, true)).reply(telegram(5, 0x12345678, 1));
    line.expect(req_ud2(5, false)).reply(telegram(5, 0x12345678, 2));
    line.expect(req_ud2(5, true)).reply(telegram(5, 0x12345678, 3));
    const auto first = line.submit(read(5));
    const auto second = line.submit(read(5));
    const auto third = line.submit(read(5));
    CHECK(line.master.unfinished() == 3);
    CHECK(line.master.active() == first);
    line.run();
    const auto outcomes = line.outcomes();
    REQUIRE(outcomes.size() == 3);
    CHECK(outcomes[0].id == first);
    CHECK(outcomes[1].id == second);
    CHECK(outcomes[2].id == third);
    CHECK(outcomes[2].telegrams == many{telegram(5, 0x12345678, 3)});
    CHECK(outcomes[0].as<reading>().is_complete);
    CHECK_FALSE(outcomes[0].as<reading>().was_disturbed);
    CHECK(line.master.unfinished() == 0);
    CHECK_FALSE(line.master.poll_timeout());
}

TEST_CASE("a lost request and a lost answer are asked for again with the same frame count bit", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5)).reply(e5);
    line.expect(req_ud2(5, true));
    line.expect(req_ud2(5, true));
    line.expect(req_ud2(5, true)).reply(telegram(5, 1));
    line.expect(req_ud2(5, false)).reply(telegram(5, 1, 2));
    line.submit(read(5));
    line.submit(read(5));
    line.run();
    REQUIRE(line.outcomes().size() == 2);
    CHECK(line.outcomes()[0].is<reading>());
    CHECK(line.outcomes()[1].is<reading>());
}

TEST_CASE("a slave that was silent is reset before it is asked again", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5)).reply(e5);
    for (int i = 0; i < 3; ++i)
        line.expect(req_ud2(5, true));
    line.expect(nke(5)).reply(e5);
    line.expect(req_ud2(5, true)).reply(telegram(5, 1));
    line.submit(read(5));
    line.submit(read(5));
    line.run();
    REQUIRE(line.outcomes().size() == 2);
    CHECK(line.outcomes()[0].is<no_answer>());
    CHECK(line.outcomes()[1].is<reading>());
}

TEST_CASE("a slave that does not acknowledge its reset is asked all the same", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5));
    line.expect(req_ud2(5, true)).reply(telegram(5, 1));
    line.submit(read(5));
    line.run();
    CHECK(line.outcome().is<reading>());
}

TEST_CASE("an application reset goes before a readout and counts", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5)).reply(e5);
    line.expect(counted(command::application_reset(5, 0x10), true)).reply(e5);
    line.expect(req_ud2(5, false)).reply(telegram(5, 1));
    request_options how;
    how.application_reset = 0x10;
    line.submit(read(5, how));
    line.run();
    CHECK(line.outcome().is<reading>());
}

TEST_CASE("a read by secondary address selects and reads and deselects", "[master]") {
    scripted_line line{fast()};
    line.expect(select_frame(meter(0x12345678))).reply(e5);
    line.expect(req_ud2(253, true)).reply(telegram(9, 0x12345678));
    line.expect(nke(253)).reply(e5);
    // The bit starts over with each selection.
    line.expect(select_frame(meter(0x12345678))).reply(e5);
    line.expect(req_ud2(253, true)).reply(telegram(253, 0x12345678));
    line.expect(nke(253)).reply(e5);
    line.submit(request::read(meter(0x12345678)).value());
    line.submit(request::read(meter(0x12345678)).value());
    line.run();
    REQUIRE(line.outcomes().size() == 2);
    CHECK(line.outcomes()[0].telegrams == many{telegram(9, 0x12345678)});
    CHECK(line.outcomes()[1].is<reading>());
}

TEST_CASE("a master selects by fabrication number where the request names one", "[master]") {
    scripted_line line{fast()};
    const auto what = selection::enhanced(secondary_address{0xFFFFFFFF}, 0x87654321);
    line.expect(select_frame(what)).reply(e5);
    line.expect(req_ud2(253, true)).reply(telegram(9, 0x12345678));
    request_options how;
    how.deselects = false;
    line.submit(request::read(what, how).value());
    line.run();
    CHECK(line.outcome().is<reading>());
}

TEST_CASE("a selection that nobody answers ends the request after its retries", "[master]") {
    auto how = fast();
    how.timing.select_retries = 1;
    scripted_line line{how};
    line.expect(select_frame(meter(1)));
    line.expect(select_frame(meter(1)));
    line.submit(request::read(meter(1)).value());
    line.run();
    CHECK(line.outcome().as<no_answer>().attempts == 2);
}

TEST_CASE("a select-only request leaves the slave selected", "[master]") {
    scripted_line line{fast()};
    line.expect(select_frame(meter(1))).reply(e5);
    line.expect(req_ud2(253, true)).reply(telegram(3, 1));
    line.expect(nke(253)).reply(e5);
    line.submit(request::select(meter(1)));
    line.submit(read(253));
    line.submit(request::deselect());
    line.run();
    REQUIRE(line.outcomes().size() == 3);
    CHECK(line.outcomes()[0].is<acknowledged>());
    CHECK(line.outcomes()[1].is<reading>());
    CHECK(line.outcomes()[2].is<acknowledged>());
}

TEST_CASE("a selected slave that cannot be read is told from one that is not there", "[master]") {
    auto how = fast();
    how.timing.readout_retries = 0;
    how.timing.select_retries = 0;
    scripted_line line{how};
    line.expect(select_frame(meter(1))).reply(e5);
    line.expect(req_ud2(253, true));
    line.expect(select_frame(meter(2)));
    line.submit(request::read(meter(1)).value());
    line.submit(request::read(meter(2)).value());
    line.run();
    REQUIRE(line.outcomes().size() == 2);
    CHECK(line.outcomes()[0].as<no_answer>().was_selected);
    CHECK_FALSE(line.outcomes()[1].as<no_answer>().was_selected);
}

TEST_CASE("address 254 takes an answer from whoever is there", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(254)).reply(e5);
    line.expect(req_ud2(254, true)).reply(telegram(17, 1));
    line.submit(read(254));
    line.run();
    CHECK(line.outcome().is<reading>());
}

TEST_CASE("address 254 makes the frame counts of own addresses unknown", "[master]") {
    scripted_line line{fast()};
    for (const auto address : std::array<std::uint8_t, 3>{5, 254, 5}) {
        line.expect(nke(address)).reply(e5);
        line.expect(req_ud2(address, true)).reply(telegram(5, 1));
        line.submit(read(address));
    }
    line.run();
    CHECK(line.outcomes().size() == 3);
}

TEST_CASE("an acknowledgement instead of a readout is a bad answer", "[master]") {
    auto how = fast();
    how.timing.readout_retries = 0;
    scripted_line line{how};
    line.expect(req_ud2(5, true)).reply(e5);
    line.submit(read(5, without_initialisation()));
    line.run();
    CHECK(line.outcome().as<bad_answer>().why.code == errc::answer_unexpected);
}

TEST_CASE("a telegram with half a header is a bad answer and not asked for again", "[master]") {
    scripted_line line{fast()};
    line.expect(req_ud2(5, true)).reply(rsp(5, 0x72, "01 02 03"_octets));
    line.submit(read(5, without_initialisation()));
    line.run();
    CHECK(line.outcome().as<bad_answer>().why.code == errc::truncated);
}

TEST_CASE("slaves are reset after the line was away", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5)).reply(e5);
    line.expect(req_ud2(5, true)).reply(telegram(5, 1));
    line.submit(read(5));
    line.run();
    line.master.forget_slaves();
    line.expect(nke(5)).reply(e5);
    line.expect(req_ud2(5, true)).reply(telegram(5, 1));
    line.submit(read(5));
    line.run();
    CHECK(line.outcomes().size() == 2);
}

TEST_CASE("a bit rate of 0 is refused where a master is made and never used", "[master]") {
    auto how = fast();
    how.baud = 0;
    CHECK(master::make(how).error() == link_error(errc::value_out_of_range, 0, 300, 0));
    CHECK(master::make(fast())->baud_rate() == 2400);

    master line{how};
    CHECK(line.baud_rate() == 300);
    CHECK(line.settings().baud == 300);
    line.set_default_baud_rate(0);
    CHECK(line.settings().baud == 300);
    request_options at_none;
    at_none.baud = 0;
    line.submit(request::deselect(at_none), instant{});
    CHECK(line.baud_rate() == 300);
    CHECK_FALSE(line.poll_event()); // no change of the bit rate
}
