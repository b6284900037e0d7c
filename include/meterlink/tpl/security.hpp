#pragma once

/// How the payload behind a header is protected, and what came of it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <meterlink/core/bytes.hpp>
#include <meterlink/tpl/configuration_field.hpp>

namespace meterlink::tpl {

/// What became of an encrypted payload.
enum class security_state : std::uint8_t {
    plain, ///< Not encrypted, or already plain under a header that says otherwise.
    decrypted,
    no_key,
    wrong_key,
    unsupported, ///< A mode that this library recognises but does not decrypt.
    mac_mismatch,
};

/// Stable identifier, as it stands in JSON: `"no_key"`.
[[nodiscard]] constexpr std::string_view name(security_state state) noexcept {
    switch (state) {
    case security_state::plain: return "plain";
    case security_state::decrypted: return "decrypted";
    case security_state::no_key: return "no_key";
    case security_state::wrong_key: return "wrong_key";
    case security_state::unsupported: return "unsupported";
    case security_state::mac_mismatch: break;
    }
    return "mac_mismatch";
}

/// The payload behind a header, split as the configuration field says.
struct payload_split {
    bytes_view extension{}; ///< Configuration field extension and counters, of modes 7, 10 and 13.
    bytes_view encrypted{}; ///< Octets that need a key.
    bytes_view plain{};     ///< Octets that can be read as they are.
    security_state state = security_state::plain;
};

namespace detail {

/// Octets of the extension of mode 7: CFE, then a message counter if bit Z of the configuration field is set,
/// then a key version if bit V of CFE is set.
constexpr std::size_t extension_size_mode_7(configuration_field configuration, bytes_view payload) noexcept {
    if (payload.empty())
        return 0;
    const std::size_t counter = (configuration.raw & 0x2000U) != 0 ? 4 : 0;
    const std::size_t version = (payload[0] & 0x40U) != 0 ? 1 : 0;
    return std::min<std::size_t>(1 + counter + version, payload.size());
}

constexpr payload_split split_blocks(configuration_field configuration, bytes_view payload,
                                     std::size_t extension_size) noexcept {
    payload_split out;
    out.extension = payload.first(extension_size);
    const auto rest = payload.subspan(extension_size);
    const auto whole_blocks = rest.size() / 16 * 16;
    const std::size_t announced =
        configuration.encrypted_blocks() == 15 ? whole_blocks : 16U * configuration.encrypted_blocks();
    // A payload that begins with the verification octets 2F 2F was decrypted by somebody before us.
    const bool is_plain_already = rest.size() >= 2 && rest[0] == 0x2F && rest[1] == 0x2F;
    const auto encrypted = is_plain_already ? 0 : std::min(announced, rest.size());
    out.encrypted = rest.first(encrypted);
    out.plain = rest.subspan(encrypted);
    out.state = encrypted == 0 ? security_state::plain : security_state::no_key;
    return out;
}

} // namespace detail

/// Splits `payload`, the octets behind a header, by security mode. Codes that the standard reserves are taken
/// for what old wired meters send there: a "signature" without meaning before plain records.
[[nodiscard]] constexpr payload_split split_payload(configuration_field configuration,
                                                    bytes_view payload) noexcept {
    switch (configuration.mode()) {
    case 5: return detail::split_blocks(configuration, payload, 0);
    case 7:
        return detail::split_blocks(configuration, payload,
                                    detail::extension_size_mode_7(configuration, payload));
    case 2:
    case 3:
    case 8:
    case 9:
    case 10:
    case 13: return {{}, payload, {}, security_state::unsupported};
    default: return {{}, {}, payload, security_state::plain};
    }
}

/// True where the configuration field of a wired message, behind which `payload` stands, cannot be one: it
/// announces more encrypted octets than there are, or none in a mode that is all about them. Old meters sent
/// a signature of their own there, before plain records. What could be encrypted stays closed: values read
/// from ciphertext would be worse than none.
[[nodiscard]] constexpr bool is_old_signature(configuration_field configuration,
                                              bytes_view payload) noexcept {
    const std::size_t blocks = configuration.encrypted_blocks();
    const std::size_t announced = configuration.raw & 0xFFU; // modes 2, 3 and from 8 on count octets
    switch (configuration.mode()) {
    case 2:
    case 3: return announced == 0 || announced > payload.size() || announced % 8 != 0; // blocks of DES
    case 5: return blocks != 15 && 16 * blocks > payload.size();
    case 7: return blocks == 0 || (blocks != 15 && 1 + 16 * blocks > payload.size()); // extension first
    case 8:
    case 9:
    case 13: return announced == 0 || announced > payload.size();
    case 10: return announced == 0 || (announced != 0xFF && announced + 2 > payload.size());
    default: return false;
    }
}

} // namespace meterlink::tpl
