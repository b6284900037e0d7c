#include <meterlink/modbus/client.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include <meterlink/modbus/read_holding_registers.hpp>

#include "modbus/modbus_peer.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;
using namespace std::chrono_literals;

static_assert(session<client>);
static_assert(std::is_move_constructible_v<client> && !std::is_copy_constructible_v<client>);

namespace {

client_options over(framing which) {
    client_options how;
    how.framing = which;
    how.response_timeout = 300ms;
    how.retries = 0;
    return how;
}

constexpr std::array all_framings{framing::tcp, framing::rtu, framing::ascii};
constexpr std::array lines{framing::rtu, framing::ascii};

std::vector<std::string> names_of(const std::vector<seen_event>& events) {
    constexpr std::array names{"reply",     "exception_reply", "broadcast_sent", "no_reply",
                               "bad_reply", "cancelled",       "unit_degraded",  "garbage"};
    std::vector<std::string> out;
    for (const auto& event : events)
        out.emplace_back(names.at(event.what.index()));
    return out;
}

} // namespace

TEST_CASE("a number is not given again while its reply is waited for") {
    client_options how;
    how.window = 2;
    how.response_timeout = 1h;
    client line{how};
    const instant now{1s};
    const auto numbered = [](bytes_view frame) { return static_cast<unsigned>(frame[0] << 8U | frame[1]); };
    const auto slow = line.read_holding_registers(1, 0, 1, now).value();
    const auto first = numbered(line.poll_transmit().value());
    for (int i = 0; i < 70'000; ++i) {
        const auto quick = line.read_holding_registers(1, 100, 1, now).value();
        const auto number = numbered(line.poll_transmit().value());
        if (number == first)
            FAIL("the number came again after " << i);
        line.handle_input(framed(framing::tcp, {static_cast<std::uint16_t>(number), 1, "03 02 12 34"_octets}),
                          now);
        const auto event = line.poll_event();
        if (!event || id_of(*event) != quick)
            FAIL("the reply went to another");
    }
    line.handle_input(framed(framing::tcp, {static_cast<std::uint16_t>(first), 1, "03 02 00 01"_octets}),
                      now);
    const auto event = line.poll_event();
    REQUIRE(event);
    CHECK(id_of(*event) == slow);
}

TEST_CASE("the window has a limit") {
    client_options how;
    how.window = 100'000;
    client line{how};
    for (int i = 0; i < 1000; ++i)
        REQUIRE(line.read_holding_registers(1, 0, 1, instant{1s}));
    std::size_t sent = 0;
    while (line.poll_transmit())
        ++sent;
    CHECK(sent == client_options::most_window);
}

TEST_CASE("a client asks and hands the reply on in every framing") {
    for (const auto which : all_framings) {
        bench line{over(which), answer_rightly};
        const auto id = line.client.read_holding_registers(9, 0x6B, 3, line.now);
        REQUIRE(id);
        const auto got = line.outcome(*id);
        REQUIRE(got.as<reply>() != nullptr);
        CHECK(got.as<reply>()->unit == 9);
        CHECK(got.request == "03 00 6B 00 03"_octets);
        const auto registers = read_holding_registers_response_view::parse(got.response)->registers();
        REQUIRE(registers.size() == 3);
        CHECK(registers[2] == value_of(9, 0x6D));
        CHECK(line.client.unfinished() == 0);
        CHECK_FALSE(line.client.poll_timeout());
        CHECK(line.noise.empty());
    }
}

TEST_CASE("the frames of the specification are what a client sends and takes") {
    client serial{over(framing::rtu)};
    const instant now{1h};
    REQUIRE(serial.read_holding_registers(1, 0x6B, 3, now));
    const auto out = serial.poll_transmit();
    REQUIRE(out);
    CHECK(std::vector(out->begin(), out->end()) == "01 03 00 6B 00 03 74 17"_octets);
    serial.handle_input("01 03 06 02 2B 00 00 00 64 05 7A"_octets, now + 20ms);
    const auto event = serial.poll_event();
    REQUIRE(event);
    const auto* good = std::get_if<reply>(&*event);
    REQUIRE(good != nullptr);
    CHECK(std::vector(good->response.begin(), good->response.end()) == "03 06 02 2B 00 00 00 64"_octets);
}

