#include <meterlink/mbus/master.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include "master_requests.hpp"
#include "octets.hpp"
#include "scripted_line.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace meterlink::test;
using namespace std::chrono_literals;

TEST_CASE("an application error is told with its code", "[master]") {
    scripted_line line{fast()};
    line.expect(req_ud2(5, true)).reply(rsp(5, 0x70, "08"_octets));
    line.submit(read(5, without_initialisation()));
    line.run();
    CHECK(name(line.outcome().as<application_refusal>().error) == "application_busy");
    CHECK(line.outcome().telegrams == many{rsp(5, 0x70, "08"_octets)});
}

TEST_CASE("an application error can answer a command too", "[master]") {
    scripted_line line{fast()};
    const auto records = "0F 01"_octets;
    line.expect(counted(command::data_send(5, records).value(), true)).reply(rsp(5, 0x70, "01"_octets));
    line.submit(request::send(primary_address{5}, records, without_initialisation()).value());
    line.run();
    CHECK(line.outcome().as<application_refusal>().error.code == 1);
}

TEST_CASE("an alarm poll tells the alarm or that there is none", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5)).reply(e5);
    line.expect(req_ud1(5, true)).reply(e5);
    line.expect(req_ud1(5, false)).reply(rsp(5, 0x71, "04"_octets));
    line.expect(req_ud1(5, true));
    line.expect(req_ud1(5, true)).reply(e5);
    // The alarms are counted apart from the readouts.
    line.expect(req_ud2(5, true)).reply(telegram(5, 1));
    for (int i = 0; i < 3; ++i)
        line.submit(request::poll_alarm(primary_address{5}).value());
    line.submit(read(5));
    line.run();
    REQUIRE(line.outcomes().size() == 4);
    CHECK(line.outcomes()[0].is<acknowledged>());
    CHECK(line.outcomes()[1].is<alarm_report>());
    CHECK(line.outcomes()[1].telegrams == many{rsp(5, 0x71, "04"_octets)});
    CHECK(line.outcomes()[2].is<acknowledged>());
    CHECK(line.outcomes()[3].is<reading>());
}

TEST_CASE("a readout repeated to an alarm poll is asked again with the other bit", "[master]") {
    scripted_line line{fast()};
    line.expect(req_ud1(5, true)).reply(telegram(5, 1));
    line.expect(req_ud1(5, false)).reply(e5);
    line.submit(request::poll_alarm(primary_address{5}, without_initialisation()).value());
    line.run();
    CHECK(line.outcome().is<acknowledged>());
}

TEST_CASE("every command is sent as it stands in the standard and counted", "[master]") {
    scripted_line line{fast()};
    const primary_address to{5};
    const std::array<std::uint8_t, 4> type_f{0x1E, 0x0C, 0x6B, 0x3B};
    const std::array<std::uint8_t, 6> type_i{0, 0x1E, 0x0C, 0x6B, 0x3B, 0};
    const auto blocks = "08 13 08 7E"_octets;
    const secondary_address wanted{0x87654321, 0x1593, 2, 4};
    const std::vector frames{
        command::set_identification(to, 0x12345678).value(),
        command::set_secondary_address(to, wanted).value(),
        command::set_clock(to, std::span<const std::uint8_t, 4>{type_f}),
        command::set_clock(to, std::span<const std::uint8_t, 6>{type_i}),
        command::select_for_readout(to, blocks).value(),
        command::global_readout(to),
        command::application_reset(to, 0),
        command::set_primary_address(to, 6).value(),
    };
    bool fcb = true;
    line.expect(nke(5)).reply(e5);
    for (const auto& frame : frames) {
        line.expect(counted(frame, fcb)).reply(e5);
        fcb = !fcb;
    }
    line.submit(request::set_identification(to, 0x12345678).value());
    line.submit(request::set_secondary_address(to, wanted).value());
    line.submit(request::set_clock(to, std::span<const std::uint8_t, 4>{type_f}).value());
    line.submit(request::set_clock(to, std::span<const std::uint8_t, 6>{type_i}).value());
    line.submit(request::select_for_readout(to, blocks).value());
    line.submit(request::global_readout(to).value());
    line.submit(request::application_reset(to, 0).value());
    line.submit(request::set_primary_address(to, 6).value());
    line.run();
    REQUIRE(line.outcomes().size() == frames.size());
    for (const auto& each : line.outcomes())
        CHECK(each.is<acknowledged>());
}

TEST_CASE("who gets another address is reset there before it is asked", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(6)).reply(e5);
    line.expect(req_ud2(6, true)).reply(telegram(6, 1));
    line.expect(nke(5)).reply(e5);
    line.expect(counted(command::set_primary_address(5, 6).value(), true)).reply(e5);
    line.expect(nke(6)).reply(e5);
    line.expect(req_ud2(6, true)).reply(telegram(6, 2));
    line.submit(read(6));
    line.submit(request::set_primary_address(primary_address{5}, 6).value());
    line.submit(read(6));
    line.run();
    CHECK(line.outcomes().size() == 3);
}

