// A server and a bridge allocate while more waits than ever before, and not per request.

#include <meterlink/modbus/bridge.hpp>
#include <meterlink/modbus/server.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "allocations.hpp"
#include "server_bench.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;
using namespace std::chrono_literals;

namespace {

/// Sends all requests, on a line one after the other, `rounds` times; octets that came back.
std::size_t ask_all(server& peer, const std::vector<octets>& requests, instant& now, int rounds) {
    std::size_t size = 0;
    for (int round = 0; round < rounds; ++round) {
        for (const auto& each : requests) {
            peer.handle_input(each, now);
            if (&each != &requests.back() && !is_line(peer.settings().framing))
                continue;
            now += 10ms;
            peer.handle_timeout(now);
            while (const auto out = peer.poll_transmit())
                size += out->size();
        }
        while (peer.poll_event()) {
        }
    }
    return size;
}

/// Two clients ask, a device answers; octets that came back.
std::size_t ask_through(bridge& between, const std::array<upstream_id, 2>& clients, instant& now,
                        int rounds) {
    constexpr std::array<std::uint8_t, 5> question{3, 0, 0, 0, 1};
    constexpr std::array<std::uint8_t, 4> answer{3, 2, 0, 7};
    std::array<std::uint8_t, 32> wire{};
    std::size_t size = 0;
    for (int round = 0; round < rounds; ++round) {
        for (const auto client : clients)
            for (unit_id unit = 1; unit < 4; ++unit)
                between.handle_upstream_input(
                    client, bytes_view{wire}.first(tcp_frame::write(wire, 9, unit, question).value()), now);
        for (int step = 0; step < 40; ++step) {
            while (const auto out = between.poll_transmit()) {
                const auto unit = (*out)[0];
                now += 20ms;
                between.handle_input(bytes_view{wire}.first(rtu_frame::write(wire, unit, answer).value()),
                                     now);
            }
            while (const auto event = between.poll_event())
                if (const auto* ready = std::get_if<upstream_ready>(&*event))
                    while (const auto out = between.poll_upstream_transmit(ready->which))
                        size += out->size();
            if (const auto due = between.poll_timeout()) {
                now = std::max(now, *due);
                between.handle_timeout(now);
            }
        }
    }
    return size;
}

} // namespace

TEST_CASE("a server that has warmed up does not allocate") {
    for (const auto which : {framing::tcp, framing::rtu, framing::ascii}) {
        server_options how;
        how.framing = which;
        server_bench line{how};
        furnish(line.space);
        std::vector<octets> requests;
        for (const auto* pdu : {"03 00 00 00 7D", "06 00 64 00 01", "01 00 00 00 28", "03 10 00 00 01",
                                "10 00 64 00 02 04 00 01 00 02", "08 00 00 12 34"})
            requests.push_back(framed(which, {1, 1, from_hex(pdu)}));
        const auto once = ask_all(line.server, requests, line.now, 1);
        ask_all(line.server, requests, line.now, 100);
        const auto before = allocations_so_far();
        const auto size = ask_all(line.server, requests, line.now, 100);
        const auto after = allocations_so_far();
        CHECK(after == before);
        CHECK(size == 100 * once);
        CHECK(once > 290);
    }
}

TEST_CASE("a bridge that has warmed up does not allocate") {
    bridge between;
    const std::array<upstream_id, 2> clients{between.connect(), between.connect()};
    instant now{1h};
    ask_through(between, clients, now, 10);
    const auto before = allocations_so_far();
    const auto size = ask_through(between, clients, now, 100);
    const auto after = allocations_so_far();
    CHECK(after == before);
    CHECK(size == std::size_t{100} * 6 * 11);
}
