#pragma once

/// The checksum of wired M-Bus frames (EN 60870-5-1 as used by EN 13757-2:2018, clause 5).

#include <cstdint>

#include <meterlink/core/bytes.hpp>

namespace meterlink {

/// The sum of all octets, modulo 256.
[[nodiscard]] constexpr std::uint8_t checksum8(bytes_view octets) noexcept {
    std::uint32_t sum = 0; // wraps at a multiple of 256
    for (const auto octet : octets)
        sum += octet;
    return static_cast<std::uint8_t>(sum);
}

} // namespace meterlink
