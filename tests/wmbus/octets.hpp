#pragma once

/// Frames of the link layer's standard, and errors as its tests expect them.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <meterlink/core/error.hpp>

#include "support/octets.hpp"

namespace meterlink::test {

/// An error of the wireless link layer.
constexpr error wmbus_error(errc code, std::size_t offset, std::int32_t expected = -1,
                            std::int32_t found = -1) {
    return {code, layer::wmbus, offset, expected, found};
}

/// EN 13757-4, C.2: a water meter in mode T1, frame format A.
inline std::vector<std::uint8_t> example_c2() {
    return from_hex("0F 44 AE 0C 78 56 34 12 01 07 44 47 78 0B 13 43 65 87 1E 6D");
}

inline std::vector<std::uint8_t> example_c2_stripped() {
    return from_hex("0F 44 AE 0C 78 56 34 12 01 07 78 0B 13 43 65 87");
}

/// EN 13757-4, C.3: the same meter in mode C1, frame format B, with an extended link layer.
inline std::vector<std::uint8_t> example_c3() {
    return from_hex("14 44 AE 0C 78 56 34 12 01 07 8C 20 27 78 0B 13 43 65 87 7A C5");
}

inline std::vector<std::uint8_t> example_c3_stripped() {
    return from_hex("12 44 AE 0C 78 56 34 12 01 07 8C 20 27 78 0B 13 43 65 87");
}

/// The gas meter of the OMS specification, annex N: security mode 5, frame format A.
inline std::vector<std::uint8_t> example_gas() {
    return from_hex(
        "2E 44 93 15 78 56 34 12 33 03 33 63 7A 2A 00 20 25 59 23 C9 5A AA 26 D1 B2 E7 49 3B C2 AD"
        "01 3E C4 A6 F6 D3 52 9B 52 0E DF F0 EA 6D EF C9 55 B2 9D 6D 69 EB F3 EC 8A");
}

/// The same in format B.
inline std::vector<std::uint8_t> example_gas_b() {
    return from_hex("30 44 93 15 78 56 34 12 33 03 7A 2A 00 20 25 59 23 C9 5A AA 26 D1 B2 E7 49 3B"
                    "01 3E C4 A6 F6 D3 52 9B 52 0E DF F0 EA 6D EF C9 9D 6D 69 EB F3 B8 53");
}

inline std::vector<std::uint8_t> example_gas_stripped() {
    return from_hex("2E 44 93 15 78 56 34 12 33 03 7A 2A 00 20 25 59 23 C9 5A AA 26 D1 B2 E7 49 3B"
                    "01 3E C4 A6 F6 D3 52 9B 52 0E DF F0 EA 6D EF C9 9D 6D 69 EB F3");
}

} // namespace meterlink::test
