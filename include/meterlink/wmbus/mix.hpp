#pragma once

/// The last step of a hash: bits that are alike no more.

#include <cstdint>

namespace meterlink::wmbus {

/// Spreads every bit of `x` over all others, and back again: no two inputs have one result.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30U)) * 0xBF58'476D'1CE4'E5B9U;
    x = (x ^ (x >> 27U)) * 0x94D0'49BB'1331'11EBU;
    return x ^ (x >> 31U);
}

} // namespace meterlink::wmbus
