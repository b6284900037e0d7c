#pragma once

/// The ways in which a meter is addressed.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace meterlink::mbus {

/// How meters are asked for, and looked for.
enum class addressing : std::uint8_t {
    primary,            ///< By the A field (EN 13757-2, clause 5).
    secondary,          ///< By selection of identification, manufacturer, version and device type.
    extended_secondary, ///< By selection that includes the fabrication number (EN 13757-3:2018).
};

namespace detail {

inline constexpr std::array<std::string_view, 3> addressing_names{"primary", "secondary", "extended"};

} // namespace detail

/// Short name: `"primary"`, `"secondary"` or `"extended"`.
[[nodiscard]] constexpr std::string_view name(addressing which) noexcept {
    const auto at = static_cast<std::size_t>(which);
    return at < detail::addressing_names.size() ? detail::addressing_names[at] : "unknown";
}

/// The inverse of `name`.
[[nodiscard]] constexpr std::optional<addressing> addressing_named(std::string_view text) noexcept {
    for (std::size_t at = 0; at < detail::addressing_names.size(); ++at)
        if (detail::addressing_names[at] == text)
            return static_cast<addressing>(at);
    return std::nullopt;
}

} // namespace meterlink::mbus