TEST_CASE("a request that makes no sense is refused where it is submitted") {
    client serial{over(framing::rtu)};
    const instant now{1h};
    CHECK(serial.submit(1, {}, now).error().code == errc::pdu_length);
    const std::vector<std::uint8_t> long_pdu(254, 0x41);
    CHECK(serial.submit(1, long_pdu, now).error().code == errc::pdu_length);
    CHECK(serial.submit(1, "83 01"_octets, now).error().code == errc::function_unexpected);
    CHECK(serial.submit(1, "00"_octets, now).error().code == errc::function_unexpected);
    CHECK(serial.submit(0, "03 00 00 00 01"_octets, now).error().code == errc::value_out_of_range);
    request_options how;
    how.response_size = 254;
    CHECK(serial.submit(1, "41"_octets, now, how).error().code == errc::pdu_length);
    CHECK(serial.read_holding_registers(1, 0, 0, now).error().code == errc::quantity_out_of_range);
    CHECK(serial.read_holding_registers(1, 0, 126, now).error().code == errc::quantity_out_of_range);
    CHECK(serial.read_coils(1, 0xFFFF, 2, now).error().code == errc::address_overflow);
    CHECK(serial.unfinished() == 0);
    client network{over(framing::tcp)};
    CHECK(network.read_holding_registers(0, 0, 1, now).has_value()); // unit 0 of TCP is the device itself
}

TEST_CASE("an exception is an outcome with its code and also one outside the table") {
    for (const auto which : all_framings)
        for (const auto code : {std::uint8_t{2}, std::uint8_t{0x77}}) {
            bench line{over(which), [code](bench& b, const kept_adu& asked) {
                           b.deliver(kept_adu{asked.transaction, asked.unit, {0x83, code}});
                       }};
            const auto got = line.outcome(line.client.read_holding_registers(4, 0, 1, line.now).value());
            REQUIRE(got.as<exception_reply>() != nullptr);
            CHECK(got.as<exception_reply>()->unit == 4);
            CHECK(got.as<exception_reply>()->function == function::read_holding_registers);
            CHECK(got.as<exception_reply>()->code == static_cast<exception_code>(code));
        }
}

TEST_CASE("silence is met by the attempts that are allowed and then told") {
    for (const auto which : all_framings) {
        auto how = over(which);
        how.retries = 2;
        bench line{how};
        const auto got = line.outcome(line.client.read_holding_registers(4, 0, 1, line.now).value());
        REQUIRE(got.as<no_reply>() != nullptr);
        CHECK(got.as<no_reply>()->attempts == 3);
        CHECK(line.sent.size() == 3);
        const auto elapsed = got.at - instant{1h};
        CHECK(elapsed >= 900ms);
        CHECK(elapsed < 1100ms);
        request_options once;
        once.retries = 0;
        once.response_timeout = 50ms;
        const auto quick = line.client.read_input_registers(4, 0, 1, line.now, once).value();
        const auto before = line.now;
        CHECK(line.outcome(quick).as<no_reply>()->attempts == 1);
        CHECK(line.now - before < 150ms);
    }
}

TEST_CASE("an attempt that fails is repeated and the reply to the second one taken") {
    for (const auto which : all_framings) {
        auto how = over(which);
        how.retries = 1;
        int asked_before = 0;
        bench line{how, [&](bench& b, const kept_adu& asked) {
                       if (asked_before++ > 0)
                           answer_rightly(b, asked);
                   }};
        const auto got = line.outcome(line.client.read_holding_registers(4, 0, 1, line.now).value());
        CHECK(got.as<reply>() != nullptr);
        REQUIRE(line.sent.size() == 2);
        if (which == framing::tcp)
            CHECK(line.sent[0].transaction != line.sent[1].transaction);
    }
}

