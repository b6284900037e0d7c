#pragma once

/// How a TCP port that serves one client at a time treats the others.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <meterlink/core/bytes.hpp>

namespace meterlink::io {

/// A client that was turned away.
struct refused_client {
    std::string peer;      ///< Address and port of the client.
    std::string connected; ///< Those of the client that is being served.
};

/// How a port for one client behaves.
struct single_client_options {
    /// What a second client reads before its connection is closed. `%s` stands for the client that is served;
    /// nothing is sent when empty.
    std::string refusal = "busy: %s is connected, one client at a time\r\n";
    /// Told of every client that is turned away.
    std::function<void(const refused_client&)> on_refused{};
};

/// The line with which a port for one client turned somebody away, where `octets` begin with one: printable
/// text from `busy` to the end of the line. None for telegrams and noise.
[[nodiscard]] inline std::optional<std::string> refusal_text(bytes_view octets) {
    constexpr std::string_view beginning = "busy";
    constexpr std::size_t longest = 200;
    const auto most = octets.first(std::min(octets.size(), longest));
    const auto end = std::find_if(most.begin(), most.end(), [](auto octet) { return octet < 0x20; });
    if (end == most.end() || (*end != '\r' && *end != '\n'))
        return std::nullopt;
    const std::string text{most.begin(), end};
    const auto is_printable =
        std::all_of(text.begin(), text.end(), [](char each) { return each >= 0x20 && each <= 0x7E; });
    return is_printable && text.starts_with(beginning) ? std::optional{text} : std::nullopt;
}

} // namespace meterlink::io
