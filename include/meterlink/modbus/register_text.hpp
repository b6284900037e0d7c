#pragma once

/// Text from registers: two characters in each, padded at the end.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/register_order.hpp>
#include <meterlink/modbus/register_type.hpp>

namespace meterlink::modbus {

/// A text without the zeros and blanks at its end. Its octets are kept as they are, whatever character set
/// the maker uses.
class register_text {
public:
    constexpr register_text() noexcept = default;
    constexpr ~register_text() = default;

    /// Copies what there is, not all the room that there could be: a variant of values stays cheap to pass
    /// on.
    constexpr register_text(const register_text& other) noexcept { octets_.append(other.octets()); }
    constexpr register_text& operator=(const register_text& other) noexcept {
        if (this != &other) {
            octets_.clear();
            octets_.append(other.octets());
        }
        return *this;
    }

    /// Copies `text`; `errc::value_out_of_range` when 125 registers do not hold it.
    [[nodiscard]] static constexpr result<register_text> from(std::string_view text) noexcept {
        register_text copy;
        for (std::size_t i = 0; i < text.size(); ++i)
            if (!copy.octets_.push_back(static_cast<std::uint8_t>(text[i])))
                return fail(errc::value_out_of_range, layer::modbus, i);
        return copy;
    }

    /// The text in `width` registers, at most 125. Of `order` only counts whether octets are swapped.
    template <class Registers>
    [[nodiscard]] static constexpr register_text decode(const Registers& registers, std::size_t width,
                                                        register_order order) noexcept {
        const auto at = [&](std::size_t i) {
            const auto two = in_order(registers[i / 2], order);
            return static_cast<std::uint8_t>(i % 2 == 0 ? two >> 8U : two & 0xFFU);
        };
        auto size = 2 * width;
        while (size > 0 && (at(size - 1) == 0 || at(size - 1) == ' '))
            --size;
        register_text text;
        for (std::size_t i = 0; i < size; ++i)
            text.octets_.push_back(at(i));
        return text;
    }

    [[nodiscard]] constexpr bytes_view octets() const noexcept { return octets_.view(); }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return octets_.size(); }

    [[nodiscard]] friend constexpr bool operator==(const register_text&,
                                                   const register_text&) noexcept = default;

private:
    bounded_bytes<2 * max_text_registers> octets_;
};

/// Whether `octet` is a printable character of ASCII.
[[nodiscard]] constexpr bool is_printable(std::uint8_t octet) noexcept {
    return octet >= 0x20 && octet < 0x7F;
}

/// The text as printable ASCII, without loss: other octets are written `\xNN`, and a backslash twice.
[[nodiscard]] inline std::string to_string(const register_text& text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const auto octet : text.octets()) {
        if (is_printable(octet)) {
            out.append(octet == '\\' ? 2 : 1, static_cast<char>(octet));
            continue;
        }
        out += "\\x";
        out += digits[octet >> 4U];
        out += digits[octet & 0xFU];
    }
    return out;
}

} // namespace meterlink::modbus