TEST_CASE("requests go by priority and within one in their order") {
    bench line{over(framing::tcp), answer_rightly};
    const auto ask = [&](std::uint16_t start, priority rank) {
        request_options how;
        how.priority = rank;
        REQUIRE(line.client.read_holding_registers(1, start, 1, line.now, how));
    };
    ask(0, priority::low);
    ask(1, priority::low);
    ask(2, priority::normal);
    ask(3, priority::high);
    ask(4, priority::normal);
    ask(5, priority::high);
    line.run_for(1s);
    std::vector<int> starts;
    for (const auto& each : line.sent)
        starts.push_back(each.pdu[2]);
    CHECK(starts == std::vector{0, 3, 5, 2, 4, 1}); // the first one had the line already
    CHECK(names_of(line.events) == std::vector<std::string>(6, "reply"));
}

TEST_CASE("a window lets so many requests be under way and answers may come in any order") {
    auto how = over(framing::tcp);
    how.window = 16;
    std::vector<kept_adu> asked;
    bench line{how, [&](bench&, const kept_adu& what) { asked.push_back(what); }};
    std::vector<request_id> ids;
    for (std::uint16_t i = 0; i < 20; ++i)
        ids.push_back(line.client.read_holding_registers(1, i, 1, line.now).value());
    line.settle();
    REQUIRE(asked.size() == 16);
    const auto first = asked;
    std::vector<std::uint8_t> all;
    for (auto each = first.rbegin(); each != first.rend(); ++each) {
        const auto frame = framed(framing::tcp, {each->transaction, each->unit, registers_reply(*each)});
        all.insert(all.end(), frame.begin(), frame.end());
    }
    line.client.handle_input(all, line.now);
    line.settle();
    CHECK(line.events.size() == 16);
    REQUIRE(asked.size() == 20);
    for (std::size_t i = 0; i < 16; ++i) {
        const auto& got = line.events[15 - i];
        REQUIRE(got.as<reply>() != nullptr);
        CHECK(got.as<reply>()->id == ids[i]);
        CHECK(got.response == registers_reply(first[i]));
    }
}

TEST_CASE("a late reply over TCP is dropped and the next read is its own") {
    bench line{over(framing::tcp)};
    REQUIRE(line.client.read_holding_registers(1, 0, 1, line.now));
    line.run_for(400ms);
    REQUIRE(names_of(line.events) == std::vector<std::string>{"no_reply"});
    const auto late = line.sent[0];
    const auto second = line.client.read_holding_registers(1, 5, 1, line.now).value();
    line.settle();
    line.deliver(kept_adu{late.transaction, 1, registers_reply(late)}, 1ms);
    line.deliver(kept_adu{line.sent[1].transaction, 1, registers_reply(line.sent[1])}, 2ms);
    const auto got = line.outcome(second);
    REQUIRE(got.as<reply>() != nullptr);
    CHECK(got.response == registers_reply(line.sent[1]));
    REQUIRE(line.noise.size() == 1);
    CHECK(line.noise[0].as<garbage>()->why.code == errc::reply_from_another);
    CHECK(line.noise[0].as<garbage>()->count == 11);
}

TEST_CASE("on a line a unit that may still answer late is not asked what that could answer") {
    for (const auto which : lines) {
        bench line{over(which)};
        REQUIRE(line.client.read_holding_registers(1, 0, 1, line.now));
        line.run_for(400ms);
        REQUIRE(names_of(line.events) == std::vector<std::string>{"no_reply"});
        const auto second = line.client.read_holding_registers(1, 5, 1, line.now).value();
        const auto other = line.client.read_holding_registers(2, 5, 1, line.now).value();
        line.settle();
        REQUIRE(line.sent.size() == 2);
        CHECK(line.sent[1].unit == 2); // the other unit need not wait
        line.deliver(kept_adu{0, 2, registers_reply(line.sent[1])}, 5ms);
        CHECK(line.outcome(other).as<reply>() != nullptr);
        line.deliver(kept_adu{0, 1, registers_reply(line.sent[0])}, 20ms);
        line.run_for(150ms);
        REQUIRE(line.sent.size() == 3); // the late one has come, so the wait is over
        line.deliver(kept_adu{0, 1, registers_reply(line.sent[2])}, 5ms);
        const auto got = line.outcome(second);
        REQUIRE(got.as<reply>() != nullptr);
        CHECK(got.response == registers_reply(line.sent[2]));
    }
}

