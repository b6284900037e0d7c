#include <meterlink/mbus/master.hpp>

#include <chrono>
#include <cstddef>
#include <vector>

#include "master_requests.hpp"
#include "octets.hpp"
#include "scripted_line.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace meterlink::test;
using namespace std::chrono_literals;

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
