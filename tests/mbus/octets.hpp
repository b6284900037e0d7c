#pragma once

/// Octets written as people write them: `"10 40 01 41 16"_octets`.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <meterlink/core/error.hpp>
#include <meterlink/core/hex.hpp>

inline std::vector<std::uint8_t> operator""_octets(const char* text, std::size_t size) {
    std::string digits;
    for (const char c : std::string_view{text, size})
        if (c != ' ')
            digits += c;
    return meterlink::parse_hex_strict(digits).value();
}

/// An error of the link layer as the tests expect it.
constexpr meterlink::error link_error(meterlink::errc code, std::size_t offset, std::int32_t expected = -1,
                                      std::int32_t found = -1) {
    return {code, meterlink::layer::mbus, offset, expected, found};
}