TEST_CASE("on a line the second reply to a repeated request does not answer the next one") {
    for (const auto which : lines) {
        auto how = over(which);
        how.retries = 1;
        bench line{how, [](bench& b, const kept_adu& asked) {
                       b.deliver(kept_adu{0, asked.unit, registers_reply(asked)}, 350ms);
                   }};
        const auto first = line.client.read_holding_registers(1, 0, 1, line.now).value();
        const auto second = line.client.read_holding_registers(1, 7, 1, line.now).value();
        CHECK(line.outcome(first).as<reply>() != nullptr);
        const auto got = line.outcome(second);
        REQUIRE(got.as<reply>() != nullptr);
        CHECK(got.response == registers_reply({0, 1, "03 00 07 00 01"_octets}));
    }
}

TEST_CASE("transactions whose reply may come late keep their number") {
    auto how = over(framing::tcp);
    how.response_timeout = 1ms;
    int count = 0;
    bench line{how, [&](bench& b, const kept_adu& asked) {
                   if (count++ > 0)
                       b.deliver(kept_adu{asked.transaction, 1, registers_reply(asked)}, 0ms);
               }};
    for (int i = 0; i < 66'000; ++i) {
        REQUIRE(line.client.read_holding_registers(1, 0, 1, line.now));
        line.run_for(i == 0 ? 5ms : 0ms);
    }
    const auto first = line.sent.front().transaction;
    REQUIRE(line.sent.size() == 66'000);
    CHECK(std::count_if(line.sent.begin(), line.sent.end(),
                        [&](const kept_adu& each) { return each.transaction == first; }) == 1);
    CHECK(std::none_of(line.sent.begin(), line.sent.end(),
                       [](const kept_adu& each) { return each.transaction == 0; }));
    CHECK(names_of({line.events.back()}) == std::vector<std::string>{"reply"});
}

TEST_CASE("a broadcast is sent and not waited for") {
    for (const auto which : lines) {
        auto how = over(which);
        how.timing = line_timing{19200};
        bench line{how};
        const auto id = line.client.write_single_register(0, 1, 2, line.now).value();
        const auto next = line.client.write_single_register(3, 1, 2, line.now).value();
        CHECK(line.outcome(id).as<broadcast_sent>() != nullptr);
        line.settle();
        REQUIRE(line.sent.size() == 2);
        CHECK(line.sent_at[1] - line.sent_at[0] >= how.broadcast_turnaround);
        CHECK(line.outcome(next).as<no_reply>() != nullptr);
    }
    bench network{over(framing::tcp)};
    CHECK(
        network.outcome(network.client.write_single_register(0, 1, 2, network.now).value()).as<no_reply>() !=
        nullptr);
}

TEST_CASE("pauses stand between requests and behind the connection") {
    auto how = over(framing::tcp);
    how.pause_after_connect = 2s;
    how.pause_between_requests = 100ms;
    bench line{how, answer_rightly};
    const auto first = line.client.read_holding_registers(1, 0, 1, line.now).value();
    const auto second = line.client.read_holding_registers(1, 1, 1, line.now).value();
    line.run_for(200ms);
    CHECK(line.sent.empty());
    CHECK(line.client.wants_link());
    const auto up = line.now;
    line.client.handle_link(true, up);
    CHECK(line.outcome(first).as<reply>() != nullptr);
    CHECK(line.outcome(second).as<reply>() != nullptr);
    REQUIRE(line.sent_at.size() == 2);
    CHECK(line.sent_at[0] == up + 2s);
    CHECK(line.sent_at[1] == up + 2s + 5ms + 100ms);
    CHECK_FALSE(line.client.wants_link());
}

TEST_CASE("between two frames of a line are 3.5 characters at least and a unit may want more") {
    auto how = over(framing::rtu);
    how.timing = line_timing{9600};
    bench line{how, answer_rightly};
    unit_options slow;
    slow.turnaround = 80ms;
    line.client.set_unit(2, slow);
    for (const auto unit : std::array<unit_id, 4>{1, 1, 2, 2})
        REQUIRE(line.client.read_holding_registers(unit, 0, 1, line.now));
    line.run_for(1s);
    REQUIRE(line.sent_at.size() == 4);
    CHECK(line.sent_at[1] - line.sent_at[0] == 5ms + how.timing.between_frames());
    CHECK(line.sent_at[3] - line.sent_at[2] == 5ms + 80ms);
}

TEST_CASE("a unit may have a timeout and retries of its own") {
    bench line{over(framing::tcp)};
    unit_options patient;
    patient.response_timeout = 2s;
    patient.retries = 1;
    line.client.set_unit(7, patient);
    const auto got = line.outcome(line.client.read_holding_registers(7, 0, 1, line.now).value());
    REQUIRE(got.as<no_reply>() != nullptr);
    CHECK(got.as<no_reply>()->attempts == 2);
    CHECK(got.at == instant{1h} + 4s);
}

TEST_CASE("a unit that fails is left alone for longer and longer and one probe brings it back") {
    auto how = over(framing::tcp);
    how.degradation = {2, 1s, 3s, degraded_request::refuse};
    bool is_alive = false;
    bench line{how, [&](bench& b, const kept_adu& asked) {
                   if (is_alive || asked.unit != 1)
                       answer_rightly(b, asked);
               }};
    const auto ask = [&](unit_id unit) {
        return line.outcome(line.client.read_holding_registers(unit, 0, 1, line.now).value());
    };
    CHECK(ask(1).as<no_reply>() != nullptr);
    CHECK_FALSE(line.client.is_degraded(1));
    CHECK(ask(1).as<no_reply>() != nullptr);
    CHECK(line.client.is_degraded(1));
    for (const auto pause : {1000ms, 2000ms, 3000ms, 3000ms}) {
        const auto since = line.now;
        const auto refused = ask(1);
        REQUIRE(refused.as<unit_degraded>() != nullptr);
        CHECK(refused.as<unit_degraded>()->until == since + pause);
        CHECK(refused.at == since);
        CHECK(ask(2).as<reply>() != nullptr); // others are not held up
        line.run_for(pause);
        const auto sent_before = line.sent.size();
        const auto probe = line.client.read_holding_registers(1, 0, 1, line.now).value();
        const auto second = line.client.read_holding_registers(1, 0, 1, line.now).value();
        CHECK(line.outcome(second).as<unit_degraded>() != nullptr); // one probe at a time
        CHECK(line.outcome(probe).as<no_reply>() != nullptr);
        CHECK(line.sent.size() == sent_before + 1);
    }
    is_alive = true;
    line.run_for(3s);
    CHECK(ask(1).as<reply>() != nullptr);
    CHECK_FALSE(line.client.is_degraded(1));
    CHECK(ask(1).as<reply>() != nullptr);
}

TEST_CASE("requests to a degraded unit may wait instead") {
    auto how = over(framing::rtu);
    how.degradation = {1, 1s, 3s, degraded_request::wait};
    int asked_before = 0;
    bench line{how, [&](bench& b, const kept_adu& asked) {
                   if (asked.unit == 2 || asked_before++ > 0)
                       answer_rightly(b, asked);
               }};
    const auto first = line.client.read_holding_registers(1, 0, 1, line.now).value();
    const auto second = line.client.read_holding_registers(1, 0, 1, line.now).value();
    const auto other = line.client.read_holding_registers(2, 0, 1, line.now).value();
    const auto failed = line.outcome(first);
    CHECK(failed.as<no_reply>() != nullptr);
    CHECK(line.outcome(other).at - failed.at < 20ms);
    const auto got = line.outcome(second);
    CHECK(got.as<reply>() != nullptr);
    CHECK(got.at - failed.at >= 1s);
}

TEST_CASE("a gateway that does not reach a unit degrades it too") {
    auto how = over(framing::tcp);
    how.degradation.failures = 2;
    bench line{how, [](bench& b, const kept_adu& asked) {
                   b.deliver(kept_adu{asked.transaction, asked.unit, {0x83, 0x0B}});
               }};
    for (int i = 0; i < 2; ++i)
        CHECK(line.outcome(line.client.read_holding_registers(1, 0, 1, line.now).value())
                  .as<exception_reply>() != nullptr);
    CHECK(line.client.is_degraded(1));
}

TEST_CASE("a cancelled request ends once wherever it stands") {
    for (const auto which : all_framings) {
        bench line{over(which)};
        const auto first = line.client.read_holding_registers(1, 0, 1, line.now).value();
        const auto second = line.client.read_holding_registers(2, 1, 1, line.now).value();
        const auto third = line.client.read_holding_registers(3, 2, 1, line.now).value();
        line.settle();
        CHECK(line.client.cancel(second));
        CHECK_FALSE(line.client.cancel(second));
        CHECK(line.client.cancel(first));
        CHECK_FALSE(line.client.cancel(first));
        CHECK(line.client.unfinished() == 1);
        line.settle();
        CHECK(names_of(line.events) == std::vector<std::string>{"cancelled", "cancelled"});
        // On a line, what was asked is waited for.
        line.deliver(kept_adu{line.sent[0].transaction, 1, registers_reply(line.sent[0])}, 10ms);
        line.run_for(20ms);
        REQUIRE(line.sent.size() == 2);
        CHECK(line.sent[1].unit == 3);
        line.deliver(kept_adu{line.sent[1].transaction, 3, registers_reply(line.sent[1])}, 10ms);
        CHECK(line.outcome(third).as<reply>() != nullptr);
        CHECK(line.events.size() == 3);
        CHECK_FALSE(line.client.cancel(request_id{1000}));
        for (int i = 0; i < 5; ++i)
            REQUIRE(line.client.read_holding_registers(1, 0, 1, line.now));
        line.settle();
        line.client.cancel_all();
        CHECK(line.client.unfinished() == 0);
        line.run_for(1s);
        CHECK(line.events.size() == 8);
    }
}

TEST_CASE("what was under way when the link went down is sent again") {
    for (const auto which : all_framings) {
        auto how = over(which);
        how.retries = 1;
        bench line{how};
        line.client.handle_link(true, line.now);
        const auto id = line.client.read_holding_registers(1, 0, 1, line.now).value();
        line.run_for(10ms);
        line.client.handle_link(false, line.now);
        line.client.handle_link(true, line.now);
        line.run_for(10ms);
        REQUIRE(line.sent.size() == 2);
        line.deliver(kept_adu{line.sent[1].transaction, 1, registers_reply(line.sent[1])}, 10ms);
        CHECK(line.outcome(id).as<reply>() != nullptr);
        const auto second = line.client.read_holding_registers(1, 0, 1, line.now).value();
        for (int i = 0; i < 2; ++i) {
            line.run_for(10ms);
            line.client.handle_link(false, line.now);
            line.client.handle_link(true, line.now);
        }
        CHECK(line.outcome(second).as<no_reply>() != nullptr);
        CHECK_FALSE(line.client.is_degraded(1)); // it was the link and not the unit
    }
}

TEST_CASE("a link on which nothing comes is wished anew") {
    auto how = over(framing::tcp);
    how.reconnect_after = 3;
    how.degradation.failures = 0;
    bool is_alive = true;
    bench line{how, [&](bench& b, const kept_adu& asked) {
                   if (is_alive && asked.unit == 1)
                       b.deliver(kept_adu{asked.transaction, 1, registers_reply(asked)});
               }};
    const auto ask = [&](unit_id unit) {
        line.outcome(line.client.read_holding_registers(unit, 0, 1, line.now).value());
    };
    for (unit_id unit = 2; unit < 9; ++unit)
        ask(unit);
    CHECK_FALSE(line.client.wants_reconnect()); // those may not exist
    ask(1);
    is_alive = false;
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(line.client.wants_reconnect());
        ask(1);
    }
    CHECK(line.client.wants_reconnect());
    line.client.handle_link(false, line.now);
    CHECK_FALSE(line.client.wants_reconnect());
    line.client.handle_link(true, line.now);
    CHECK_FALSE(line.client.wants_reconnect());
}

