// Answers that come when something else is asked, or before the question is on the line.

#include <meterlink/mbus/master.hpp>

#include <chrono>

#include "master_requests.hpp"
#include "octets.hpp"
#include "scripted_line.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace meterlink::test;
using namespace std::chrono_literals;

namespace {

master::options once() {
    auto how = fast();
    how.timing.readout_retries = 0;
    how.timing.select_retries = 0;
    return how;
}

/// A telegram that does not say of whom it is.
octets nameless() { return rsp(5, 0x78, "01 13 2A"_octets); }

} // namespace

TEST_CASE("the late acknowledgement of a reset is not that of the next one", "[master]") {
    scripted_line line{once()};
    line.expect(nke(5)).reply(e5, 277ms);
    line.expect(nke(6));
    line.submit(request::normalise(5).value());
    line.submit(request::normalise(6).value());
    line.run();
    REQUIRE(line.outcomes().size() == 2);
    CHECK(line.outcomes()[0].is<no_answer>());
    CHECK(line.outcomes()[1].is<no_answer>());
}

TEST_CASE("the late acknowledgement of a selection is not that of the next one", "[master]") {
    scripted_line line{once()};
    line.expect(select_frame(meter(1))).reply(e5, 300ms);
    line.expect(select_frame(meter(2)));
    line.submit(request::select(meter(1)));
    line.submit(request::select(meter(2)));
    line.run();
    REQUIRE(line.outcomes().size() == 2);
    CHECK(line.outcomes()[1].is<no_answer>());
}

TEST_CASE("the late acknowledgement of the reset before a command is not that of the command", "[master]") {
    scripted_line line{once()};
    line.expect(nke(5)).reply(e5, 277ms);
    line.expect(counted(command::set_primary_address(5, 9).value(), true));
    line.submit(request::set_primary_address(primary_address{5}, 9).value());
    line.run();
    CHECK(line.outcome().is<no_answer>());
    CHECK(line.count<line_noise>() == 1);
}

TEST_CASE("the late acknowledgement of a command is not taken for no alarm", "[master]") {
    scripted_line line{once()};
    line.expect(counted(command::data_send(5, "0F"_octets).value(), true)).reply(e5, 350ms);
    line.expect(req_ud1(6, true));
    line.submit(request::send(primary_address{5}, "0F"_octets, without_initialisation()).value());
    line.submit(request::poll_alarm(primary_address{6}, without_initialisation()).value());
    line.run();
    REQUIRE(line.outcomes().size() == 2);
    CHECK(line.outcomes()[1].is<no_answer>());
}

TEST_CASE("a probe is held back for nobody and neither is a readout by primary address", "[master]") {
    scripted_line line{once()};
    const auto start = line.now;
    request_options probe;
    probe.is_probe = true;
    line.expect(nke(5));
    line.expect(nke(6));
    line.expect(req_ud2(7, true)).reply(telegram(7, 1));
    line.submit(request::normalise(5, probe).value());
    line.submit(request::normalise(6, probe).value());
    line.submit(read(7, without_initialisation()));
    line.run();
    const auto attempt = wire_time(5, baud) + minimum_response_timeout(baud);
    CHECK(line.sent_at == std::vector{start, start + attempt, start + 2 * attempt});
}

TEST_CASE("a question is not held back where the answer before was waited for long", "[master]") {
    auto how = once();
    how.timing.response_timeout = 1500ms;
    scripted_line line{how};
    line.expect(nke(5));
    line.expect(nke(6)).reply(e5);
    line.submit(request::normalise(5).value());
    line.submit(request::normalise(6).value());
    line.run();
    CHECK(line.sent_at[1] - line.sent_at[0] == wire_time(5, baud) + 1500ms);
    CHECK(line.outcomes()[1].is<acknowledged>());
}

