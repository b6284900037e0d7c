#pragma once

/// Manufacturer codes: three letters in fifteen bits.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <meterlink/core/result.hpp>

namespace meterlink::tpl {

/// Manufacturer identification (EN 13757-7:2018, 7.5.2). Bit 15 is not part of the letters: in a wireless
/// link address it says that the address is only locally unique.
struct manufacturer {
    std::uint16_t code = 0;

    /// Reads three letters A to Z; `errc::manufacturer_letters` with the offset of the offender.
    [[nodiscard]] static constexpr result<manufacturer> parse(std::string_view letters) noexcept {
        if (letters.size() != 3)
            return fail(errc::manufacturer_letters, layer::tpl, letters.size() < 3 ? letters.size() : 3);
        std::uint16_t code = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            if (letters[i] < 'A' || letters[i] > 'Z')
                return fail(errc::manufacturer_letters, layer::tpl, i);
            code = static_cast<std::uint16_t>(code << 5U | (letters[i] - 'A' + 1));
        }
        return manufacturer{code};
    }

    /// The three characters; codes that no letters give come out as `@`, `[`, `\`, `]`, `^` or `_`.
    [[nodiscard]] constexpr std::array<char, 3> letters() const noexcept {
        const auto letter = [this](unsigned shift) {
            return static_cast<char>('@' + ((code >> shift) & 0x1FU));
        };
        return {letter(10), letter(5), letter(0)};
    }

    /// True when all three are letters A to Z.
    [[nodiscard]] constexpr bool is_valid() const noexcept {
        for (const auto c : letters())
            if (c < 'A' || c > 'Z')
                return false;
        return true;
    }

    /// Bit 15: the address is unique only within this installation.
    [[nodiscard]] constexpr bool is_locally_unique() const noexcept { return (code & 0x8000U) != 0; }

    /// Whether both have the same letters, bit 15 aside.
    [[nodiscard]] constexpr bool has_letters_of(manufacturer other) const noexcept {
        return ((code ^ other.code) & 0x7FFFU) == 0;
    }

    [[nodiscard]] friend constexpr bool operator==(manufacturer, manufacturer) noexcept = default;
};

/// Matches every manufacturer in a selection.
inline constexpr manufacturer any_manufacturer{0xFFFF};

} // namespace meterlink::tpl
