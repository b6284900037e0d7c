#pragma once

/// The checksum of wired M-Bus frames (EN 60870-5-1 as used by EN 13757-2:2018, clause 5).

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>

namespace meterlink {

/// The sum of all octets, modulo 256.
[[nodiscard]] constexpr std::uint8_t checksum8(bytes_view octets) noexcept {
    // Blocks of a fixed size, because compilers vectorise such a loop at -O2 too.
    constexpr std::size_t block = 16;
    std::uint32_t sum = 0; // wraps at a multiple of 256
    const auto* next = octets.data();
    auto left = octets.size();
    for (; left >= block; left -= block, next += block) {
        std::uint8_t part = 0;
        for (std::size_t i = 0; i < block; ++i)
            part = static_cast<std::uint8_t>(part + next[i]);
        sum += part;
    }
    for (; left > 0; --left, ++next)
        sum += *next;
    return static_cast<std::uint8_t>(sum);
}

} // namespace meterlink