TEST_CASE("a late telegram without identity is not taken for that of the next who is selected", "[master]") {
    scripted_line line{once()};
    line.expect(select_frame(meter(1))).reply(e5);
    line.expect(req_ud2(253, true)).reply(nameless(), 430ms);
    line.expect(select_frame(meter(2))).reply(e5);
    line.expect(req_ud2(253, true));
    line.submit(request::read(meter(1)).value());
    line.submit(request::read(meter(2)).value());
    line.run();
    REQUIRE(line.outcomes().size() == 2);
    CHECK(line.outcomes()[0].is<no_answer>());
    CHECK(line.outcomes()[1].is<no_answer>());
}

TEST_CASE("a late telegram to 254 is not the answer to the next question to 254", "[master]") {
    scripted_line line{once()};
    line.expect(req_ud2(254, true)).reply(nameless(), 400ms);
    line.expect(req_ud2(254, true));
    line.submit(read(254, without_initialisation()));
    line.submit(read(254, without_initialisation()));
    line.run();
    REQUIRE(line.outcomes().size() == 2);
    CHECK(line.outcomes()[0].is<no_answer>());
    CHECK(line.outcomes()[1].is<no_answer>());
}

TEST_CASE("a line on which an answer came late is given more time", "[master]") {
    auto how = fast();
    how.timing.wait_between_communications = 400ms;
    scripted_line line{how};
    line.expect(req_ud2(5, true)).reply(telegram(5, 1), 350ms);
    line.expect(req_ud2(5, true)).reply(telegram(5, 1), 350ms);
    line.submit(read(5, without_initialisation()));
    line.run();
    CHECK(line.outcome().telegrams == many{telegram(5, 1)});
    const auto late = 350ms - minimum_response_timeout(baud);
    CHECK(line.master.lateness() == late + late / 2);
    CHECK(line.master.answer_delay() == 350ms);
    line.now += 11min; // and forgets it
    line.expect(req_ud2(5, false)).reply(telegram(5, 1, 2));
    line.submit(read(5, without_initialisation()));
    line.run();
    CHECK(line.outcomes().size() == 2);
    CHECK(line.master.lateness() == 0ms);
}

TEST_CASE("noise behind a silent question is not taken for a late answer", "[master]") {
    auto how = once();
    how.timing.wait_between_communications = 400ms;
    scripted_line line{how};
    line.expect(req_ud2(5, true)).reply("55"_octets, 350ms);
    line.expect(req_ud2(6, true));
    line.submit(read(5, without_initialisation()));
    line.submit(read(6, without_initialisation()));
    line.run();
    CHECK(line.master.lateness() == 0ms);
}

TEST_CASE("what comes before the question is on the line is no answer where the bit rate is real",
          "[master]") {
    for (const bool is_paced : {false, true})
        for (const bool has_echo : {false, true}) {
            auto how = once();
            how.timing.is_paced = is_paced;
            scripted_line line{how};
            auto& asked = line.expect(nke(6));
            asked.reply(e5, 1ms - wire_time(5, baud));
            if (has_echo)
                asked.reply(nke(6), 0ms);
            line.submit(request::normalise(6).value());
            line.run();
            INFO(is_paced << has_echo);
            CHECK(line.outcome().is<no_answer>() == is_paced);
        }
}

TEST_CASE("an early octet does not hide the answer", "[master]") {
    auto how = once();
    how.timing.is_paced = true;
    scripted_line line{how};
    line.expect(nke(6)).reply(e5, 1ms - wire_time(5, baud)).reply(e5, 20ms);
    line.submit(request::normalise(6).value());
    line.run();
    CHECK(line.outcome().is<acknowledged>());
}

TEST_CASE("a readout of which anything came is counted and not repeated where readouts are limited",
          "[master]") {
    scripted_line line{fast()};
    auto how = without_initialisation();
    how.minimum_interval = 1h;
    line.expect(req_ud2(5, true));
    line.expect(req_ud2(5, true)).reply(with_wrong_checksum(telegram(5, 1)));
    line.submit(read(5, how));
    line.submit(read(5, how));
    line.run();
    REQUIRE(line.outcomes().size() == 2);
    CHECK(line.outcomes()[0].as<collision>().attempts == 2); // silence costs the meter nothing
    CHECK(line.outcomes()[1].as<deferred>().until == line.outcomes()[0].when + 1h);
}
