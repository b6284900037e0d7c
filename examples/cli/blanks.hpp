#pragma once

/// The blanks around words.

#include <string_view>

namespace meterlink::cli {

inline constexpr std::string_view blanks = " \t\r\n\v\f";

/// `text` without the blanks at both ends.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) noexcept {
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

} // namespace meterlink::cli
