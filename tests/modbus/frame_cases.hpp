#pragma once

/// Octets and errors for the tests of frames and decoders.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <numeric>
#include <string_view>
#include <variant>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/modbus/adu.hpp>

namespace meterlink::test {

/// An error of the Modbus layer.
constexpr error modbus_error(errc code, std::size_t offset, std::int32_t expected = -1,
                             std::int32_t found = -1) {
    return {code, layer::modbus, offset, expected, found};
}

inline std::vector<std::uint8_t> characters(std::string_view text) { return {text.begin(), text.end()}; }

/// A PDU of any length: function 03 and octets that differ.
inline std::vector<std::uint8_t> pdu_of(std::size_t size) {
    std::vector<std::uint8_t> out(size);
    std::iota(out.begin(), out.end(), std::uint8_t{0x03});
    return out;
}

/// An event of a decoder, with its octets copied.
struct seen {
    std::uint16_t transaction = 0;
    modbus::unit_id unit = 0;
    std::vector<std::uint8_t> pdu; ///< Empty for garbage.
    std::size_t size = 0;
    error why{};

    friend bool operator==(const seen&, const seen&) = default;
};

inline seen keep(const modbus::decoder_event& event) {
    if (const auto* adu = std::get_if<modbus::adu_view>(&event))
        return {adu->transaction, adu->unit, {adu->pdu.begin(), adu->pdu.end()}, adu->wire_size, {}};
    const auto& noise = std::get<modbus::garbage>(event);
    return {0, 0, {}, noise.count, noise.why};
}

/// The events of `input` in pieces of `piece` octets, and of the silence behind them.
template <class Decoder>
std::vector<seen> decode_in_pieces(Decoder decoder, bytes_view input, std::size_t piece) {
    std::vector<seen> out;
    const auto sink = [&](const modbus::decoder_event& event) { out.push_back(keep(event)); };
    constexpr instant now{};
    while (!input.empty()) {
        const auto size = std::min(piece, input.size());
        decoder.decode(input.first(size), now, sink);
        input = input.subspan(size);
    }
    if (const auto due = decoder.poll_timeout()) {
        decoder.handle_timeout(*due);
        decoder.decode({}, *due, sink);
    }
    if constexpr (requires { decoder.give_up(); }) {
        decoder.give_up();
        decoder.decode({}, now, sink);
    }
    return out;
}

/// The events of `input`, which are the same however it is cut; none is lost.
template <class Decoder>
std::vector<seen> decode_all(const Decoder& decoder, bytes_view input, bool& is_same) {
    const auto whole = decode_in_pieces(decoder, input, input.size());
    std::size_t accounted = 0;
    for (const auto& event : whole)
        accounted += event.size;
    is_same = accounted == input.size();
    for (std::size_t piece = 1; piece < input.size() && piece < 40; ++piece)
        is_same = is_same && decode_in_pieces(decoder, input, piece) == whole;
    return whole;
}

inline std::vector<std::uint8_t> joined(std::initializer_list<std::vector<std::uint8_t>> parts) {
    std::vector<std::uint8_t> out;
    for (const auto& part : parts)
        out.insert(out.end(), part.begin(), part.end());
    return out;
}

} // namespace meterlink::test
