#include <meterlink/mbus/master.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "octets.hpp"
#include "scripted_line.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace meterlink::test;
using namespace std::chrono_literals;

static_assert(session<master>);
static_assert(std::is_same_v<session_event_t<master>, master_event>);

namespace {

constexpr std::uint32_t baud = 2400;
const auto e5 = "E5"_octets;
using many = std::vector<octets>;

master::options fast() { return {timing_profile::standard(baud), baud, 100}; }

request read(std::uint8_t address, request_options how = {}) {
    return request::read(primary_address{address}, how).value();
}

secondary_address meter(std::uint32_t id) { return {id, 0x1593, 1, 7}; }

octets joined(std::initializer_list<octets> parts) {
    octets all;
    for (const auto& part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

octets with_wrong_checksum(octets frame) {
    ++frame[frame.size() - 2];
    return frame;
}

request_options without_initialisation() {
    request_options how;
    how.initialisation = initialisation::never;
    return how;
}

octets rsp(std::uint8_t from, std::uint8_t ci, octets data) {
    return to_bytes(long_frame::make(c_field::rsp_ud(), from, ci, data).value());
}

} // namespace

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

TEST_CASE("each attempt waits for the response timeout and no longer", "[master]") {
    scripted_line line{fast()};
    const auto start = line.now;
    for (int i = 0; i < 3; ++i)
        line.expect(req_ud2(5, true));
    line.submit(read(5, without_initialisation()));
    line.run();
    const auto failed = line.outcome();
    CHECK(failed.as<no_answer>().attempts == 3);
    const auto attempt = wire_time(5, baud) + minimum_response_timeout(baud);
    CHECK(line.sent_at == std::vector{start, start + attempt, start + 2 * attempt});
    CHECK(failed.when == start + 3 * attempt);
}

TEST_CASE("the six parameters of a readout profile are kept", "[master]") {
    scripted_line line{{timing_profile::readout(), baud, 100}};
    const auto start = line.now;
    line.expect(nke(5)).reply(e5, 0ms);
    for (int i = 0; i < 4; ++i)
        line.expect(req_ud2(5, true));
    line.submit(read(5));
    line.run();
    CHECK(line.outcome().as<no_answer>().attempts == 4);
    const auto acknowledged_at = start + wire_time(5, baud);
    const auto first = acknowledged_at + 10s;
    CHECK(line.sent_at[1] == first);
    const auto attempt = wire_time(5, baud) + 1500ms;
    CHECK(line.sent_at[2] == first + attempt);
    CHECK(line.outcome().when == first + 4 * attempt);
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

TEST_CASE("all telegrams that are announced are read", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5)).reply(e5);
    line.expect(req_ud2(5, true)).reply(telegram(5, 1, 1, true));
    line.expect(req_ud2(5, false)).reply(telegram(5, 1, 2, true));
    line.expect(req_ud2(5, true)).reply(telegram(5, 1, 3));
    line.submit(read(5));
    line.run();
    CHECK(line.outcome().telegrams ==
          many{telegram(5, 1, 1, true), telegram(5, 1, 2, true), telegram(5, 1, 3)});
    CHECK(line.outcome().as<reading>().is_complete);
}

TEST_CASE("a lost telegram in the middle is repeated and none is lost or doubled", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5)).reply(e5);
    line.expect(req_ud2(5, true)).reply(telegram(5, 1, 1, true));
    line.expect(req_ud2(5, false));
    line.expect(req_ud2(5, false)).reply(with_wrong_checksum(telegram(5, 1, 2, true)));
    line.expect(req_ud2(5, false)).reply(telegram(5, 1, 2, true));
    line.expect(req_ud2(5, true)).reply(telegram(5, 1, 3));
    line.submit(read(5));
    line.run();
    CHECK(line.outcome().telegrams ==
          many{telegram(5, 1, 1, true), telegram(5, 1, 2, true), telegram(5, 1, 3)});
}

TEST_CASE("a telegram that never comes leaves those before it", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5)).reply(e5);
    line.expect(req_ud2(5, true)).reply(telegram(5, 1, 1, true));
    for (int i = 0; i < 3; ++i)
        line.expect(req_ud2(5, false));
    line.submit(read(5));
    line.run();
    CHECK(line.outcome().is<no_answer>());
    CHECK(line.outcome().telegrams == many{telegram(5, 1, 1, true)});
}

