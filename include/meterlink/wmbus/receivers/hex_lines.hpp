#pragma once

/// Telegrams as lines of hexadecimal text: from files, logs, and people.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/hex_lenient.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/receivers/event_queue.hpp>
#include <meterlink/wmbus/receivers/line_buffer.hpp>
#include <meterlink/wmbus/receivers/line_receiver.hpp>
#include <meterlink/wmbus/receivers/receiver_event.hpp>
#include <meterlink/wmbus/receivers/receiver_options.hpp>

namespace meterlink::wmbus {

/// Reads lines that hold one telegram, L first, with or without CRCs, in any spelling that
/// `parse_hex_lenient` knows and with `|` as a separator too. `#` begins a comment. wmbusmeters'
/// `telegram=|2E44…|+5` is read as well; the seconds behind `|+` are left out.
///
/// Whether L fits is not judged: where a telegram was cut is told better by whoever decodes it. Fewer than
/// ten octets are garbage with `errc::truncated`.
class hex_line_reader {
public:
    explicit hex_line_reader(receiver_options options) : options_{std::move(options)} {}

    /// Tells by events what a line says; its telegrams came at `now`.
    void read(std::string_view line, instant now, event_queue& events) const {
        constexpr std::string_view key = "telegram=";
        const std::size_t begin = line.starts_with(key) ? key.size() : 0;
        auto text = line.substr(begin);
        if (begin > 0)
            text = text.substr(0, text.find("|+"));
        std::array<char, line_buffer::capacity> spaced{};
        std::replace_copy(text.begin(), text.end(), spaced.begin(), '|', ' ');
        std::array<std::uint8_t, max_air_size> octets{};
        const auto count = parse_hex_lenient({spaced.data(), text.size()}, octets);
        if (!count) {
            events.push(garbage{line.size(), count.error().shifted(begin)});
            return;
        }
        if (*count == 0 && begin == 0)
            return; // a comment, or nothing but separators
        if (*count <= shortest_length) {
            events.push(garbage{line.size(), {errc::truncated, layer::wmbus, line.size()}});
            return;
        }
        received out;
        out.time = now;
        out.telegram.append(bytes_view{octets}.first(*count));
        out.mode = options_.mode;
        out.receiver = options_.name;
        events.push(std::move(out));
    }

private:
    receiver_options options_;
};

/// Session for lines of hexadecimal text: see `hex_line_reader`.
using hex_receiver = line_receiver<hex_line_reader>;

} // namespace meterlink::wmbus
