#include <meterlink/wmbus/receivers/imst.hpp>

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

/// The telegram with RSSI and CRC, as the stick sends it.
octets indication() {
    return joined(
        {"A5 C2 03 2E"_octets, {plain_telegram.begin() + 1, plain_telegram.end()}, "5A 47 3E"_octets});
}

imst_receiver stick() { return imst_receiver{{"roof", mode::t1}}; }

const auto as_heard = heard(plain_telegram, frame_format::stripped, mode::t1, -77.5);

} // namespace

TEST_CASE("an IMST stick is a session") { STATIC_REQUIRE(session<imst_receiver>); }

TEST_CASE("an IMST message is taken apart") {
    const auto wire = indication();
    const auto message = imst_message_view::parse(wire);
    REQUIRE(message);
    CHECK(message->endpoint == 2);
    CHECK(message->message == 3);
    CHECK(message->payload.size() == 0x2E);
    CHECK(message->rssi == 0x5A);
    for (std::size_t size = 0; size < wire.size(); ++size)
        CHECK(imst_message_view::parse(bytes_view{wire}.first(size)).error() ==
              link_error(errc::truncated, size));
    CHECK(imst_message_view::parse("A5 01 02 00 FF"_octets).error() ==
          link_error(errc::trailing_bytes, 4, -1, 0xFF));
    CHECK(imst_message_view::parse("A4"_octets).error() == link_error(errc::start_byte, 0, 0xA5, 0xA4));
    for (const auto control : "00 05 0F 11"_octets) // endpoints and flags that there are not
        CHECK(imst_message_view::parse(octets{0xA5, control}).error() ==
              link_error(errc::receiver_message, 1, -1, control));
    CHECK(imst_message_view::parse("A5 81 01 00 24 89"_octets));
}

TEST_CASE("a timestamp between payload and RSSI is passed over") {
    const auto message = imst_message_view::parse("A5 62 03 01 44 11 22 33 44 5A"_octets);
    REQUIRE(message);
    CHECK(message->payload.size() == 1);
    CHECK(message->rssi == 0x5A);
    CHECK(imst_rssi_dbm(45) == -100.0);
}

TEST_CASE("an IMST stick restores the length of a telegram") {
    CHECK(listen(stick(), indication()) == events{as_heard});
}

TEST_CASE("an IMST telegram without attachments has no signal strength") {
    const auto wire = joined({"A5 02 03 2E"_octets, {plain_telegram.begin() + 1, plain_telegram.end()}});
    CHECK(listen(imst_receiver{{"roof", {}}}, wire) == events{heard(plain_telegram, frame_format::stripped)});
}

TEST_CASE("noise around an IMST message is told apart from it") {
    const auto input = joined({"00 A5 FF"_octets, indication(), indication(), "A5 02 03"_octets});
    CHECK(listen(stick(), input) == events{garbage{3, link_error(errc::start_byte, 0, 0xA5, 0x00)}, as_heard,
                                           as_heard, garbage{3, link_error(errc::inter_byte_timeout, 3)}});
    CHECK(is_same_however_cut(stick(), input));
}

TEST_CASE("an IMST message with a wrong CRC hides no intact one") {
    auto broken = indication();
    broken[10] ^= 0x01;
    const auto all = listen(stick(), joined({broken, indication()}));
    REQUIRE(all.size() == 2);
    REQUIRE(std::holds_alternative<garbage>(all[0]));
    CHECK(std::get<garbage>(all[0]).count == broken.size());
    CHECK(std::get<garbage>(all[0]).why.code == errc::checksum);
    CHECK(all[1] == receiver_event{as_heard});
    CHECK(is_same_however_cut(stick(), joined({broken, indication(), broken})));
}

TEST_CASE("half an IMST message is given up after the pause") {
    auto receiver = stick();
    const auto wire = indication();
    receiver.handle_input(bytes_view{wire}.first(20), start);
    CHECK(take_events(receiver).empty());
    REQUIRE(receiver.poll_timeout() == start + 100ms);
    receiver.handle_timeout(start + 99ms);
    CHECK(take_events(receiver).empty());
    receiver.handle_timeout(start + 100ms);
    CHECK(take_events(receiver) == events{garbage{20, link_error(errc::inter_byte_timeout, 20)}});
    CHECK_FALSE(receiver.poll_timeout());
    receiver.handle_input(bytes_view{wire}.subspan(20), start + 101ms); // the rest is noise
    receiver.handle_input(wire, start + 102ms);
    const auto all = take_events(receiver);
    REQUIRE(all.size() == 2);
    CHECK(std::get<garbage>(all[0]).count == wire.size() - 20);
}

TEST_CASE("an IMST telegram that is too short for a link header is garbage") {
    CHECK(listen(stick(), "A5 02 03 02 44 93"_octets) ==
          events{garbage{6, link_error(errc::frame_length, 3, 9, 2)}});
}

