#pragma once

/// The line code "3 out of 6" of mode T: four bits become six chips, three of them ones.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/wmbus/line_code.hpp>

namespace meterlink::wmbus {

/// 3 out of 6 (EN 13757-4:2019, mode T), for `encode` and `decode`: 12 chips per octet, the more significant
/// four bits first.
struct three_of_six {
    static constexpr std::size_t chips_per_octet = 12;

    /// The six chips of 0 to F, in that order.
    static constexpr std::array<std::uint8_t, 16> symbols{
        0b010110, 0b001101, 0b001110, 0b001011, 0b011100, 0b011001, 0b011010, 0b010011,
        0b101100, 0b100101, 0b100110, 0b100011, 0b110100, 0b110001, 0b110010, 0b101001,
    };

    /// The 12 chips of an octet, the first of them the most significant.
    [[nodiscard]] static constexpr std::uint32_t chips_of(std::uint8_t octet) noexcept {
        return (static_cast<std::uint32_t>(symbols[octet >> 4]) << 6) | symbols[octet & 0xFU];
    }

    /// The octet of 12 chips; none where six of them are one of the 48 codes that are no symbol.
    [[nodiscard]] static constexpr std::optional<std::uint8_t> octet_of(std::uint32_t chips) noexcept {
        const auto high = values_[(chips >> 6) & 0x3FU];
        const auto low = values_[chips & 0x3FU];
        if (((high | low) & none) != 0)
            return std::nullopt;
        return static_cast<std::uint8_t>((high << 4) | low);
    }

    /// Where among 12 chips the first symbol begins that is none: 0 or 6.
    [[nodiscard]] static constexpr std::size_t defect_in(std::uint32_t chips) noexcept {
        return values_[(chips >> 6) & 0x3FU] == none ? 0 : 6;
    }

private:
    static constexpr std::uint8_t none = 0x80;

    static constexpr auto values_ = [] {
        std::array<std::uint8_t, 64> values{};
        values.fill(none);
        for (std::uint8_t i = 0; i < symbols.size(); ++i)
            values[symbols[i]] = i;
        return values;
    }();
};

static_assert(line_code<three_of_six>);

} // namespace meterlink::wmbus