TEST_CASE("a broadcast is sent once and nobody is waited for", "[master]") {
    scripted_line line{fast()};
    line.expect(counted(command::data_send(255, "0F"_octets).value(), true));
    line.expect(nke(255));
    line.submit(request::send(primary_address::broadcast, "0F"_octets).value());
    line.submit(request::normalise(primary_address::broadcast).value());
    line.run();
    REQUIRE(line.outcomes().size() == 2);
    CHECK(line.outcomes()[0].is<sent>());
    CHECK(line.outcomes()[1].is<sent>());
}

TEST_CASE("a raw frame is sent as it is and answered as expected", "[master]") {
    scripted_line line{fast()};
    line.expect("10 7B 05 80 16"_octets).reply(telegram(9, 1, 1, true));
    line.expect("FF FF"_octets);
    line.expect("10 40 05 45 16"_octets).reply(e5);
    line.expect("10 40 05 45 16"_octets);
    line.submit(request::raw("10 7B 05 80 16"_octets, raw_answer::response).value());
    line.submit(request::raw("FF FF"_octets, raw_answer::nothing).value());
    line.submit(request::raw("10 40 05 45 16"_octets, raw_answer::acknowledgement).value());
    line.submit(request::raw("10 40 05 45 16"_octets, raw_answer::acknowledgement).value());
    line.run();
    REQUIRE(line.outcomes().size() == 4);
    CHECK(line.outcomes()[0].telegrams == many{telegram(9, 1, 1, true)});
    CHECK(line.outcomes()[1].is<sent>());
    CHECK(line.outcomes()[2].is<acknowledged>());
    CHECK(line.outcomes()[3].as<no_answer>().attempts == 1);
}

TEST_CASE("a request with its own bit rate switches the line and the next one back", "[master]") {
    scripted_line line{fast()};
    auto how = without_initialisation();
    how.baud = 300;
    line.expect(req_ud2(5, true)).reply(telegram(5, 1));
    line.expect(req_ud2(6, true)).reply(telegram(6, 1));
    const auto slow = line.submit(read(5, how));
    const auto fast_one = line.submit(read(6, without_initialisation()));
    line.run();
    REQUIRE(line.events.size() == 4);
    CHECK(line.events[0].id == slow);
    CHECK(line.events[0].as<baud_rate_changed>().baud == 300);
    CHECK(line.sent_at[0] > line.events[0].when);
    CHECK(line.events[1].is<reading>());
    CHECK(line.events[2].id == fast_one);
    CHECK(line.events[2].as<baud_rate_changed>().baud == 2400);
    CHECK(line.events[3].is<reading>());
}

TEST_CASE("a meter gets another bit rate and the line follows", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5)).reply(e5);
    line.expect("68 03 03 68 73 05 BD 35 16"_octets).reply(e5);
    line.expect(nke(5)).reply(e5);
    line.expect(req_ud2(5, true)).reply(telegram(5, 1));
    line.submit(request::set_baud_rate(primary_address{5}, 9600).value());
    line.submit(read(5));
    line.run();
    REQUIRE(line.outcomes().size() == 2);
    CHECK(line.outcomes()[0].is<acknowledged>());
    CHECK(line.count<baud_rate_changed>() == 1);
    CHECK(line.master.baud_rate() == 9600);
}

TEST_CASE("a meter that does not follow its bit rate is found at the old one", "[master]") {
    scripted_line line{fast()};
    line.expect("68 03 03 68 73 05 BD 35 16"_octets).reply(e5);
    for (int i = 0; i < 3; ++i)
        line.expect(nke(5));
    line.expect(nke(5)).reply(e5);
    line.submit(request::set_baud_rate(primary_address{5}, 9600, without_initialisation()).value());
    line.run();
    CHECK(line.outcome().as<bad_answer>().why.code == errc::baud_rate_not_followed);
    CHECK(line.count<baud_rate_changed>() == 2);
    CHECK(line.master.baud_rate() == 2400);
}

TEST_CASE("a meter that is lost between bit rates is no answer", "[master]") {
    scripted_line line{fast()};
    line.expect(select_frame(meter(1))).reply(e5);
    line.expect("68 03 03 68 73 FD BD 2D 16"_octets).reply(e5);
    for (int i = 0; i < 6; ++i)
        line.expect(select_frame(meter(1)));
    line.submit(request::set_baud_rate(meter(1), 9600).value());
    line.run();
    CHECK(line.outcome().is<no_answer>());
    CHECK(line.master.baud_rate() == 2400);
}
