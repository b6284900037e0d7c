#pragma once

/// Stable identifiers for people.

#include <algorithm>
#include <string>
#include <string_view>

namespace meterlink::format::detail {

/// The words of an identifier: `volume flow` for `volume_flow`.
[[nodiscard]] inline std::string words(std::string_view identifier) {
    std::string text{identifier};
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

} // namespace meterlink::format::detail
