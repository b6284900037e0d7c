#pragma once

/// Encryption of the extended link layer: AES-CTR over the payload CRC and all that follows it.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/crc.hpp>
#include <meterlink/core/reader.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/tpl/cipher.hpp>
#include <meterlink/tpl/meter_address.hpp>
#include <meterlink/tpl/security.hpp>
#include <meterlink/wmbus/ell.hpp>

namespace meterlink::wmbus {

/// The first counter block (EN 13757-4:2019, 13.2.11.3): sender, communication control, session number, and
/// zeros. The bits that a repeater changes are cleared.
[[nodiscard]] constexpr tpl::aes_block ell_counter_block(const tpl::meter_address& sender,
                                                         const extended_link_layer& ell) noexcept {
    constexpr std::uint8_t unchanged_by_repeaters = 0xED;
    tpl::aes_block block{};
    [[maybe_unused]] const auto fits = sender.emit(block);
    writer{bytes_span{block}.subspan(tpl::meter_address::wire_size())}
        .u8(ell.control.raw & unchanged_by_repeaters)
        .u32(ell.session.value_or(session_number{}).raw);
    return block;
}

/// Whether the payload CRC in the first two octets is that of all the others.
[[nodiscard]] constexpr bool payload_crc_holds(bytes_view with_crc) noexcept {
    return with_crc.size() >= extended_link_layer::payload_crc_size &&
           load_little_endian(with_crc.first(2)) ==
               crc16_en13757::of(with_crc.subspan(extended_link_layer::payload_crc_size));
}

/// Opens what follows the session number, the payload CRC first, into `out`, which has room for as many
/// octets; only for layers with a session. `closed` is copied where no key opens it.
/// - `plain`: not encrypted, or somebody decrypted it before: the CRC holds as it is. A wrong CRC of a layer
///   that does not encrypt is not judged here.
/// - `decrypted`: the CRC holds under one of the keys.
/// - `no_key`, `wrong_key`, `unsupported`: it stays closed.
template <tpl::key_source Keys>
tpl::security_state open_ell(const tpl::meter_address& sender, const extended_link_layer& ell,
                             bytes_view closed, Keys& keys, bytes_span out) noexcept {
    using tpl::security_state;
    const auto copy = [&] { std::copy(closed.begin(), closed.end(), out.begin()); };
    if (!ell.is_encrypted() || payload_crc_holds(closed)) {
        copy();
        return security_state::plain;
    }
    if (ell.session->encryption() != ell_encryption::aes_ctr) {
        copy();
        return security_state::unsupported;
    }
    const auto counter = ell_counter_block(sender, ell);
    bool has_key = false;
    const bool is_open = keys.for_each(sender, [&](auto& cipher) {
        has_key = true;
        cipher.apply_ctr(counter, closed, out.first(closed.size()));
        return payload_crc_holds(out.first(closed.size()));
    });
    if (is_open)
        return security_state::decrypted;
    copy();
    return has_key ? security_state::wrong_key : security_state::no_key;
}

/// What opening the payload of the extended link layer has given.
struct opened_ell {
    tpl::security_state state = tpl::security_state::plain;
    std::size_t size = 0;  ///< Octets that belong to the payload, its CRC included.
    bool is_right = false; ///< The payload CRC holds.
};

/// As `open_ell`, for octets of which the last two may be a link layer CRC of format B that does not hold:
/// such a frame passes for a stripped one. Without them it is tried where the payload CRC does not hold with
/// them; where it holds neither way, all octets count as the payload.
template <tpl::key_source Keys>
opened_ell open_ell_perhaps_with_link_crc(const tpl::meter_address& sender, const extended_link_layer& ell,
                                          bytes_view closed, Keys& keys, bytes_span out) noexcept {
    const auto open = [&](bytes_view payload) {
        const auto state = open_ell(sender, ell, payload, keys, out);
        return opened_ell{state, payload.size(), payload_crc_holds(out.first(payload.size()))};
    };
    const auto whole = open(closed);
    constexpr std::size_t link_crc_size = 2;
    if (whole.is_right || closed.size() < link_crc_size)
        return whole;
    const auto shorter = open(closed.first(closed.size() - link_crc_size));
    if (shorter.is_right)
        return shorter;
    std::copy(closed.begin(), closed.end(), out.begin()); // closed as it was
    return whole;
}

} // namespace meterlink::wmbus
