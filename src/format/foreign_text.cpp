#include "foreign_text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace meterlink::format::detail {

namespace {

struct code_point {
    std::uint32_t value = 0;
    std::size_t size = 0; // octets; 0 for what is no UTF-8
};

std::uint32_t octet(char c) noexcept { return static_cast<std::uint8_t>(c); }

/// The first code point of `text`, which is not empty (RFC 3629, clause 4).
code_point first_of(std::string_view text) noexcept {
    const auto lead = octet(text.front());
    if (lead < 0x80)
        return {lead, 1};
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    if (lead < 0xC2 || lead > 0xF4 || text.size() < size)
        return {};
    auto value = lead & (0x7FU >> size);
    for (const char c : text.substr(1, size - 1)) {
        if ((octet(c) & 0xC0U) != 0x80)
            return {};
        value = value << 6U | (octet(c) & 0x3FU);
    }
    const bool is_surrogate = value >= 0xD800 && value < 0xE000;
    const bool is_character = (value & 0xFFFEU) != 0xFFFE; // XML has no way to write the others
    return value >= least[size] && value <= 0x10FFFF && !is_surrogate && is_character
               ? code_point{value, size}
               : code_point{};
}

} // namespace

std::string spelt(std::string_view text, character_printer print_character) {
    std::string out;
    while (!text.empty()) {
        const auto [value, size] = first_of(text);
        if (size == 0) {
            out += "\xEF\xBF\xBD"; // U+FFFD
        } else if (value < 0x100) {
            std::array<char, character_max_chars> buffer;
            const char* const end = print_character(buffer.data(), static_cast<std::uint8_t>(value));
            out.append(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
        } else {
            out += text.substr(0, size);
        }
        text.remove_prefix(size == 0 ? 1 : size);
    }
    return out;
}

} // namespace meterlink::format::detail
