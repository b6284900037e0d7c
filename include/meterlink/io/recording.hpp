#pragma once

/// What was on a line, kept as text: written while it is used, and read to be replayed.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/io/driver_options.hpp>

namespace meterlink::io {

/// Octets that went over a line together.
struct recorded_octets {
    direction way = direction::sent;
    std::chrono::milliseconds at{}; ///< Since the recording began.
    std::vector<std::uint8_t> octets;
    std::size_t line = 0; ///< Of the text, from 1 on.

    [[nodiscard]] friend bool operator==(const recorded_octets&, const recorded_octets&) = default;
};

/// Octets as one line of a recording, without its end: `10 5B 01 5C 16  # > 0.123` for what was sent, with
/// `<` for what came; seconds since the recording began. What reads hex takes the rest for a comment.
[[nodiscard]] std::string recording_line(direction way, bytes_view octets, std::chrono::milliseconds at);

/// A whole recording, in the order of the text.
struct recording {
    std::vector<recorded_octets> parts;
    std::size_t lines = 0; ///< Of the text.

    /// Reads lines as `recording_line` writes them; empty ones and those that begin with `#` are passed over.
    /// The error's offset is that of the character from which on a line is none: `hex_digit`,
    /// `hex_odd_digits`, or `recording_line` for one that does not say which way, when, or what.
    [[nodiscard]] static result<recording> parse(std::string_view text);
};

/// The error of `recording::parse(text)` as people look for it: `bus.log:3:7: not a hexadecimal digit`, with
/// line and column from 1 on.
[[nodiscard]] std::string recording_error_text(std::string_view file, std::string_view text, const error& e);

} // namespace meterlink::io