TEST_CASE("a late copy of the first telegram is not taken for the second", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5)).reply(e5);
    line.expect(req_ud2(5, true)).reply(telegram(5, 1, 1, true), 300ms); // after the timeout
    line.expect(req_ud2(5, true)).reply(telegram(5, 1, 1, true), 100ms);
    line.expect(req_ud2(5, false)).reply(telegram(5, 1, 2), 150ms);
    line.submit(read(5));
    line.run();
    CHECK(line.outcome().telegrams == many{telegram(5, 1, 1, true), telegram(5, 1, 2)});
}

TEST_CASE("multi-telegram off and a limit end a readout and the next starts over", "[master]") {
    for (const auto& [wanted, count] : {std::pair{multi_telegram::off(), 1}, {multi_telegram::limit(2), 2}}) {
        scripted_line line{fast()};
        line.expect(nke(5)).reply(e5);
        line.expect(req_ud2(5, true)).reply(telegram(5, 1, 1, true));
        if (count == 2)
            line.expect(req_ud2(5, false)).reply(telegram(5, 1, 2, true));
        line.expect(nke(5)).reply(e5);
        line.expect(req_ud2(5, true)).reply(telegram(5, 1, 4));
        request_options how;
        how.multi_telegram = wanted;
        line.submit(read(5, how));
        line.submit(read(5));
        line.run();
        REQUIRE(line.outcomes().size() == 2);
        CHECK(line.outcomes()[0].telegrams.size() == static_cast<std::size_t>(count));
        CHECK_FALSE(line.outcomes()[0].as<reading>().is_complete);
        CHECK(line.outcomes()[1].as<reading>().is_complete);
    }
}

TEST_CASE("a slave that announces telegrams without end is stopped", "[master]") {
    auto how = fast();
    how.telegram_limit = 7;
    scripted_line line{how};
    line.expect(nke(5)).reply(e5);
    for (std::uint8_t i = 0; i < 7; ++i)
        line.expect(req_ud2(5, i % 2 == 0)).reply(telegram(5, 1, i, true));
    line.submit(read(5));
    line.run();
    CHECK(line.outcome().telegrams.size() == 7);
    CHECK_FALSE(line.outcome().as<reading>().is_complete);
}

TEST_CASE("a slave that repeats one telegram for ever is read once", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5)).reply(e5);
    line.expect(req_ud2(5, true)).reply(telegram(5, 1, 1, true));
    for (int i = 0; i < 3; ++i)
        line.expect(req_ud2(5, false)).reply(telegram(5, 1, 1, true));
    line.submit(read(5));
    line.run();
    CHECK(line.outcome().telegrams == many{telegram(5, 1, 1, true)});
    CHECK_FALSE(line.outcome().as<reading>().is_complete);
}