TEST_CASE("lost framing is found again at the next reply and a new link wished if it is not") {
    auto how = over(framing::tcp);
    how.retries = 1;
    int count = 0;
    bench line{how, [&](bench& b, const kept_adu& asked) {
                   auto frame = framed(framing::tcp, {asked.transaction, asked.unit, registers_reply(asked)});
                   if (count++ == 0)
                       frame[3] = 1; // the protocol identifier
                   b.deliver(frame);
               }};
    const auto got = line.outcome(line.client.read_holding_registers(1, 0, 2, line.now).value());
    CHECK(got.as<reply>() != nullptr);
    REQUIRE(line.noise.size() == 1);
    CHECK(line.noise[0].as<garbage>()->why.code == errc::protocol_identifier);
    CHECK(line.noise[0].as<garbage>()->count == 13);
    CHECK_FALSE(line.client.wants_reconnect());

    bench bad{how, [](bench& b, const kept_adu&) { b.deliver("DE AD BE EF DE AD BE EF DE AD"_octets); }};
    CHECK(bad.outcome(bad.client.read_holding_registers(1, 0, 2, bad.now).value()).as<no_reply>() != nullptr);
    CHECK(bad.client.wants_reconnect());
}

TEST_CASE("the echo of a line is no reply") {
    for (const auto which : lines) {
        auto how = over(which);
        how.echo = true;
        bool is_alive = true;
        bench line{how, [&](bench& b, const kept_adu& asked) {
                       const auto echo = framed(which, asked);
                       b.deliver(octets{echo.begin(), echo.begin() + 3}, 1ms);
                       b.deliver(octets{echo.begin() + 3, echo.end()}, 2ms);
                       if (is_alive && asked.pdu[0] == 6)
                           b.deliver(asked, 10ms);
                       if (is_alive && asked.pdu[0] == 3)
                           b.deliver(kept_adu{0, asked.unit, registers_reply(asked)}, 10ms);
                   }};
        CHECK(line.outcome(line.client.read_holding_registers(1, 0, 2, line.now).value()).as<reply>());
        const auto written = line.outcome(line.client.write_single_register(1, 0, 2, line.now).value());
        REQUIRE(written.as<reply>() != nullptr);
        CHECK(written.at - line.sent_at.back() >= 10ms);
        is_alive = false;
        // The echo of a write is equal to its reply.
        CHECK(line.outcome(line.client.write_single_register(1, 0, 2, line.now).value()).as<no_reply>());
        CHECK(line.noise.empty());
    }
}