TEST_CASE("an IMST stick is configured and answers") {
    imst_receiver receiver{{"roof", {}}};
    CHECK_FALSE(receiver.poll_transmit());
    REQUIRE(receiver.ping(start));
    REQUIRE(receiver.set_mode(mode::c1, start));
    CHECK(take_sent(receiver) == "A5 01 01 00"_octets);
    receiver.handle_input("A5 01 02 00"_octets, start + 10ms);
    CHECK(take_sent(receiver) == "A5 01 03 06 00 02 06 30 01 00"_octets);
    receiver.handle_input("A5 01 04 01 00"_octets, start + 20ms);
    CHECK_FALSE(receiver.poll_transmit());
    const auto answers = take_events(receiver);
    REQUIRE(answers.size() == 2);
    CHECK(answers[0] == receiver_event{receiver_answer{receiver_command::ping, 0x102, {}}});
    const auto& second = std::get<receiver_answer>(answers[1]);
    CHECK(second.command == receiver_command::set_mode);
    CHECK(second.payload.size() == 1);
    const auto wire = indication();
    receiver.handle_input(wire, start + 30ms);
    CHECK(std::get<received>(*receiver.poll_event()).mode == mode::c1);
}

TEST_CASE("the radio modes of an IMST stick") {
    CHECK(imst_radio_mode(mode::s1) == 0);
    CHECK(imst_radio_mode(mode::t1) == 3);
    CHECK(imst_radio_mode(mode::r2) == 5);
    CHECK(imst_radio_mode(mode::c1, frame_format::b) == 7);
    CHECK(imst_radio_mode(mode::c2) == 8);
    CHECK_FALSE(imst_radio_mode(mode::n1));
    auto receiver = stick();
    CHECK(receiver.set_mode(mode::f2, start).error().code == errc::value_out_of_range);
    CHECK_FALSE(receiver.poll_transmit());
}

TEST_CASE("a lost answer of an IMST stick has the command repeated and then given up") {
    imst_receiver receiver{{}, {500ms, 2}};
    REQUIRE(receiver.reset(start));
    CHECK(take_sent(receiver) == "A5 01 07 00"_octets);
    REQUIRE(receiver.poll_timeout() == start + 500ms);
    receiver.handle_timeout(start + 500ms);
    CHECK(take_sent(receiver) == "A5 01 07 00"_octets);
    CHECK(take_events(receiver).empty());
    receiver.handle_timeout(start + 1s);
    CHECK_FALSE(receiver.poll_transmit());
    CHECK(take_events(receiver) == events{receiver_silent{receiver_command::reset, 2}});
    CHECK_FALSE(receiver.poll_timeout());
    receiver.handle_input("A5 01 08 00"_octets, start + 2s); // too late: nobody asks any more
    CHECK(take_events(receiver) == events{receiver_answer{{}, 0x108, {}}});
}

TEST_CASE("an answer to the repeated command ends the waiting") {
    imst_receiver receiver{{}, {500ms, 3}};
    REQUIRE(receiver.ask_configuration(start));
    CHECK(take_sent(receiver) == "A5 01 05 00"_octets);
    receiver.handle_timeout(start + 500ms);
    receiver.handle_input("A5 01 06 01 00"_octets, start + 510ms); // before the repetition is on its way
    CHECK_FALSE(receiver.poll_transmit());
    CHECK_FALSE(std::get<receiver_answer>(*receiver.poll_event()).payload.empty());
    CHECK_FALSE(receiver.poll_timeout());
}

TEST_CASE("the other commands of an IMST stick") {
    auto receiver = stick();
    REQUIRE(receiver.factory_reset(start));
    CHECK(take_sent(receiver) == "A5 01 09 00"_octets);
    receiver.handle_input("A5 01 0A 00"_octets, start);
    REQUIRE(receiver.ask_device_information(start));
    CHECK(take_sent(receiver) == "A5 01 0F 00"_octets);
    receiver.handle_input("A5 01 10 00"_octets, start);
    REQUIRE(receiver.set_configuration("01 02 03 00"_octets, start));
    CHECK(take_sent(receiver) == "A5 01 03 04 01 02 03 00"_octets);
    CHECK(receiver.set_configuration(octets(256), start).error().code == errc::value_out_of_range);
}

TEST_CASE("a mode that an IMST stick refuses is not taken for that of its telegrams") {
    auto receiver = stick();
    REQUIRE(receiver.set_mode(mode::s1, start));
    take_sent(receiver);
    receiver.handle_input("A5 01 04 01 01"_octets, start);
    const auto answer = std::get<receiver_answer>(*receiver.poll_event());
    CHECK(answer.command == receiver_command::set_mode);
    CHECK(answer.is_refused);
    receiver.handle_input(indication(), start);
    CHECK(std::get<received>(*receiver.poll_event()).mode == mode::t1);
}

TEST_CASE("an IMST stick has the mode of the command that it has answered") {
    auto receiver = stick();
    REQUIRE(receiver.set_mode(mode::s1, start));
    REQUIRE(receiver.set_mode(mode::t2, start));
    for (const auto expected : {mode::s1, mode::t2}) {
        take_sent(receiver);
        receiver.handle_input("A5 01 04 01 00"_octets, start);
        CHECK_FALSE(std::get<receiver_answer>(*receiver.poll_event()).is_refused);
        receiver.handle_input(indication(), start);
        CHECK(std::get<received>(*receiver.poll_event()).mode == expected);
    }
}
