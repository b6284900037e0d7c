#include <meterlink/io/back_off.hpp>

#include <chrono>
#include <cstdint>

#include "support/catch.hpp"

using namespace meterlink::io;
using namespace std::chrono_literals;

TEST_CASE("each wait is twice as long as the one before until the largest") {
    back_off waits{{500ms, 3s}};
    CHECK(waits.next(0) == 500ms);
    CHECK(waits.next(0) == 1s);
    CHECK(waits.next(0) == 2s);
    CHECK(waits.next(0) == 3s);
    CHECK(waits.next(0) == 3s);
    waits.reset();
    CHECK(waits.next(0) == 500ms);
}

TEST_CASE("jitter takes up to half of a wait away") {
    back_off waits{{1s, 1s}};
    CHECK(waits.next(0x80000000U) == 750ms);
    const auto shortest = waits.next(UINT32_MAX);
    CHECK(shortest > 500ms);
    CHECK(shortest < 501ms);
}

TEST_CASE("the longest waits there are do not overflow") {
    constexpr std::chrono::milliseconds longest{INT32_MAX};
    back_off waits{{longest, longest}};
    CHECK(waits.next(UINT32_MAX) > longest / 2);
    CHECK(waits.next(0) == longest);
}
