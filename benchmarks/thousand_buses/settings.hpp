#pragma once

/// What the command line says.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace meterlink::bench {

struct settings {
    std::size_t buses = 1000;
    std::chrono::seconds duration{10};
    std::chrono::milliseconds interval{1000}; ///< Of the reads of one meter; 0: one behind the other.
    std::uint32_t baud = 9600;
    std::size_t packet = 512; ///< Octets that a converter collects; from 261 on a whole answer.
    double most_cpu = 0;      ///< The share of a core above which the program fails; 0: none.
};

/// The primary address of a meter; each is alone on its bus.
inline constexpr std::uint8_t address_of_meter = 5;

} // namespace meterlink::bench
