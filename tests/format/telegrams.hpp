#pragma once

/// Telegrams for the tests of the formats.

#include <string>
#include <string_view>
#include <vector>

#include <meterlink/core/checksum.hpp>
#include <meterlink/core/hex.hpp>
#include <meterlink/format/json.hpp>
#include <meterlink/mbus/telegram.hpp>

namespace telegrams {

using octets = std::vector<std::uint8_t>;

/// Octets as people write them.
inline octets from_hex(std::string_view text) {
    std::string digits;
    for (const char c : text)
        if (c != ' ')
            digits += c;
    return meterlink::parse_hex_strict(digits).value();
}

/// A long frame of a slave with address 1 around CI field and payload.
inline octets framed(const octets& payload) {
    const auto length = static_cast<std::uint8_t>(payload.size() + 2);
    octets out{0x68, length, length, 0x68, 0x08, 0x01};
    out.insert(out.end(), payload.begin(), payload.end());
    out.push_back(meterlink::checksum8(meterlink::bytes_view{out}.subspan(4)));
    out.push_back(0x16);
    return out;
}

/// A readout of water meter 12345678 of maker PAD with these records.
inline octets with_records(const octets& records) {
    auto payload = from_hex("72 78563412 2440 01 07 55 00 0000");
    payload.insert(payload.end(), records.begin(), records.end());
    return framed(payload);
}
inline octets with_records(std::string_view hex) { return with_records(from_hex(hex)); }

inline meterlink::mbus::telegram_view parsed(const octets& frame) {
    return meterlink::mbus::telegram_view::parse(frame).value();
}

inline std::string json_of(const octets& frame, meterlink::format::json_options options = {}) {
    std::string out;
    meterlink::format::append_json(out, parsed(frame), options);
    return out;
}
inline std::string json_of(std::string_view hex) { return json_of(from_hex(hex)); }

/// What stands between `first` and `last` in `text`, or all of it.
inline std::string between(const std::string& text, std::string_view first, std::string_view last) {
    const auto begin = text.find(first);
    const auto end = text.rfind(last);
    if (begin == text.npos || end == text.npos || begin + first.size() > end)
        return text;
    return text.substr(begin + first.size(), end - begin - first.size());
}

/// The elements of `records` for a readout with these records.
inline std::string records_json(std::string_view hex) {
    return between(json_of(with_records(hex)), R"("records":[)", R"(],"more_records_follow")");
}

} // namespace telegrams