TEST_CASE("stray octets before an echo do not make it the confirmation of a write") {
    for (const auto* const stray : {"00", "01", "01 06", "00 00 01", "FF 00"})
        for (const bool refuses : {false, true}) {
            auto how = over(framing::rtu);
            how.echo = true;
            how.retries = 0;
            bench line{how, [&](bench& b, const kept_adu& asked) {
                           auto echo = from_hex(stray);
                           const auto frame = framed(framing::rtu, asked);
                           echo.insert(echo.end(), frame.begin(), frame.end());
                           b.deliver(std::move(echo), 2ms);
                           if (refuses)
                               b.deliver(kept_adu{0, asked.unit, "86 02"_octets}, 10ms);
                       }};
            const auto got = line.outcome(line.client.write_single_register(1, 0, 2, line.now).value());
            CAPTURE(stray, refuses);
            CHECK(got.as<reply>() == nullptr);
            CHECK((got.as<exception_reply>() != nullptr) == refuses);
        }
}

TEST_CASE("after a retry the second answer is not taken for that to the next question") {
    auto how = over(framing::rtu);
    how.response_timeout = 1s;
    how.retries = 1;
    int count = 0;
    bench line{how, [&](bench& b, const kept_adu& asked) {
                   ++count;
                   const kept_adu answer{0, asked.unit, registers_reply(asked)};
                   if (count == 1)
                       b.deliver(answer, 1060ms); // when it has been asked again
                   else if (count == 2)
                       b.deliver(kept_adu{0, 1, "03 02 11 11"_octets}, 1270ms);
                   else
                       b.deliver(kept_adu{0, 1, "03 02 22 22"_octets}, 500ms);
               }};
    CHECK(line.outcome(line.client.read_holding_registers(1, 0, 1, line.now).value()).as<reply>());
    const auto next = line.outcome(line.client.read_holding_registers(1, 100, 1, line.now).value());
    REQUIRE(next.as<reply>() != nullptr);
    CHECK(next.response == "03 02 22 22"_octets);
}