TEST_CASE("what a failed readout lends stays good while the slave is deselected", "[master]") {
    auto how = fast();
    how.timing.readout_retries = 0;
    scripted_line line{how};
    line.expect(select_frame(meter(1))).reply(e5);
    line.expect(req_ud2(253, true)).reply(telegram(5, 1, 1, true));
    line.expect(req_ud2(253, false)).reply(telegram(5, 1, 1, true));
    line.expect(nke(253)).reply(e5);
    line.submit(request::read(meter(1)).value());
    line.run();
    CHECK(line.outcome().telegrams == many{telegram(5, 1, 1, true)});
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

TEST_CASE("what spoils an acknowledgement is a collision", "[master]") {
    for (const auto& answer : {"E5 E5"_octets, "E5 A5"_octets, "00 FF"_octets, "68"_octets, "7F E5"_octets}) {
        auto how = fast();
        how.timing.select_retries = 0;
        scripted_line line{how};
        line.expect(select_frame(meter(1))).reply(answer);
        line.submit(request::select(meter(1)));
        line.run();
        CHECK(line.outcome().as<collision>().attempts == 1);
        CHECK(line.outcome().heard == answer);
    }
}

TEST_CASE("after a collision the line rests for the recovery time", "[master]") {
    auto how = fast();
    how.timing.collision_recovery = 3500ms;
    scripted_line line{how};
    line.expect(select_frame(meter(1))).reply("E5 E5"_octets, 30ms);
    line.expect(select_frame(meter(1))).reply(e5);
    line.submit(request::select(meter(1)));
    line.run();
    CHECK(line.outcome().is<acknowledged>());
    REQUIRE(line.sent_at.size() == 2);
    const auto question = wire_time(select_frame(meter(1)).size(), baud);
    CHECK(line.sent_at[1] - line.sent_at[0] == question + 30ms + 3500ms);
}

TEST_CASE("a search can have the first collision as the outcome", "[master]") {
    scripted_line line{fast()};
    line.expect(select_frame(meter(1))).reply("E4 25"_octets);
    request_options how;
    how.is_collision_final = true;
    line.submit(request::select(meter(1), how));
    line.run();
    CHECK(line.outcome().as<collision>().attempts == 1);
}

TEST_CASE("answers that collide are a collision and what breaks off is a bad answer", "[master]") {
    auto garbled = telegram(5, 1);
    garbled[9] ^= 0x55;
    garbled[1] = 0x20;
    auto half = telegram(5, 1);
    half.resize(half.size() / 2);
    for (const auto& [answer, is_collision] :
         {std::pair{garbled, true}, {with_wrong_checksum(telegram(5, 1)), true}, {half, false}}) {
        auto how = fast();
        how.timing.readout_retries = 0;
        scripted_line line{how};
        line.expect(req_ud2(5, true)).reply(answer);
        line.submit(read(5, without_initialisation()));
        line.run();
        CHECK(line.outcome().is<collision>() == is_collision);
        CHECK(line.outcome().is<bad_answer>() == !is_collision);
        CHECK(line.outcome().heard == answer);
        if (!is_collision)
            CHECK(line.outcome().as<bad_answer>().why.code == errc::inter_byte_timeout);
    }
}

TEST_CASE("a broken answer is repeated with the same bit and the reading is the good one", "[master]") {
    scripted_line line{fast()};
    line.expect(req_ud2(5, true)).reply(with_wrong_checksum(telegram(5, 1)));
    line.expect(req_ud2(5, true)).reply(telegram(5, 1));
    line.submit(read(5, without_initialisation()));
    line.run();
    CHECK(line.outcome().telegrams == many{telegram(5, 1)});
}

TEST_CASE("an answer that trickles in octet by octet is waited for", "[master]") {
    scripted_line line{fast()};
    auto& asked = line.expect(req_ud2(5, true));
    const auto answer = telegram(5, 1);
    for (std::size_t i = 0; i < answer.size(); ++i)
        asked.reply({answer[i]}, 180ms + static_cast<int>(i) * 10ms);
    line.submit(read(5, without_initialisation()));
    line.run();
    CHECK(line.outcome().telegrams == many{answer});
}

TEST_CASE("noise that never ends does not hold the line for ever", "[master]") {
    scripted_line line{fast()};
    for (int i = 0; i < 3; ++i)
        line.expect(req_ud2(5, true));
    line.submit(read(5, without_initialisation()));
    for (auto when = line.now; when < line.now + 60s; when += 20ms)
        line.arrive("55"_octets, when);
    line.run(line.now + 60s);
    CHECK(line.outcome().is<collision>());
    CHECK(line.outcome().when < line.now);
}

TEST_CASE("noise before and behind an answer does not spoil it but is told", "[master]") {
    for (const auto& answer :
         {joined({"00"_octets, telegram(5, 1)}), joined({telegram(5, 1), "00 00"_octets})}) {
        scripted_line line{fast()};
        line.expect(req_ud2(5, true)).reply(answer);
        line.submit(read(5, without_initialisation()));
        line.run();
        CHECK(line.outcome().telegrams == many{telegram(5, 1)});
        CHECK(line.outcome().as<reading>().was_disturbed == (answer.front() == 0));
    }
}

TEST_CASE("a late answer of one meter is never taken for that of another", "[master]") {
    auto how = fast();
    how.timing.readout_retries = 0;
    scripted_line line{how};
    // The answer of 5 comes while 6 is asked.
    line.expect(req_ud2(5, true)).reply(telegram(5, 0x55555555), 230ms);
    line.expect(req_ud2(6, true)).reply(telegram(6, 0x66666666), 100ms);
    line.submit(read(5, without_initialisation()));
    line.submit(read(6, without_initialisation()));
    line.run();
    REQUIRE(line.outcomes().size() == 2);
    CHECK(line.outcomes()[0].is<no_answer>());
    CHECK(line.outcomes()[1].telegrams == many{telegram(6, 0x66666666)});
}

TEST_CASE("a late answer of one selected meter is never taken for that of another", "[master]") {
    auto how = fast();
    how.timing.readout_retries = 0;
    scripted_line line{how};
    line.expect(select_frame(meter(0x55555555))).reply(e5);
    line.expect(req_ud2(253, true)).reply(telegram(0, 0x55555555), 400ms);
    line.expect(select_frame(meter(0x66666666))).reply(e5, 20ms);
    line.expect(req_ud2(253, true)).reply(telegram(0, 0x66666666), 150ms);
    line.expect(nke(253)).reply(e5);
    line.submit(request::read(meter(0x55555555)).value());
    line.submit(request::read(meter(0x66666666)).value());
    line.run();
    REQUIRE(line.outcomes().size() == 2);
    CHECK(line.outcomes()[0].is<no_answer>());
    CHECK(line.outcomes()[1].telegrams == many{telegram(0, 0x66666666)});
}

TEST_CASE("late octets between two questions are noise and the line gets its rest", "[master]") {
    auto how = fast();
    how.timing.wait_between_communications = 500ms;
    scripted_line line{how};
    line.expect(req_ud2(5, true)).reply(telegram(5, 1), 400ms);
    line.expect(req_ud2(5, true)).reply(telegram(5, 1), 50ms);
    line.submit(read(5, without_initialisation()));
    line.run();
    CHECK(line.outcome().is<reading>());
    CHECK(line.count<line_noise>() == 1);
    CHECK(line.sent_at[1] - line.sent_at[0] == wire_time(5, baud) + 400ms + 500ms);
}

TEST_CASE("a late acknowledgement does not acknowledge the next command", "[master]") {
    scripted_line line{fast()};
    const auto records = "01 7A 07"_octets;
    const auto frame = command::data_send(5, records).value();
    // The first E5 comes late, so the second one comes when the master thinks that all is done.
    line.expect(counted(frame, true)).reply(e5, 250ms);
    line.expect(counted(frame, true)).reply(e5, 250ms);
    line.expect(nke(6)).reply(e5, 60ms);
    line.submit(request::send(primary_address{5}, records, without_initialisation()).value());
    line.submit(request::normalise(6).value());
    line.run();
    REQUIRE(line.outcomes().size() == 2);
    CHECK(line.outcomes()[1].is<acknowledged>());
    const auto attempt = wire_time(frame.wire_size(), baud) + 250ms;
    CHECK(line.outcomes()[1].when > line.sent_at[1] + attempt + 60ms);
}

TEST_CASE("the late acknowledgement of a command that failed is not that of the next", "[master]") {
    auto how = fast();
    how.timing.readout_retries = 0;
    scripted_line line{how};
    const auto records = "0F"_octets;
    line.expect(counted(command::data_send(5, records).value(), true)).reply(e5, 250ms);
    line.expect(counted(command::data_send(6, records).value(), true));
    line.submit(request::send(primary_address{5}, records, without_initialisation()).value());
    line.submit(request::send(primary_address{6}, records, without_initialisation()).value());
    line.run();
    REQUIRE(line.outcomes().size() == 2);
    CHECK(line.outcomes()[0].is<no_answer>());
    CHECK(line.outcomes()[1].is<no_answer>());
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

TEST_CASE("an answer from another address is not taken and named when nothing else comes", "[master]") {
    auto how = fast();
    how.timing.readout_retries = 1;
    scripted_line line{how};
    line.expect(req_ud2(5, true)).reply(telegram(7, 1));
    line.expect(req_ud2(5, true)).reply(telegram(7, 1));
    line.submit(read(5, without_initialisation()));
    line.run();
    CHECK(line.outcome().as<bad_answer>().why.code == errc::answer_from_another);
    CHECK(line.outcome().as<bad_answer>().attempts == 2);
    CHECK(line.outcome().heard == telegram(7, 1));
}

TEST_CASE("address 254 takes an answer from whoever is there", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(254)).reply(e5);
    line.expect(req_ud2(254, true)).reply(telegram(17, 1));
    line.submit(read(254));
    line.run();
    CHECK(line.outcome().is<reading>());
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

TEST_CASE("our own octets that come back are dropped", "[master]") {
    scripted_line line{fast()};
    const auto select = select_frame(meter(0x12345678));
    line.expect(select).reply(select, 0ms).reply(e5, 30ms);
    line.expect(req_ud2(253, true)).reply(joined({req_ud2(253, true), telegram(1, 0x12345678)}));
    line.expect(nke(253)).reply("10 40"_octets, 0ms).reply("FD 3D 16 E5"_octets, 10ms);
    line.submit(request::read(meter(0x12345678)).value());
    line.run();
    CHECK(line.outcome().telegrams == many{telegram(1, 0x12345678)});
    CHECK_FALSE(line.outcome().as<reading>().was_disturbed);
}

TEST_CASE("an answer that begins like the question is no echo", "[master]") {
    scripted_line line{fast()};
    const auto records = octets(18 - 5 + 2, 0x2F); // the same length as the answer
    const auto frame = command::data_send(5, records).value();
    const auto answer = rsp(5, 0x70, octets(records.size(), 0));
    line.expect(counted(frame, true)).reply(answer);
    line.submit(request::send(primary_address{5}, records, without_initialisation()).value());
    line.run();
    CHECK(line.outcome().is<application_refusal>());
}

TEST_CASE("only an echo is no answer", "[master]") {
    auto how = fast();
    how.timing.readout_retries = 0;
    scripted_line line{how};
    line.expect(req_ud2(5, true)).reply(req_ud2(5, true), 0ms);
    line.expect(req_ud2(6, true)).reply("10 7B 06"_octets, 0ms);
    line.submit(read(5, without_initialisation()));
    line.submit(read(6, without_initialisation()));
    line.run();
    CHECK(line.outcomes()[0].is<no_answer>());
    CHECK_FALSE(line.outcomes()[1].is<reading>());
}

TEST_CASE("requests are taken by priority and by age", "[master]") {
    scripted_line line{fast()};
    for (const auto address : std::array<std::uint8_t, 6>{1, 4, 5, 2, 3, 6})
        line.expect(req_ud2(address, true)).reply(telegram(address, address));
    auto low = without_initialisation();
    low.priority = priority::low;
    auto high = without_initialisation();
    high.priority = priority::high;
    line.submit(read(1, without_initialisation())); // has the line at once
    line.submit(read(2, without_initialisation()));
    line.submit(read(3, without_initialisation()));
    line.submit(read(4, high));
    line.submit(read(5, high));
    line.submit(read(6, low));
    line.run();
    CHECK(line.outcomes().size() == 6);
}

TEST_CASE("a request is cancelled while it waits", "[master]") {
    scripted_line line{fast()};
    line.expect(req_ud2(1, true)).reply(telegram(1, 1));
    line.submit(read(1, without_initialisation()));
    const auto waiting = line.submit(read(2, without_initialisation()));
    CHECK(line.master.cancel(waiting));
    CHECK_FALSE(line.master.cancel(waiting));
    line.run();
    REQUIRE(line.outcomes().size() == 2);
    CHECK(line.outcomes()[0].id == waiting);
    CHECK(line.outcomes()[0].is<cancelled>());
    CHECK(line.outcomes()[1].is<reading>());
}

TEST_CASE("a request is cancelled before its question was fetched", "[master]") {
    master peer{fast()};
    const instant now{1h};
    const auto id = peer.submit(read(1), now);
    CHECK(peer.cancel(id));
    CHECK_FALSE(peer.poll_transmit());
    CHECK_FALSE(peer.poll_timeout());
    const auto event = peer.poll_event();
    REQUIRE(event);
    CHECK(event->as<cancelled>() != nullptr);
    CHECK_FALSE(peer.poll_event());
}

TEST_CASE("a request is cancelled at any moment and the next one is not harmed", "[master]") {
    for (auto moment = 0ms; moment < 700ms; moment += 7ms) {
        INFO("after " << moment.count() << " ms");
        scripted_line line{fast()};
        request_id victim{};
        bool is_cancelled = false;
        const auto start = line.now;
        // What the slaves say depends on what they are asked, so there is no script.
        line.at(start + moment, [&] { is_cancelled = line.master.cancel(victim); });
        line.answer_with([](const octets& question) -> std::optional<octets> {
            if (question == nke(5) || question == nke(6))
                return "E5"_octets;
            const std::uint8_t address = question[2];
            return telegram(address, address, question[1], address == 5 && question[1] == 0x7B);
        });
        victim = line.submit(read(5));
        const auto other = line.submit(read(6));
        line.run();
        REQUIRE(line.outcomes().size() == 2);
        const auto outcomes = line.outcomes();
        CHECK(outcomes[0].id == victim);
        CHECK(outcomes[0].is<cancelled>() == is_cancelled);
        CHECK(outcomes[1].id == other);
        CHECK(outcomes[1].telegrams == many{telegram(6, 6, 0x7B)});
    }
}

TEST_CASE("everything is cancelled at once", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(1));
    line.submit(read(1));
    line.submit(read(2));
    line.submit(read(3));
    line.at(line.now + 1ms, [&] { line.master.cancel_all(); });
    line.run();
    REQUIRE(line.outcomes().size() == 3);
    for (const auto& each : line.outcomes())
        CHECK(each.is<cancelled>());
    CHECK(line.master.unfinished() == 0);
}

TEST_CASE("a meter that is asked too early is not asked", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5)).reply(e5);
    line.expect(req_ud2(5, true)).reply(telegram(5, 1));
    line.expect(req_ud2(5, false)).reply(telegram(5, 1, 2));
    auto how = request_options{};
    how.minimum_interval = 1h;
    line.submit(read(5, how));
    line.run(line.now + 10s);
    const auto read_at = line.outcome().when;
    line.submit(read(5, how));
    line.run(line.now + 10s);
    REQUIRE(line.outcomes().size() == 2);
    CHECK(line.outcomes()[1].as<deferred>().until == read_at + 1h);
    line.now = read_at + 1h;
    line.submit(read(5, how));
    line.run();
    CHECK(line.outcomes()[2].is<reading>());
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

