#pragma once

/// AES-128 in the modes that meters use, over OpenSSL. Satisfies `tpl::cipher`.

#include <memory>

#include <meterlink/core/bytes.hpp>
#include <meterlink/crypto/key.hpp>
#include <meterlink/tpl/cipher.hpp>

namespace meterlink::crypto {

/// AES-128 under one key (FIPS 197; CBC and CTR of NIST SP 800-38A, CMAC of RFC 4493, CCM of RFC 3610).
///
/// Constructing fetches algorithms and allocates, and throws `std::runtime_error` where OpenSSL offers no
/// AES-128 and `std::bad_alloc` without memory. After that nothing allocates: the key schedule of each
/// direction is made when it is first needed and kept until the key changes, and an initial vector costs
/// nothing. Should OpenSSL refuse later on, the program is aborted rather than let run on with wrong octets.
///
/// An object serves one thread at a time. Output has room for as many octets as there is input, and is either
/// the very same octets or does not overlap them.
class aes {
public:
    /// A cipher with the key of zeros, for `set_key`.
    aes() : aes{key{}} {}

    explicit aes(const key& secret);

    /// As above, and `derived` of both is the same cipher: for many ciphers of one source.
    aes(const key& secret, const aes& source);

    aes(aes&&) noexcept;
    aes& operator=(aes&&) noexcept;
    aes(const aes&) = delete;
    aes& operator=(const aes&) = delete;
    ~aes();

    /// Changes the key. Costs nothing when it is the same key.
    void set_key(const tpl::aes_block& secret) noexcept;
    void set_key(const key& secret) noexcept { set_key(secret.octets()); }

    /// CBC of whole blocks; what is left of `in` behind the last whole block is not touched.
    void decrypt_cbc(const tpl::aes_block& iv, bytes_view in, bytes_span out) noexcept;
    void encrypt_cbc(const tpl::aes_block& iv, bytes_view in, bytes_span out) noexcept;

    /// CTR of any length, both directions. `counter` is the first counter block; it counts as a number of
    /// 128 bits, most significant octet first.
    void apply_ctr(const tpl::aes_block& counter, bytes_view in, bytes_span out) noexcept;

    /// CMAC over `head` and `body`, one behind the other; each may be empty.
    [[nodiscard]] tpl::aes_block cmac(bytes_view head, bytes_view body) noexcept;

    /// CCM with a nonce of 7 to 13 octets (13 leaves two octets for the length) and a tag of 4, 6, 8 to 16
    /// octets. `additional` is authenticated only, and has less than 65280 octets. Returns whether the tag is
    /// right; where it is not, or where one of the sizes is impossible, `out` is filled with zeros.
    [[nodiscard]] bool decrypt_ccm(bytes_view nonce, bytes_view additional, bytes_view in, bytes_view tag,
                                   bytes_span out) noexcept;

    /// The same the other way round; with an impossible size both `out` and `tag` are filled with zeros.
    void encrypt_ccm(bytes_view nonce, bytes_view additional, bytes_view in, bytes_span out,
                     bytes_span tag) noexcept;

    /// A working cipher under a key derived from this one, good until the next `derived` of any cipher of the
    /// same source.
    [[nodiscard]] aes& derived(const tpl::aes_block& secret) noexcept;

private:
    class engine;

    struct without_working_cipher {};
    aes(const key& secret, without_working_cipher);

    std::unique_ptr<engine> engine_;
    std::shared_ptr<aes> working_; // none in a working cipher, which derives into itself
};

static_assert(tpl::cipher<aes>);

} // namespace meterlink::crypto
