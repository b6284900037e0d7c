#pragma once

/// The configuration field: how, and how much of, the payload is encrypted.

#include <cstddef>
#include <cstdint>

namespace meterlink::tpl {

/// Configuration field (EN 13757-7:2018, 7.5.8), formerly the signature field. Kept raw: what its bits mean
/// depends on the mode.
struct configuration_field {
    std::uint16_t raw = 0;

    /// Security mode, bits 12..8.
    [[nodiscard]] constexpr std::uint8_t mode() const noexcept {
        return static_cast<std::uint8_t>((raw >> 8U) & 0x1FU);
    }

    /// Bits 7..4: number of encrypted blocks of 16 octets in modes 5 and 7; 15 means all whole blocks.
    [[nodiscard]] constexpr std::uint8_t encrypted_blocks() const noexcept {
        return static_cast<std::uint8_t>((raw >> 4U) & 0x0FU);
    }

    /// Bits 7..0: number of encrypted octets in modes 2, 3 and from 8 on; FF means all in mode 10.
    [[nodiscard]] constexpr std::uint8_t encrypted_octets() const noexcept {
        return static_cast<std::uint8_t>(raw & 0xFFU);
    }

    /// Bit 13 (Z) of modes 7 and 10: a message counter follows the extension.
    [[nodiscard]] constexpr bool has_counter() const noexcept {
        return (mode() == 7 || mode() == 10) && (raw & 0x2000U) != 0;
    }

    [[nodiscard]] friend constexpr bool operator==(configuration_field,
                                                   configuration_field) noexcept = default;
};

} // namespace meterlink::tpl
