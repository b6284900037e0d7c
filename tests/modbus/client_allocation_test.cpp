// A client allocates while it sees more than ever before, and not per transaction.

#include <meterlink/modbus/client.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "allocations.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace std::chrono_literals;

namespace {

/// Asks, and answers where the transaction says; how many replies came.
std::size_t transact(client& peer, instant& now, unsigned round) {
    constexpr std::array<std::uint8_t, 4> registers{0x03, 0x02, 0x12, 0x34};
    constexpr std::array<std::uint8_t, 2> refusal{0x83, 0x02};
    std::array<std::uint8_t, 64> wire{};
    std::size_t replies = 0;
    for (unsigned i = 0; i < 16; ++i)
        static_cast<void>(peer.read_holding_registers(static_cast<unit_id>(1 + i % 4), 0, 1, now));
    while (peer.unfinished() > 0) {
        while (const auto out = peer.poll_transmit()) {
            const auto number = static_cast<std::uint16_t>(((*out)[0] << 8) | (*out)[1]);
            const bool is_tcp = peer.settings().framing == framing::tcp;
            const auto unit = (*out)[is_tcp ? 6 : 0];
            const bytes_view content = round % 3 == 1 ? bytes_view{refusal} : bytes_view{registers};
            if (round % 5 == 4 && unit == 2)
                continue; // one that is silent now and then
            const auto size = is_tcp ? tcp_frame::write(wire, number, unit, content)
                                     : rtu_frame::write(wire, unit, content);
            now += 5ms;
            peer.handle_input(bytes_view{wire}.first(size.value()), now);
        }
        while (const auto event = peer.poll_event())
            replies += std::holds_alternative<reply>(*event) ? 1U : 0U;
        if (const auto due = peer.poll_timeout()) {
            now = std::max(now, *due);
            peer.handle_timeout(now);
        }
    }
    while (peer.poll_event()) {
    }
    return replies;
}

} // namespace

TEST_CASE("a client that has warmed up does not allocate") {
    for (const auto which : {framing::tcp, framing::rtu}) {
        client_options how;
        how.framing = which;
        how.window = 16;
        how.degradation.failures = 0;
        client peer{how};
        instant now{1h};
        for (unsigned round = 0; round < 10; ++round)
            transact(peer, now, round);
        const auto before = test::allocations_so_far();
        std::size_t replies = 0;
        for (unsigned round = 0; round < 100; ++round)
            replies += transact(peer, now, round);
        const auto after = test::allocations_so_far();
        CHECK(after == before);
        CHECK(replies > 900);
    }
}

TEST_CASE("events do not grow where one is always left behind") {
    client_options how;
    how.degradation = {1, 1h, 1h, degraded_request::refuse};
    how.retries = 0;
    client line{how};
    instant now{1s};
    const auto ask = [&] { return line.read_holding_registers(1, 0, 1, now).value(); };
    auto last = ask();
    REQUIRE(line.poll_transmit());
    now += 2s;
    line.handle_timeout(now);
    const auto grown = [&](int times) {
        const auto before = meterlink::test::allocations_so_far();
        for (int i = 0; i < times; ++i) {
            const auto next = ask();
            const auto event = line.poll_event();
            if (!event || id_of(*event) != last)
                FAIL("another event came");
            last = next;
        }
        return meterlink::test::allocations_so_far() - before;
    };
    grown(200);
    CHECK(grown(10'000) == 0);
}
