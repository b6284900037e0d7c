#pragma once

/// LVAR, the first data octet of a variable-length record (EN 13757-3, 6.3.3).

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace meterlink::apl {

/// What the octets after LVAR are.
enum class lvar_kind : std::uint8_t {
    text,         ///< 00..BF: Latin-1, last character first; some quantities put raw octets here.
    positive_bcd, ///< C0..C9
    negative_bcd, ///< D0..D9: the digits carry no sign of their own.
    binary,       ///< E0..EF, F0..F6
    reserved,     ///< CA..CF, DA..DF, F7..FF: of unknown length.
};

/// The length and kind that one LVAR octet announces.
struct lvar {
    std::uint8_t code = 0;

    /// What the octets after LVAR are.
    [[nodiscard]] constexpr lvar_kind kind() const noexcept {
        if (code <= 0xBF)
            return lvar_kind::text;
        if (code <= 0xC9)
            return lvar_kind::positive_bcd;
        if (code >= 0xD0 && code <= 0xD9)
            return lvar_kind::negative_bcd;
        if (code >= 0xE0 && code <= 0xF6)
            return lvar_kind::binary;
        return lvar_kind::reserved;
    }

    /// Octets after LVAR; 0 for reserved codes.
    [[nodiscard]] constexpr std::size_t size() const noexcept {
        switch (kind()) {
        case lvar_kind::text: return code;
        case lvar_kind::positive_bcd: return code - 0xC0U;
        case lvar_kind::negative_bcd: return code - 0xD0U;
        case lvar_kind::binary: break;
        case lvar_kind::reserved: return 0;
        }
        if (code <= 0xEF)
            return code - 0xE0U;
        if (code <= 0xF4)
            return 4U * (code - 0xECU);
        return code == 0xF5 ? 48U : 64U;
    }

    [[nodiscard]] friend constexpr bool operator==(lvar, lvar) noexcept = default;
};

/// English name: `"text"`.
[[nodiscard]] constexpr std::string_view name(lvar_kind kind) noexcept {
    switch (kind) {
    case lvar_kind::text: return "text";
    case lvar_kind::positive_bcd: return "positive BCD";
    case lvar_kind::negative_bcd: return "negative BCD";
    case lvar_kind::binary: return "binary";
    case lvar_kind::reserved: break;
    }
    return "reserved";
}

} // namespace meterlink::apl
