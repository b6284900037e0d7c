#include <meterlink/mbus/master.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "master_requests.hpp"
#include "octets.hpp"
#include "scripted_line.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace meterlink::test;
using namespace std::chrono_literals;

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
