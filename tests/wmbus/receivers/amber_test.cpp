#include <meterlink/wmbus/receivers/amber.hpp>

#include <chrono>
#include <cstddef>
#include <variant>

#include "listening.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test::literals;
using namespace meterlink::test::listening;
using namespace meterlink::wmbus;
using namespace std::chrono_literals;

namespace {

/// The telegram with RSSI, as the module sends it.
octets indication() {
    return joined({"FF 03 2F"_octets, {plain_telegram.begin() + 1, plain_telegram.end()}, "A1 AC"_octets});
}

amber_receiver module(bool has_rssi = true) { return amber_receiver{{"roof", mode::t1}, has_rssi}; }

const auto as_heard = heard(plain_telegram, frame_format::stripped, mode::t1, -121.5);

} // namespace

TEST_CASE("an AMBER module is a session") { STATIC_REQUIRE(session<amber_receiver>); }

TEST_CASE("an AMBER message is taken apart") {
    const auto wire = indication();
    const auto message = amber_message_view::parse(wire);
    REQUIRE(message);
    CHECK(message->command == 3);
    CHECK(message->payload.size() == 0x2F);
    for (std::size_t size = 0; size < wire.size(); ++size)
        CHECK(amber_message_view::parse(bytes_view{wire}.first(size)).error() ==
              link_error(errc::truncated, size));
    auto wrong = wire;
    wrong.back() = 0xAD;
    CHECK(amber_message_view::parse(wrong).error() == link_error(errc::checksum, 50, 0xAC, 0xAD));
    CHECK(amber_message_view::parse("FF 84 00 7B 00"_octets).error() ==
          link_error(errc::trailing_bytes, 4, -1, 0x00));
    CHECK(amber_message_view::parse("FE"_octets).error() == link_error(errc::start_byte, 0, 0xFF, 0xFE));
    CHECK(amber_message_view::parse("FF 04 00 FB"_octets).error() ==
          link_error(errc::receiver_message, 1, -1, 0x04));
}

TEST_CASE("an AMBER module restores the length of a telegram") {
    CHECK(listen(module(), indication()) == events{as_heard});
}

TEST_CASE("an AMBER module without RSSI keeps the last octet in the telegram") {
    auto wire = joined({"FF 03 2E"_octets, {plain_telegram.begin() + 1, plain_telegram.end()}});
    wire.push_back(amber_message_view::checksum(wire));
    CHECK(listen(module(false), wire) == events{heard(plain_telegram, frame_format::stripped, mode::t1)});
}

TEST_CASE("noise around an AMBER message is told apart from it") {
    const auto input = joined({"12 FF 44"_octets, indication(), indication(), "FF 03 2F 44"_octets});
    CHECK(listen(module(), input) == events{garbage{3, link_error(errc::start_byte, 0, 0xFF, 0x12)}, as_heard,
                                            as_heard, garbage{4, link_error(errc::inter_byte_timeout, 4)}});
    CHECK(is_same_however_cut(module(), input));
}

TEST_CASE("an AMBER message with a wrong checksum hides no intact one") {
    auto broken = indication();
    broken[10] ^= 0x01;
    const auto input = joined({broken, indication()});
    CHECK(listen(module(), input) ==
          events{garbage{broken.size(), link_error(errc::checksum, 50, 0xAD, 0xAC)}, as_heard});
    CHECK(is_same_however_cut(module(), joined({input, broken})));
}

TEST_CASE("half an AMBER message is given up after the pause") {
    auto receiver = module();
    const auto wire = indication();
    receiver.handle_input(bytes_view{wire}.first(20), start);
    REQUIRE(receiver.poll_timeout() == start + 100ms);
    receiver.handle_input(wire, start + 200ms); // nobody called in time: the pause counts all the same
    const auto all = take_events(receiver);
    REQUIRE(all.size() == 2);
    CHECK(all[0] == receiver_event{garbage{20, link_error(errc::inter_byte_timeout, 20)}});
    CHECK(std::get<received>(all[1]).time == start + 200ms);
}

TEST_CASE("an AMBER telegram that is too short for a link header is garbage") {
    CHECK(listen(module(), "FF 03 01 A1 5C"_octets) ==
          events{garbage{5, link_error(errc::frame_length, 2, 10, 1)}});
    CHECK(listen(module(), "FF 03 00 FC"_octets) ==
          events{garbage{4, link_error(errc::frame_length, 2, 10, 0)}});
}

