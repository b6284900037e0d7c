#pragma once

/// Chips as text, and frames as chips, for the tests of the radio coding.

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <meterlink/wmbus/bits.hpp>
#include <meterlink/wmbus/radio_frame.hpp>

namespace meterlink::test {

/// `"0101"` for the chips in `octets`.
inline std::string chips_text(wmbus::bits_view chips) {
    std::string out;
    for (std::size_t i = 0; i < chips.size(); ++i)
        out += chips[i] ? '1' : '0';
    return out;
}

/// What a transmitter sends, as text.
inline std::string sent_chips(bytes_view frame, wmbus::frame_format format, wmbus::tuning sent) {
    std::vector<std::uint8_t> out(wmbus::max_radio_frame_octets);
    const auto count = wmbus::emit_radio_frame(frame, format, sent, out).value();
    return chips_text({out, 0, count});
}

/// Chips in text as octets, the last one filled up with zeros.
inline std::vector<std::uint8_t> packed_chips(const std::string& text) {
    std::vector<std::uint8_t> out((text.size() + 7) / 8);
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '1')
            out[i / 8] = static_cast<std::uint8_t>(out[i / 8] | (0x80U >> (i % 8)));
    return out;
}

/// A telegram of random octets without CRCs.
inline std::vector<std::uint8_t> random_telegram(std::mt19937_64& random, std::size_t size) {
    std::vector<std::uint8_t> out(size);
    for (auto& octet : out)
        octet = static_cast<std::uint8_t>(random());
    out[0] = static_cast<std::uint8_t>(size - 1);
    return out;
}

/// The frame of a telegram on the air.
inline std::vector<std::uint8_t> on_the_air(bytes_view telegram, wmbus::frame_format format) {
    std::vector<std::uint8_t> out(wmbus::max_air_size);
    out.resize(wmbus::add_crc(telegram, format, out).value());
    return out;
}

/// A way to send, with what a meter and its partner use.
struct way {
    wmbus::tuning sent;
    wmbus::frame_format format;
};

inline std::vector<way> every_way() {
    std::vector<way> out;
    for (const auto& row : wmbus::mode_rows)
        for (const auto format : {wmbus::frame_format::a, wmbus::frame_format::b})
            if ((format == wmbus::frame_format::a ? row.sync_a : row.sync_b).length > 0)
                out.push_back({{row.mode, row.direction == wmbus::direction::other_to_meter
                                              ? wmbus::direction::other_to_meter
                                              : wmbus::direction::meter_to_other},
                               format});
    return out;
}

} // namespace meterlink::test
