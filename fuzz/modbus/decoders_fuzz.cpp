// Any octets, however they are cut, give the same events, and the events account for every octet. The first
// octet of the input says which decoder, the second seeds the cuts.

#include <meterlink/modbus/ascii_decoder.hpp>
#include <meterlink/modbus/rtu_decoder.hpp>
#include <meterlink/modbus/tcp_decoder.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include <meterlink/core/writer.hpp>

#include "require.hpp"

namespace {

using namespace meterlink;
using namespace meterlink::modbus;

using meterlink::fuzzing::require;

/// An event, with its octets copied.
struct seen {
    std::uint16_t transaction = 0;
    unit_id unit = 0;
    std::vector<std::uint8_t> pdu;
    std::size_t size = 0;
    error why{};

    friend bool operator==(const seen&, const seen&) = default;
};

seen keep(const decoder_event& event) {
    if (const auto* adu = std::get_if<adu_view>(&event)) {
        require(!adu->pdu.empty() && adu->pdu.size() <= max_pdu_size);
        return {adu->transaction, adu->unit, {adu->pdu.begin(), adu->pdu.end()}, adu->wire_size, {}};
    }
    const auto& noise = std::get<garbage>(event);
    require(noise.count > 0);
    return {0, 0, {}, noise.count, noise.why};
}

template <class Decoder, class NextCut>
std::vector<seen> decode(Decoder line, bytes_view input, NextCut next_cut) {
    constexpr instant now{};
    std::vector<seen> events;
    const auto sink = [&](const decoder_event& event) { events.push_back(keep(event)); };
    while (!input.empty()) {
        const auto size = std::min<std::size_t>(next_cut(), input.size());
        line.decode(input.first(size), now, sink);
        input = input.subspan(size);
    }
    if (const auto due = line.poll_timeout()) {
        line.handle_timeout(*due);
        line.decode({}, *due, sink);
    }
    if constexpr (requires { line.give_up(); }) {
        line.give_up();
        line.decode({}, now, sink);
    }
    require(!line.is_pending() && !line.poll_timeout() && !line.next());
    return events;
}

/// Every octet stands in exactly one event, in order, and frames are intact.
template <class MakeFrame>
void require_all_accounted_for(const std::vector<seen>& events, bytes_view input, MakeFrame make_frame) {
    for (const auto& event : events) {
        require(event.size <= input.size());
        if (!event.pdu.empty()) {
            const auto wire = make_frame(event);
            const auto same = [](std::uint8_t a, std::uint8_t b) {
                return a == b || (a >= 'A' && a <= 'F' && b == a + 0x20); // digits in lower case
            };
            require(wire.size() == event.size && std::equal(wire.begin(), wire.end(), input.begin(), same));
        }
        input = input.subspan(event.size);
    }
    require(input.empty());
}

template <class Decoder, class MakeFrame>
void check(const Decoder& line, bytes_view input, std::uint32_t seed, MakeFrame make_frame) {
    const auto random_cut = [&] {
        seed = seed * 1'664'525U + 1'013'904'223U;
        return 1 + (seed >> 16U) % ((seed >> 8U) % 2 == 0 ? 8U : 300U);
    };
    const auto whole = decode(line, input, [&] { return input.size(); });
    require_all_accounted_for(whole, input, make_frame);
    require(decode(line, input, [] { return std::size_t{1}; }) == whole);
    require(decode(line, input, random_cut) == whole);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2)
        return 0;
    const auto seed = std::uint32_t{data[1]};
    const bytes_view input{data + 2, size - 2};
    constexpr auto silence = std::chrono::milliseconds{10};
    const auto rtu = [](const seen& e) { return to_bytes(rtu_frame::make(e.unit, e.pdu).value()); };
    switch (data[0] % 6) {
    case 0:
    case 1: {
        tcp_decoder line;
        if (data[0] % 6 == 1)
            line.expect(static_cast<std::uint16_t>(seed * 0x0101U), 16);
        check(line, input, seed,
              [](const seen& e) { return to_bytes(tcp_frame::make(e.transaction, e.unit, e.pdu).value()); });
        break;
    }
    case 2: check(rtu_decoder{listen_for::requests, silence}, input, seed, rtu); break;
    case 3: check(rtu_decoder{listen_for::replies, silence}, input, seed, rtu); break;
    case 4: {
        rtu_decoder line{listen_for::replies, silence};
        line.expect({std::uint8_t{1}, static_cast<std::uint8_t>(seed), seed});
        check(line, input, seed, rtu);
        break;
    }
    default:
        check(ascii_decoder{silence}, input, seed,
              [](const seen& e) { return to_bytes(ascii_frame::make(e.unit, e.pdu).value()); });
    }
    return 0;
}
