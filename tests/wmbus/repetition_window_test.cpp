#include <meterlink/wmbus/repetition_window.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::wmbus;
using namespace std::chrono_literals;

namespace {

constexpr instant start{1h};

constexpr telegram_fingerprint print(std::uint64_t hash, std::uint16_t size = 30) {
    return {hash, size, false};
}

} // namespace

TEST_CASE("a telegram is a repetition until its window is over and then new again") {
    repetition_window window{{.window = 60s, .capacity = 4}};
    CHECK_FALSE(window.is_repetition(print(1), start));
    CHECK(window.is_repetition(print(1), start));
    CHECK(window.is_repetition(print(1), start + 60s));
    CHECK_FALSE(window.is_repetition(print(1), start + 60s + 1ns));
    CHECK(window.is_repetition(print(1), start + 120s));
}

TEST_CASE("further copies do not prolong the window") {
    repetition_window window{{.window = 60s, .capacity = 4}};
    int is_new = 0;
    for (auto at = 0s; at < 610s; at += 10s)
        is_new += window.is_repetition(print(1), start + at) ? 0 : 1;
    CHECK(is_new == 9); // at 0, 70, 140 .. 560 seconds
}

TEST_CASE("another hash or another size is another telegram") {
    repetition_window window;
    CHECK(window.capacity() == 1024);
    CHECK_FALSE(window.is_repetition(print(1, 30), start));
    CHECK_FALSE(window.is_repetition(print(1, 31), start));
    CHECK_FALSE(window.is_repetition(print(2, 30), start));
    CHECK(window.is_repetition(print(1, 31), start));
    CHECK(window.size() == 3);
}

TEST_CASE("a copy by a repeater is a repetition whichever came first") {
    repetition_window window;
    CHECK_FALSE(window.is_repetition({7, 30, true}, start));
    CHECK(window.is_repetition({7, 30, false}, start));
}

TEST_CASE("a full window forgets the oldest telegram early and counts that") {
    repetition_window window{{.window = 60s, .capacity = 3}};
    for (std::uint64_t i = 0; i < 3; ++i)
        CHECK_FALSE(window.is_repetition(print(i), start));
    CHECK(window.forgotten_early() == 0);
    CHECK_FALSE(window.is_repetition(print(3), start + 1s));
    CHECK(window.forgotten_early() == 1);
    CHECK(window.size() == 3);
    CHECK(window.is_repetition(print(1), start + 1s));
    CHECK(window.is_repetition(print(2), start + 1s));
    CHECK(window.is_repetition(print(3), start + 1s));
    CHECK_FALSE(window.is_repetition(print(0), start + 1s));
}

TEST_CASE("a window for no telegrams has room for one") {
    repetition_window window{{.window = 60s, .capacity = 0}};
    CHECK_FALSE(window.is_repetition(print(1), start));
    CHECK(window.is_repetition(print(1), start));
    CHECK_FALSE(window.is_repetition(print(2), start));
    CHECK_FALSE(window.is_repetition(print(1), start));
}

TEST_CASE("what is told late is still a repetition") {
    repetition_window window;
    CHECK_FALSE(window.is_repetition(print(1), start));
    CHECK(window.is_repetition(print(1), start - 5s));
}

TEST_CASE("a hundred thousand random telegrams are judged as a plain list judges them") {
    struct heard_before {
        telegram_fingerprint telegram;
        instant first;
    };
    std::mt19937 random{20240601};
    const std::size_t capacity =
        GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{64}, std::size_t{100});
    repetition_window window{{.window = 60s, .capacity = capacity}};
    std::deque<heard_before> list;
    auto now = start;
    std::uint64_t early = 0;
    int differences = 0;
    for (int i = 0; i < 100'000; ++i) {
        now += std::chrono::seconds{random() % 3};
        // Hashes that meet in few homes, so that entries of the table stand in each other's way.
        const auto telegram = print((random() % 4) | (std::uint64_t{random() % 24} << 32U),
                                    static_cast<std::uint16_t>(20 + random() % 2));
        while (!list.empty() && now - list.front().first > 60s)
            list.pop_front();
        const bool expected = std::any_of(list.begin(), list.end(),
                                          [&](const auto& before) { return before.telegram == telegram; });
        if (!expected) {
            if (list.size() == capacity) {
                list.pop_front();
                ++early;
            }
            list.push_back({telegram, now});
        }
        differences +=
            window.is_repetition(telegram, now) == expected && window.size() == list.size() ? 0 : 1;
    }
    CHECK(differences == 0);
    CHECK(window.forgotten_early() == early);
}
