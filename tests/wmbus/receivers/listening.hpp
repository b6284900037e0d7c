#pragma once

/// Telegrams and the handling of sessions that the tests of all receivers share.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/wmbus/receivers/receiver_event.hpp>

#include "support/octets.hpp"

namespace meterlink::test::listening {

using octets = std::vector<std::uint8_t>;
using events = std::vector<wmbus::receiver_event>;

/// A gas meter's telegram in frame format A, in format B, and without CRCs.
inline const octets telegram_a = from_hex("2E449315785634123303 3363 7A2A0020255923C95AAA26D1B2E7493B C2AD "
                                          "013EC4A6F6D3529B520EDFF0EA6DEFC9 55B2 9D6D69EBF3 EC8A");
inline const octets telegram_b = from_hex("30449315785634123303 7A2A0020255923C95AAA26D1B2E7493B"
                                          "013EC4A6F6D3529B520EDFF0EA6DEFC99D6D69EBF3 B853");
inline const octets plain_telegram = from_hex("2E449315785634123303 7A2A0020255923C95AAA26D1B2E7493B"
                                              "013EC4A6F6D3529B520EDFF0EA6DEFC99D6D69EBF3");

inline constexpr instant start{std::chrono::hours{1}};

inline octets joined(std::initializer_list<octets> parts) {
    octets all;
    for (const auto& part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

inline octets text(std::string_view line) { return {line.begin(), line.end()}; }

template <class Receiver>
events take_events(Receiver& receiver) {
    events all;
    while (auto event = receiver.poll_event())
        all.push_back(std::move(*event));
    return all;
}

/// What a receiver sends, as text or in hex as it is.
template <class Receiver>
octets take_sent(Receiver& receiver) {
    octets sent;
    while (const auto part = receiver.poll_transmit())
        sent.insert(sent.end(), part->begin(), part->end());
    return sent;
}

/// What comes of `input`, cut after every `cut` octets, and of a minute of silence.
template <class Receiver>
events listen(Receiver receiver, bytes_view input, std::size_t cut = SIZE_MAX) {
    events all;
    const auto take = [&] {
        for (auto& event : take_events(receiver))
            all.push_back(std::move(event));
    };
    while (!input.empty()) {
        const auto size = std::min(cut, input.size());
        receiver.handle_input(input.first(size), start);
        take();
        input = input.subspan(size);
    }
    receiver.handle_timeout(start + std::chrono::minutes{1});
    take();
    return all;
}

/// Whether all ways of cutting the input give the same events, the idle time behind it included.
template <class Receiver>
bool is_same_however_cut(const Receiver& receiver, bytes_view input) {
    const auto whole = listen(receiver, input);
    for (const std::size_t cut : {1U, 2U, 3U, 7U, 50U})
        if (listen(receiver, input, cut) != whole)
            return false;
    return true;
}

/// A telegram as a receiver hands it on.
inline wmbus::received heard(octets wire, std::optional<wmbus::frame_format> format,
                             std::optional<wmbus::mode> mode = {}, std::optional<double> rssi = {}) {
    wmbus::received out;
    out.time = start;
    out.telegram.append(wire);
    out.format = format;
    out.mode = mode;
    out.rssi_dbm = rssi;
    out.receiver = "roof";
    return out;
}

/// An error of this layer.
constexpr error link_error(errc code, std::size_t offset, std::int32_t expected = -1,
                           std::int32_t found = -1) {
    return {code, layer::wmbus, offset, expected, found};
}

} // namespace meterlink::test::listening
