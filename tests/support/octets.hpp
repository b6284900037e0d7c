#pragma once

/// Octets written as people write them: `"0C 13 27 04 85 02"_octets`, and errors written as short.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <meterlink/core/error.hpp>
#include <meterlink/core/hex.hpp>

namespace meterlink::test {

inline std::vector<std::uint8_t> from_hex(std::string_view text) {
    std::string digits;
    for (const char c : text)
        if (c != ' ')
            digits += c;
    return parse_hex_strict(digits).value();
}

inline namespace literals {

inline std::vector<std::uint8_t> operator""_octets(const char* text, std::size_t size) {
    return from_hex({text, size});
}

} // namespace literals

/// An error of the application layer.
constexpr error apl_error(errc code, std::size_t offset, std::int32_t found = -1) {
    return {code, layer::apl, offset, -1, found};
}

/// An error of the transport layer.
constexpr error tpl_error(errc code, std::size_t offset) { return {code, layer::tpl, offset}; }

} // namespace meterlink::test
