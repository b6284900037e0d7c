#pragma once

/// What the transport layer asks of cryptography, so that it needs no library for it: a cipher for one key,
/// and a source of the keys that a meter may use.

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/tpl/meter_address.hpp>

namespace meterlink::tpl {

/// One block of AES, a key of AES-128, or a full CMAC.
using aes_block = std::array<std::uint8_t, 16>;

/// AES-128 under one key, its key schedule kept. None of these allocates. Output has room for as many octets
/// as there is input, and may be the very same octets.
///
/// - `decrypt_cbc(iv, in, out)`, `encrypt_cbc(iv, in, out)`: whole blocks only.
/// - `apply_ctr(counter, in, out)`: any length; the counter block is incremented as a number of 128 bits,
/// most
///   significant octet first.
/// - `cmac(head, body)`: AES-CMAC (RFC 4493) of both, one behind the other.
/// - `decrypt_ccm(nonce, additional, in, tag, out)`, `encrypt_ccm(nonce, additional, in, out, tag)`: AES-CCM
///   (RFC 3610) with two octets of length, so a nonce of 13. Decryption says whether the tag is right, and
///   leaves zeros where it is not.
/// - `derived(key)`: a cipher for a key that was derived from this one, good until `derived` is called again
///   on any cipher of the same source.
template <class C>
concept cipher = requires(C& c, const aes_block& block, bytes_view in, bytes_span out) {
    { c.decrypt_cbc(block, in, out) } noexcept -> std::same_as<void>;
    { c.encrypt_cbc(block, in, out) } noexcept -> std::same_as<void>;
    { c.apply_ctr(block, in, out) } noexcept -> std::same_as<void>;
    { c.cmac(in, in) } noexcept -> std::same_as<aes_block>;
    { c.decrypt_ccm(in, in, in, in, out) } noexcept -> std::same_as<bool>;
    { c.encrypt_ccm(in, in, in, out, out) } noexcept -> std::same_as<void>;
    { c.derived(block) } noexcept;
};

namespace detail {

/// Stands for whatever is called with each cipher in turn.
struct cipher_user {
    template <class C>
    bool operator()(C& /*cipher*/) const {
        return false;
    }
};

} // namespace detail

/// Where keys come from. `keys.for_each(address, use)` calls `use(cipher)` with each key that the meter may
/// use, the likeliest first, until one call returns true; it returns whether one did.
template <class K>
concept key_source = requires(K& keys, const meter_address& meter) {
    { keys.for_each(meter, detail::cipher_user{}) } -> std::same_as<bool>;
};

/// A source without keys: encrypted payloads stay closed.
struct no_keys {
    template <class Use>
    constexpr bool for_each(const meter_address& /*meter*/, Use&& /*use*/) const noexcept {
        return false;
    }
};

/// Whether two octet strings are equal, in a time that does not tell where they differ.
[[nodiscard]] constexpr bool equal_in_constant_time(bytes_view a, bytes_view b) noexcept {
    if (a.size() != b.size())
        return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned>(a[i] ^ b[i]);
    return difference == 0;
}

} // namespace meterlink::tpl
