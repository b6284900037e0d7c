#pragma once

/// The Manchester code of modes S and R: a bit becomes two chips, 1 is 01 and 0 is 10.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/wmbus/line_code.hpp>

namespace meterlink::wmbus {

/// Manchester (EN 13757-4:2019, modes S and R), for `encode` and `decode`: 16 chips per octet, the most
/// significant bit first.
struct manchester {
    static constexpr std::size_t chips_per_octet = 16;

    /// The 16 chips of an octet, the first of them the most significant.
    [[nodiscard]] static constexpr std::uint32_t chips_of(std::uint8_t octet) noexcept {
        return (static_cast<std::uint32_t>(symbols_[octet >> 4]) << 8) | symbols_[octet & 0xFU];
    }

    /// The octet of 16 chips; none where two of them that make a bit are equal.
    [[nodiscard]] static constexpr std::optional<std::uint8_t> octet_of(std::uint32_t chips) noexcept {
        if (equal_pairs(chips) != 0)
            return std::nullopt;
        auto bits = chips & 0x5555U; // the second chip of a pair is the bit
        bits = (bits | (bits >> 1)) & 0x3333U;
        bits = (bits | (bits >> 2)) & 0x0F0FU;
        bits = (bits | (bits >> 4)) & 0x00FFU;
        return static_cast<std::uint8_t>(bits);
    }

    /// Where among 16 chips the first pair of equal ones begins.
    [[nodiscard]] static constexpr std::size_t defect_in(std::uint32_t chips) noexcept {
        const auto equal = equal_pairs(chips);
        std::size_t at = 0;
        while (at < 14 && ((equal >> (14 - at)) & 1U) == 0)
            at += 2;
        return at;
    }

private:
    /// A one in the place of the second chip of every pair that is none.
    static constexpr std::uint32_t equal_pairs(std::uint32_t chips) noexcept {
        return ~(chips ^ (chips >> 1)) & 0x5555U;
    }

    static constexpr auto symbols_ = [] {
        std::array<std::uint8_t, 16> symbols{};
        for (unsigned i = 0; i < symbols.size(); ++i)
            for (unsigned bit = 0; bit < 4; ++bit)
                symbols[i] = static_cast<std::uint8_t>(symbols[i] | (((i >> bit) & 1U) != 0 ? 0b01U : 0b10U)
                                                                        << (2 * bit));
        return symbols;
    }();
};

static_assert(line_code<manchester>);

} // namespace meterlink::wmbus
