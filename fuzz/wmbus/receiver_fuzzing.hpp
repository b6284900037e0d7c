#pragma once

/// What holds for every receiver's session, whatever octets it hears.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/receivers/feed.hpp>
#include <meterlink/wmbus/receivers/receiver_event.hpp>

#include "require.hpp"

namespace meterlink::fuzz {

using fuzzing::require;

/// All that came out of a session, and what it sent.
struct heard {
    std::vector<wmbus::receiver_event> events;
    std::vector<std::uint8_t> sent;

    friend bool operator==(const heard&, const heard&) = default;
};

template <class Receiver>
void drain(Receiver& receiver, heard& out) {
    while (const auto part = receiver.poll_transmit())
        out.sent.insert(out.sent.end(), part->begin(), part->end());
    while (auto event = receiver.poll_event())
        out.events.push_back(std::move(*event));
}

/// Hears `input` with a pause after `pause_at` octets; then everything times out.
template <class Receiver, class NextCut>
heard listen(Receiver receiver, bytes_view input, std::size_t pause_at, NextCut next_cut) {
    heard out;
    instant now{};
    drain(receiver, out);
    for (const auto part : {input.first(pause_at), input.subspan(pause_at)}) {
        for (auto rest = part; !rest.empty();) {
            const auto size = std::min<std::size_t>({next_cut(), rest.size(), wmbus::max_input_at_once});
            receiver.handle_input(rest.first(size), now);
            drain(receiver, out);
            rest = rest.subspan(size);
        }
        now += std::chrono::minutes{1};
        receiver.handle_timeout(now);
        drain(receiver, out);
    }
    for (int round = 0; round < 4; ++round) { // commands are given up at last
        now += std::chrono::minutes{1};
        receiver.handle_timeout(now);
        drain(receiver, out);
    }
    require(!receiver.poll_timeout());
    return out;
}

inline void require_sound(const heard& all, bytes_view input) {
    std::size_t skipped = 0;
    for (const auto& event : all.events) {
        require(!std::holds_alternative<wmbus::events_lost>(event));
        if (const auto* noise = std::get_if<wmbus::garbage>(&event)) {
            require(noise->count > 0 && noise->why.code != errc::none);
            skipped += noise->count;
        }
        if (const auto* telegram = std::get_if<wmbus::received>(&event)) {
            const auto octets = telegram->telegram.view();
            require(octets.size() > wmbus::shortest_length);
            if (telegram->format)
                require(octets.size() == wmbus::air_size(*telegram->format, octets[0]));
        }
    }
    require(skipped <= input.size());
}

/// How the input is cut makes no difference, as long as no command goes out in between. The first two octets
/// seed the cuts and place the pause.
template <class Receiver>
void check(const Receiver& receiver, const std::uint8_t* data, std::size_t size) {
    if (size < 2)
        return;
    const bytes_view input{data + 2, size - 2};
    std::uint32_t state = data[0];
    const auto pause_at = input.size() * data[1] / 255;
    const auto random_cut = [&] {
        state = state * 1'664'525U + 1'013'904'223U;
        return std::size_t{1} + (state >> 16U) % ((state >> 8U) % 2 == 0 ? 8U : 300U);
    };
    const auto whole = listen(receiver, input, pause_at, [&] { return input.size(); });
    require_sound(whole, input);
    require(listen(receiver, input, pause_at, [] { return std::size_t{1}; }) == whole);
    require(listen(receiver, input, pause_at, random_cut) == whole);
}

} // namespace meterlink::fuzz
