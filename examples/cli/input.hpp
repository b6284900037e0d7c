#pragma once

/// Telegrams as text, from arguments, files and pipes, turned into octets.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "telegram_kind.hpp"

namespace meterlink::cli {

/// Where a telegram comes from.
struct origin {
    std::string name;
    std::size_t line = 0; ///< 0 where there are no lines to count.
};

/// `text` with a question mark for each control character: names of files come from outside, too, and must
/// not command a terminal.
[[nodiscard]] std::string without_controls(std::string text);

/// `frames.hex:12`, without control characters.
[[nodiscard]] std::string to_string(const origin& from);

/// The octets of one telegram, good or bad.
struct telegram {
    origin from;
    std::vector<std::uint8_t> octets;
};

/// Text that no telegram can be read from.
struct unreadable {
    origin from;
    std::string message;
    std::string text;       ///< What stands there.
    std::size_t column = 0; ///< Of the first wrong character in `text`.
    bool has_column = true; ///< False where no single character is to blame.
};

/// Who gets what was read.
struct receiver {
    std::function<bool(const telegram&)> on_telegram; ///< False to stop reading.
    std::function<void(const unreadable&)> on_unreadable;
    std::function<void()> on_wait; ///< The input may have to be waited for now.
};

/// The longest line that is read.
inline constexpr std::size_t longest_line = 1U << 20U;

/// Reads telegrams from arguments. Each argument is one when each alone is a whole one; otherwise all of
/// them are the pieces of one when the first is a single octet or together they make a whole one; otherwise
/// they are read like the lines of a file.
void read_arguments(const std::vector<std::string>& arguments, telegram_kind kind, const receiver& to);

/// Reads telegrams from a file, `-` for the standard input, line by line as they come: hex of any usual
/// spelling, or a JSON object with the hex in its member `hex`. A telegram may go over several lines. Returns
/// 0, or the `errno` that kept the file from being read.
[[nodiscard]] int read_file(const std::string& path, telegram_kind kind, const receiver& to);

} // namespace meterlink::cli