TEST_CASE("a link that is away does not degrade the units behind it") {
    for (const auto which : all_framings) {
        auto how = over(which);
        how.degradation.failures = 2;
        how.retries = 1;
        bench line{how};
        line.client.handle_link(true, line.now);
        line.client.handle_link(false, line.now);
        for (int i = 0; i < 5; ++i)
            CHECK(line.outcome(line.client.read_holding_registers(1, 0, 1, line.now).value()).as<no_reply>());
        CHECK_FALSE(line.client.is_degraded(1));
        line.client.handle_link(true, line.now);
        const auto before = line.sent.size();
        REQUIRE(line.client.read_holding_registers(1, 0, 1, line.now));
        line.run_for(10ms);
        CHECK(line.sent.size() == before + 1);
    }
}

TEST_CASE("a custom function has the length that its caller says or ends by silence") {
    const auto answer = [](bench& b, const kept_adu& asked) {
        b.deliver(kept_adu{asked.transaction, asked.unit, "41 01 02 03 04 05"_octets});
    };
    for (const auto which : all_framings) {
        bench line{over(which), answer};
        request_options how;
        how.response_size = 6;
        const auto start = line.now;
        const auto got = line.outcome(line.client.submit(1, "41 00"_octets, line.now, how).value());
        REQUIRE(got.as<reply>() != nullptr);
        CHECK(got.response == "41 01 02 03 04 05"_octets);
        CHECK(got.at - start == 5ms);
        const auto unknown = line.outcome(line.client.submit(1, "41 00"_octets, line.now).value());
        REQUIRE(unknown.as<reply>() != nullptr);
        CHECK(unknown.response == "41 01 02 03 04 05"_octets);
        how.response_size = 5;
        CHECK(line.outcome(line.client.submit(1, "41 00"_octets, line.now, how).value()).as<bad_reply>());
    }
}

