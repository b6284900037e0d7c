#include <meterlink/wmbus/receivers/cul.hpp>

#include <chrono>
#include <string>
#include <variant>

#include <meterlink/core/hex.hpp>

#include "listening.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test::listening;
using namespace meterlink::wmbus;
using namespace std::chrono_literals;

namespace {

const auto line_a = "b" + to_hex(telegram_a);
const auto line_b = "bY" + to_hex(telegram_b);

cul_receiver stick() { return cul_receiver{{"roof", mode::t1}}; }

const auto heard_a = heard(telegram_a, frame_format::a, mode::t1);
const auto heard_b = heard(telegram_b, frame_format::b, mode::c1);

} // namespace

TEST_CASE("a CUL is a session") { STATIC_REQUIRE(session<cul_receiver>); }

TEST_CASE("a CUL tells the frame format by the beginning of its lines") {
    CHECK(listen(stick(), text(line_a + "\r\n" + line_b + "\r\n")) == events{heard_a, heard_b});
}

TEST_CASE("LQI and RSSI of a CUL are told by the length") {
    auto expected_a = heard_a;
    expected_a.rssi_dbm = -74.0 - 31.5;
    auto expected_b = heard_b;
    expected_b.rssi_dbm = -74.0 + 10.0;
    CHECK(listen(stick(), text(line_a + "30C1\n" + line_b + "3014\n")) == events{expected_a, expected_b});
}

TEST_CASE("lines of a CUL with other lengths are garbage") {
    const auto shorter = line_a.substr(0, line_a.size() - 2);
    CHECK(listen(stick(), text(shorter + "\n" + line_a + "30\n")) ==
          events{garbage{shorter.size(), link_error(errc::frame_length, 1, 55, 54)},
                 garbage{line_a.size() + 2, link_error(errc::frame_length, 1, 55, 56)}});
    CHECK(listen(stick(), text(line_a + "3040C1\n")) ==
          events{garbage{line_a.size() + 6, link_error(errc::frame_length, 1, 55, 58)}});
    CHECK(listen(stick(), text("b0844\n")) == events{garbage{5, link_error(errc::frame_length, 1, 9, 2)}});
}

TEST_CASE("lines of a CUL that are not hexadecimal are garbage from that digit on") {
    auto wrong = line_a;
    wrong[10] = 'g';
    CHECK(listen(stick(), text(wrong + "\n")) ==
          events{garbage{wrong.size(), {errc::hex_digit, layer::core, 10, -1, 'g'}}});
    CHECK(listen(stick(), text("b2E4\n")) == events{garbage{4, {errc::hex_odd_digits, layer::core, 3}}});
}

TEST_CASE("other lines of a CUL are text if they can be read") {
    CHECK(listen(stick(), text("LOVF\r\nbad luck\r\n\x01\x02\r\n")) ==
          events{receiver_text{"LOVF"}, garbage{8, {errc::hex_digit, layer::core, 3, -1, ' '}},
                 garbage{2, link_error(errc::line_syntax, 0)}});
    CHECK(listen(stick(), text("b\nbY\nboot\n")) ==
          events{receiver_text{"b"}, receiver_text{"bY"}, receiver_text{"boot"}});
}

TEST_CASE("how the lines of a CUL are cut makes no difference") {
    CHECK(is_same_however_cut(stick(), text("\xFF\xFE" + line_a + "\r\n" + line_a + "30C1\r\r\nTMODE\n" +
                                            line_b + "\n\nhello\r\n" + line_a.substr(0, 20))));
}

TEST_CASE("half a line of a CUL ends with the pause") {
    auto receiver = stick();
    receiver.handle_input(text(line_a.substr(0, 21)), start);
    CHECK(take_events(receiver).empty());
    REQUIRE(receiver.poll_timeout() == start + 1s);
    receiver.handle_timeout(start + 1s);
    CHECK(take_events(receiver) == events{garbage{21, link_error(errc::frame_length, 1, 55, 10)}});
    receiver.handle_input(text(line_a), start + 2s); // the last line of a file may have no end
    receiver.handle_timeout(start + 3s);
    const auto all = take_events(receiver);
    REQUIRE(all.size() == 1);
    CHECK(std::get<received>(all[0]).telegram == heard_a.telegram);
}

TEST_CASE("a CUL is told a mode and answers") {
    cul_receiver receiver{{"roof", {}}};
    REQUIRE(receiver.set_mode(mode::t1, start));
    REQUIRE(receiver.ping(start));
    CHECK(take_sent(receiver) == text("X21\r\nbrt\r\n"));
    receiver.handle_input(text(line_a + "\r\nTMODE\r\n" + line_a + "\r\n"), start);
    CHECK(take_sent(receiver) == text("V\r\n"));
    receiver.handle_input(text("V 1.67 nanoCUL868\r\n"), start);
    const auto all = take_events(receiver);
    REQUIRE(all.size() == 4);
    CHECK_FALSE(std::get<received>(all[0]).mode);
    CHECK(std::get<receiver_answer>(all[1]).command == receiver_command::set_mode);
    CHECK(all[2] == receiver_event{heard_a});
    CHECK(std::get<receiver_answer>(all[3]).command == receiver_command::ping);
    CHECK(std::get<receiver_answer>(all[3]).payload.size() == 17);
}

TEST_CASE("a CUL has modes C and S as well and no other") {
    auto receiver = stick();
    REQUIRE(receiver.set_mode(mode::c2, start));
    CHECK(take_sent(receiver) == text("X21\r\nbrc\r\n"));
    receiver.handle_input(text("CMODE\r\n"), start);
    REQUIRE(receiver.set_mode(mode::s1_m, start));
    CHECK(take_sent(receiver) == text("X21\r\nbrs\r\n"));
    CHECK(receiver.set_mode(mode::n1, start).error().code == errc::value_out_of_range);
}

TEST_CASE("a CUL that does not answer is asked again and then given up") {
    cul_receiver receiver{{}, {500ms, 2}};
    REQUIRE(receiver.set_mode(mode::t1, start));
    CHECK(take_sent(receiver) == text("X21\r\nbrt\r\n"));
    receiver.handle_input(text("CMODE\r\n"), start + 100ms); // the answer to something else
    CHECK_FALSE(std::get<receiver_answer>(*receiver.poll_event()).command);
    receiver.handle_timeout(start + 500ms);
    CHECK(take_sent(receiver) == text("X21\r\nbrt\r\n"));
    receiver.handle_timeout(start + 1s);
    CHECK(take_events(receiver) == events{receiver_silent{receiver_command::set_mode, 2}});
}

TEST_CASE("a command that a CUL has no room for changes no mode") {
    cul_receiver receiver{{"roof", {}}};
    for (int i = 0; i < 8; ++i)
        REQUIRE(receiver.set_mode(mode::t1, start));
    CHECK(receiver.set_mode(mode::s1, start).error().code == errc::buffer_too_small);
    take_sent(receiver);
    receiver.handle_input(text("TMODE\r\n" + line_a + "\r\n"), start);
    CHECK_FALSE(std::get<receiver_answer>(*receiver.poll_event()).is_refused);
    CHECK(std::get<received>(*receiver.poll_event()).mode == mode::t1);
}