TEST_CASE("the timing of one meter is that of its requests", "[master]") {
    scripted_line line{fast()};
    auto how = without_initialisation();
    how.timing = timing_profile::standard(baud);
    how.timing->readout_retries = 0;
    how.timing->latency = 4s;
    line.expect(req_ud2(5, true)).reply(telegram(5, 1), 4s);
    line.submit(read(5, how));
    line.run();
    CHECK(line.outcome().is<reading>());
}

TEST_CASE("dense noise between two questions delays the second one but not without end", "[master]") {
    scripted_line line{fast()};
    for (int i = 0; i < 3; ++i)
        line.expect(req_ud2(5, true));
    line.submit(read(5, without_initialisation()));
    for (auto when = line.now; when < line.now + 60s; when += 5ms)
        line.arrive("55"_octets, when);
    line.run(line.now + 60s);
    CHECK(line.outcome().is<collision>());
    CHECK(line.count<line_noise>() > 0);
}

TEST_CASE("octets before a question make it wait until their sender has ended", "[master]") {
    auto how = fast();
    how.timing.collision_recovery = 100ms;
    scripted_line line{how};
    const auto select = select_frame(meter(1));
    line.expect(select).reply("E5 E5"_octets, 30ms).reply("E5"_octets, 125ms);
    line.expect(select).reply(e5);
    line.submit(request::select(meter(1)));
    line.run();
    CHECK(line.outcome().is<acknowledged>());
    CHECK(line.count<line_noise>() == 1);
    const auto quiet = timing_profile::standard(baud).effective_character_gap(baud);
    CHECK(line.sent_at[1] - line.sent_at[0] == wire_time(select.size(), baud) + 125ms + quiet);
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

TEST_CASE("a second telegram is not taken from another slave", "[master]") {
    scripted_line line{fast()};
    const secondary_address any{};
    line.expect(select_frame(any)).reply(e5);
    line.expect(req_ud2(253, true)).reply(telegram(1, 0x11111111, 1, true));
    line.expect(req_ud2(253, false))
        .reply(telegram(1, 0x22222222, 1), 20ms)
        .reply(telegram(1, 0x11111111, 2), 180ms);
    line.expect(nke(253)).reply(e5);
    line.submit(request::read(any).value());
    line.run();
    CHECK(line.outcome().telegrams == many{telegram(1, 0x11111111, 1, true), telegram(1, 0x11111111, 2)});
    CHECK(line.outcome().as<reading>().was_disturbed);
}