TEST_CASE("what an event lends is good until the next event is asked for") {
    client network{over(framing::tcp)};
    instant now{1h};
    REQUIRE(network.read_holding_registers(1, 0, 1, now));
    auto out = network.poll_transmit();
    REQUIRE(out);
    const auto asked = unframed(framing::tcp, *out);
    network.handle_input(framed(framing::tcp, {asked.transaction, 1, registers_reply(asked)}), now);
    const auto event = network.poll_event();
    REQUIRE(event);
    const auto response = std::get<reply>(*event).response;
    for (std::uint16_t i = 0; i < 50; ++i)
        REQUIRE(network.read_holding_registers(1, i, 1, now));
    network.handle_input("00 00 00 00 00 02 01 83"_octets, now);
    const client moved = std::move(network);
    CHECK(std::vector(response.begin(), response.end()) == registers_reply(asked));
}

TEST_CASE("what not every device answers does not degrade a unit") {
    client_options how;
    how.degradation.failures = 2;
    how.retries = 0;
    bench line{how};
    for (int i = 0; i < 5; ++i)
        line.outcome(line.client.submit(1, "08 00 04 00 00"_octets, line.now).value());
    CHECK_FALSE(line.client.is_degraded(1));
    for (int i = 0; i < 2; ++i)
        line.outcome(line.client.read_holding_registers(1, 0, 1, line.now).value());
    CHECK(line.client.is_degraded(1));
    line.deliver(kept_adu{0x7777, 1, "03 02 00 01"_octets}); // nobody waits for it, but the unit lives
    line.run_for(10ms);
    CHECK_FALSE(line.client.is_degraded(1));
}
