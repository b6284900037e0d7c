#include <meterlink/mbus/master.hpp>

#include <chrono>
#include <utility>

#include "master_requests.hpp"
#include "octets.hpp"
#include "scripted_line.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace meterlink::test;
using namespace std::chrono_literals;

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
