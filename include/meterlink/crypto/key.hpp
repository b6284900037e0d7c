#pragma once

/// A secret key of AES-128. It can be read from text and used, but not printed.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/hex.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/tpl/cipher.hpp>

namespace meterlink::crypto {

/// Overwrites secret octets with zeros, even where nobody reads them again.
inline void wipe(bytes_span secret) noexcept {
    volatile std::uint8_t* const octets = secret.data(); // the compiler may not leave out volatile writes
    for (std::size_t i = 0; i < secret.size(); ++i)
        octets[i] = 0;
}

/// Sixteen secret octets, overwritten when the object ends its life. All zeros at first.
class key {
public:
    static constexpr std::size_t size = 16;
    static constexpr std::size_t digits = 2 * size; ///< Hexadecimal digits of a key as text.

    key() noexcept = default;
    explicit key(const tpl::aes_block& octets) noexcept : octets_{octets} {}
    key(const key&) noexcept = default;
    key& operator=(const key&) noexcept = default;
    ~key() { wipe(octets_); }

    /// Reads exactly 32 hexadecimal digits, nothing between them. `errc::key_syntax` with the offset of what
    /// is no digit, of the end where digits are missing, or of the first digit too many; the error never
    /// holds a character of the text.
    [[nodiscard]] static result<key> parse(std::string_view text) noexcept {
        for (std::size_t i = 0; i < text.size() && i < digits; ++i)
            if (detail::hex_value(text[i]) < 0)
                return fail(errc::key_syntax, layer::crypto, i);
        if (text.size() != digits)
            return fail(errc::key_syntax, layer::crypto, text.size() < digits ? text.size() : digits);
        key out;
        const auto octets = parse_hex_strict(text, out.octets_);
        if (!octets)
            return fail(errc::key_syntax, layer::crypto, octets.error().offset);
        return out;
    }

    /// The secret itself: for ciphers, not for people.
    [[nodiscard]] const tpl::aes_block& octets() const noexcept { return octets_; }

    [[nodiscard]] friend bool operator==(const key& a, const key& b) noexcept {
        return tpl::equal_in_constant_time(a.octets_, b.octets_);
    }

private:
    tpl::aes_block octets_{};
};

} // namespace meterlink::crypto
