#pragma once

/// What becomes of a line that is no telegram.

#include <string>
#include <string_view>

#include <meterlink/core/error.hpp>
#include <meterlink/wmbus/receivers/receiver_event.hpp>

namespace meterlink::wmbus {

/// Whether people can read all of it.
[[nodiscard]] constexpr bool is_printable(std::string_view text) noexcept {
    for (const char c : text)
        if ((c < ' ' || c > '~') && c != '\t')
            return false;
    return true;
}

/// The event of a line that says nothing that this library understands: its text, or `garbage` with
/// `errc::line_syntax` where people could not read it.
[[nodiscard]] inline receiver_event other_line(std::string_view line) {
    if (is_printable(line))
        return receiver_text{std::string{line}};
    return garbage{line.size(), {errc::line_syntax, layer::wmbus, 0}};
}

} // namespace meterlink::wmbus
