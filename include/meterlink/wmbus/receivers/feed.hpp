#pragma once

/// How much a receiver's session takes at once, and how to give it more.

#include <cstddef>
#include <utility>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>

namespace meterlink::wmbus {

/// As many octets can be given to a receiver's session at once without losing an event, if all events are
/// taken in between: every event stands for an octet at least.
inline constexpr std::size_t max_input_at_once = 1024;

/// Gives all of `octets` to a receiver, however many they are, and every event to `sink`.
template <session Receiver, class Sink>
void feed(Receiver& receiver, bytes_view octets, instant now, Sink&& sink) {
    do {
        const auto size = octets.size() < max_input_at_once ? octets.size() : max_input_at_once;
        receiver.handle_input(octets.first(size), now);
        octets = octets.subspan(size);
        while (auto event = receiver.poll_event())
            sink(std::move(*event));
    } while (!octets.empty());
}

} // namespace meterlink::wmbus
