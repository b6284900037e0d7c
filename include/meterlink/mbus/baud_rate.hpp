#pragma once

/// The bit rates of the bus and the CI fields that command them.

#include <array>
#include <cstdint>
#include <optional>

namespace meterlink::mbus {

/// One rate and its command (EN 13757-3:2018, CI fields).
struct baud_rate_row {
    std::uint8_t ci;
    std::uint32_t baud; ///< Bits per second.
};

/// Every rate that can be commanded, in the order of their CI fields.
inline constexpr std::array baud_rate_rows{
    baud_rate_row{0xB8, 300},   baud_rate_row{0xB9, 600},   baud_rate_row{0xBA, 1200},
    baud_rate_row{0xBB, 2400},  baud_rate_row{0xBC, 4800},  baud_rate_row{0xBD, 9600},
    baud_rate_row{0xBE, 19200}, baud_rate_row{0xBF, 38400},
};

/// A bit rate to count with: 0, which is none, is taken for the slowest of the bus.
[[nodiscard]] constexpr std::uint32_t usable_baud_rate(std::uint32_t baud) noexcept {
    return baud == 0 ? baud_rate_rows.front().baud : baud;
}

/// The rate that a CI field commands, in bits per second; none for any other CI field.
[[nodiscard]] constexpr std::optional<std::uint32_t> baud_rate(std::uint8_t ci) noexcept {
    for (const auto& row : baud_rate_rows)
        if (row.ci == ci)
            return row.baud;
    return std::nullopt;
}

/// The CI field that commands a rate; none when the bus does not know the rate.
[[nodiscard]] constexpr std::optional<std::uint8_t> baud_rate_ci(std::uint32_t baud) noexcept {
    for (const auto& row : baud_rate_rows)
        if (row.baud == baud)
            return row.ci;
    return std::nullopt;
}

} // namespace meterlink::mbus
