#pragma once

/// How the payload behind a header is protected, and what came of it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/tpl/configuration_extension.hpp>
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

/// Whether a payload in this state can be read.
[[nodiscard]] constexpr bool is_open(security_state state) noexcept {
    return state == security_state::plain || state == security_state::decrypted;
}

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

/// The bus a message came by: CI 73 means one thing on the wire and another on the air, and only old wired
/// meters send a signature where the configuration field stands.
enum class medium_access : std::uint8_t { wired, wireless };

/// The payload behind a header, split as the configuration field says: extension, what is or was encrypted,
/// the plain rest, and the tag, one behind the other.
struct payload_split {
    bytes_view extension{}; ///< Configuration field extension and counters, of modes 7, 10 and 13.
    bytes_view encrypted{}; ///< Octets that stay closed.
    bytes_view plain{};     ///< Octets that can be read as they are, without verification octets.
    bytes_view tag{};       ///< Authentication tag behind an encrypted payload of mode 10.
    security_state state = security_state::plain;
    bool is_authenticated = false; ///< A MAC or tag was verified with the meter's key.
    /// Octets at the end of `plain` that were sent in the clear behind an encrypted part, and that no MAC
    /// covers: whoever repeats the encrypted part can put others there.
    std::size_t plain_rest = 0;
    error problem = no_error; ///< `truncated`: fewer octets than announced. Offset as of the payload.
};

namespace detail {

/// A payload that begins with the verification octets 2F 2F was decrypted by somebody before us.
constexpr bool is_verified(bytes_view payload) noexcept {
    return payload.size() >= 2 && payload[0] == 0x2F && payload[1] == 0x2F;
}

/// Modes 5 and 7: whole blocks, then a plain rest.
constexpr payload_split split_blocks(configuration_field configuration, bytes_view payload,
                                     std::size_t extension_size) noexcept {
    payload_split out;
    out.extension = payload.first(extension_size);
    const auto rest = payload.subspan(extension_size);
    const auto whole_blocks = rest.size() / 16 * 16;
    const std::size_t announced =
        configuration.encrypted_blocks() == 15 ? whole_blocks : 16U * configuration.encrypted_blocks();
    const auto encrypted = is_verified(rest) ? 0 : std::min(announced, rest.size());
    out.encrypted = rest.first(encrypted);
    out.plain = rest.subspan(encrypted);
    out.state = encrypted == 0 ? security_state::plain : security_state::no_key;
    if (encrypted != 0 && announced > encrypted)
        out.problem = {errc::truncated, layer::tpl, payload.size()};
    return out;
}

constexpr payload_split split_mode_7(configuration_field configuration, bytes_view payload) noexcept {
    const auto extension = configuration_extension::parse(configuration, payload);
    auto out = split_blocks(configuration, payload, extension ? extension->wire_size(7) : payload.size());
    if (!extension)
        out.problem = {errc::truncated, layer::tpl, payload.size()};
    return out;
}

/// Mode 10: octets of any number, a plain rest, and the tag at the very end.
constexpr payload_split split_octets(configuration_field configuration, bytes_view payload) noexcept {
    payload_split out;
    const auto extension = configuration_extension::parse(configuration, payload);
    out.extension = payload.first(extension ? extension->wire_size(10) : payload.size());
    auto rest = payload.subspan(out.extension.size());
    const std::size_t announced = configuration.encrypted_octets();
    if (announced == 0) {
        out.plain = rest;
        return out;
    }
    const auto tag_size = extension ? extension->tag_size() : 0;
    out.state = security_state::no_key;
    if (rest.size() < tag_size + (announced == 0xFF ? 0 : announced) || !extension) {
        out.encrypted = rest;
        out.problem = {errc::truncated, layer::tpl, payload.size()};
        return out;
    }
    out.tag = rest.last(tag_size);
    rest = rest.first(rest.size() - tag_size);
    out.encrypted = rest.first(announced == 0xFF ? rest.size() : announced);
    out.plain = rest.subspan(out.encrypted.size());
    return out;
}

/// A mode that is recognised and no more.
constexpr payload_split split_unsupported(bytes_view payload, std::size_t extension_size = 0) noexcept {
    return {
        payload.first(extension_size), payload.subspan(extension_size), {}, {}, security_state::unsupported};
}

} // namespace detail

/// Splits `payload`, the octets behind a header, by security mode. On the wire, codes that the standard
/// reserves are taken for what old meters send there: a "signature" without meaning before plain records.
[[nodiscard]] constexpr payload_split split_payload(configuration_field configuration, bytes_view payload,
                                                    medium_access access = medium_access::wired) noexcept {
    switch (configuration.mode()) {
    case 0: return {{}, {}, payload, {}, security_state::plain};
    case 5: return detail::split_blocks(configuration, payload, 0);
    case 7: return detail::split_mode_7(configuration, payload);
    case 10: return detail::split_octets(configuration, payload);
    case 13: return detail::split_unsupported(payload, payload.empty() ? 0 : 1);
    case 2:
    case 3:
    case 8:
    case 9: return detail::split_unsupported(payload);
    default:
        return access == medium_access::wired || detail::is_verified(payload)
                   ? payload_split{{}, {}, payload, {}, security_state::plain}
                   : detail::split_unsupported(payload);
    }
}

/// True where the configuration field of a wired message, behind which `payload` stands, cannot be one: it
/// announces more encrypted octets than there are, or none in a mode that is all about them. Old meters sent
/// a signature of their own there, before plain records. What could be encrypted stays closed: values read
/// from ciphertext would be worse than none.
[[nodiscard]] constexpr bool is_old_signature(configuration_field configuration,
                                              bytes_view payload) noexcept {
    const std::size_t blocks = configuration.encrypted_blocks();
    const std::size_t announced = configuration.encrypted_octets();
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