TEST_CASE("an AMBER module is configured and answers") {
    auto receiver = module();
    REQUIRE(receiver.set_mode(mode::c1, start));
    REQUIRE(receiver.ask_serial_number(start));
    CHECK(take_sent(receiver) == "FF 04 01 09 F3"_octets);
    receiver.handle_input(indication(), start + 5ms); // telegrams go on while an answer is awaited
    CHECK(std::get<received>(*receiver.poll_event()).mode == mode::t1);
    receiver.handle_input("FF 84 01 00 7A"_octets, start + 10ms);
    CHECK(take_sent(receiver) == "FF 0B 00 F4"_octets);
    receiver.handle_input("FF 8B 04 11 22 33 44 34"_octets, start + 20ms);
    const auto answers = take_events(receiver);
    REQUIRE(answers.size() == 2);
    CHECK(std::get<receiver_answer>(answers[0]).command == receiver_command::set_mode);
    CHECK(std::get<receiver_answer>(answers[1]).command == receiver_command::serial_number);
    CHECK(std::get<receiver_answer>(answers[1]).payload.size() == 4);
    receiver.handle_input(indication(), start + 30ms);
    CHECK_FALSE(std::get<received>(*receiver.poll_event()).mode); // C and T at once
}

TEST_CASE("the commands of an AMBER module") {
    const auto sent = [](auto command) {
        amber_receiver receiver;
        REQUIRE(command(receiver));
        return take_sent(receiver);
    };
    CHECK(sent([](auto& r) { return r.reset(start); }) == "FF 05 00 FA"_octets);
    CHECK(sent([](auto& r) { return r.factory_reset(start); }) == "FF 11 00 EE"_octets);
    CHECK(sent([](auto& r) { return r.set_mode(mode::t1, start); }) == "FF 04 01 08 F2"_octets);
    CHECK(sent([](auto& r) { return r.set_mode(mode::s1, start); }) == "FF 04 01 03 F9"_octets);
    CHECK(sent([](auto& r) { return r.ask_parameter(amber_parameter::rssi_output, 1, start); }) ==
          "FF 0A 02 45 01 B3"_octets);
    CHECK(sent([](auto& r) { return r.set_parameter(amber_parameter::rssi_output, octets{1}, start); }) ==
          "FF 09 03 45 01 01 B0"_octets);
    amber_receiver receiver;
    CHECK(receiver.set_mode(mode::n1, start).error().code == errc::value_out_of_range);
    CHECK(receiver.set_parameter(amber_parameter::mode, octets(254), start).error().code ==
          errc::value_out_of_range);
    for (int i = 0; i < 8; ++i)
        REQUIRE(receiver.reset(start));
    CHECK(receiver.reset(start).error().code == errc::buffer_too_small);
}

TEST_CASE("a lost answer of an AMBER module has the command repeated and then given up") {
    amber_receiver receiver{{}, true, {500ms, 3}};
    REQUIRE(receiver.reset(start));
    REQUIRE(receiver.ask_serial_number(start));
    for (int attempt = 1; attempt <= 3; ++attempt) {
        CHECK(take_sent(receiver) == "FF 05 00 FA"_octets);
        REQUIRE(receiver.poll_timeout() == start + attempt * 500ms);
        CHECK(take_events(receiver).empty());
        receiver.handle_timeout(start + attempt * 500ms);
    }
    CHECK(take_events(receiver) == events{receiver_silent{receiver_command::reset, 3}});
    CHECK(take_sent(receiver) == "FF 0B 00 F4"_octets); // the next has its turn
}

TEST_CASE("a mode that an AMBER module refuses is not taken for that of its telegrams") {
    auto receiver = module();
    REQUIRE(receiver.set_mode(mode::s1, start));
    take_sent(receiver);
    receiver.handle_input("FF 84 01 01 7B"_octets, start);
    const auto answer = std::get<receiver_answer>(*receiver.poll_event());
    CHECK(answer.command == receiver_command::set_mode);
    CHECK(answer.is_refused);
    receiver.handle_input(indication(), start);
    CHECK(std::get<received>(*receiver.poll_event()).mode == mode::t1);
}

TEST_CASE("an AMBER module has the mode of the command that it has answered") {
    auto receiver = module();
    REQUIRE(receiver.set_mode(mode::s1, start));
    REQUIRE(receiver.set_mode(mode::t2, start));
    for (const auto expected : {mode::s1, mode::t2}) {
        take_sent(receiver);
        receiver.handle_input("FF 84 01 00 7A"_octets, start);
        CHECK_FALSE(std::get<receiver_answer>(*receiver.poll_event()).is_refused);
        receiver.handle_input(indication(), start);
        CHECK(std::get<received>(*receiver.poll_event()).mode == expected);
    }
}
