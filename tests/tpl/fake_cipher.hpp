#pragma once

/// A cipher that is none, and a source of such keys: for tests of what happens around ciphers.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/tpl/cipher.hpp>

namespace meterlink::test {

/// Every octet is changed by the key, the vector and its place; sums stand for codes. Whoever knows one
/// message knows the key.
class fake_cipher {
public:
    explicit fake_cipher(std::uint8_t key = 0) noexcept : key_{key} {}

    void decrypt_cbc(const tpl::aes_block& iv, bytes_view in, bytes_span out) noexcept { mix(iv, in, out); }
    void encrypt_cbc(const tpl::aes_block& iv, bytes_view in, bytes_span out) noexcept { mix(iv, in, out); }
    void apply_ctr(const tpl::aes_block& counter, bytes_view in, bytes_span out) noexcept {
        mix(counter, in, out);
    }

    tpl::aes_block cmac(bytes_view head, bytes_view body) noexcept {
        tpl::aes_block out{};
        unsigned state = key_ + 1U;
        for (const auto part : {head, body})
            for (const auto octet : part)
                state = state * 31U + octet;
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<std::uint8_t>((state = state * 1103515245U + 12345U) >> 16U);
        return out;
    }

    bool decrypt_ccm(bytes_view nonce, bytes_view additional, bytes_view in, bytes_view tag,
                     bytes_span out) noexcept {
        mix(block(nonce), in, out);
        if (tpl::equal_in_constant_time(tag, bytes_view{tag_of(nonce, additional, out)}.first(tag.size())))
            return true;
        std::fill(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(in.size()), std::uint8_t{0});
        return false;
    }
    void encrypt_ccm(bytes_view nonce, bytes_view additional, bytes_view in, bytes_span out,
                     bytes_span tag) noexcept {
        const auto whole = tag_of(nonce, additional, in);
        std::copy_n(whole.begin(), tag.size(), tag.begin());
        mix(block(nonce), in, out);
    }

    fake_cipher derived(const tpl::aes_block& key) noexcept { return fake_cipher{key[0]}; }

private:
    static tpl::aes_block block(bytes_view nonce) noexcept {
        tpl::aes_block out{};
        std::copy(nonce.begin(), nonce.end(), out.begin());
        return out;
    }

    tpl::aes_block tag_of(bytes_view nonce, bytes_view additional, bytes_view plain) noexcept {
        const auto of_nonce = cmac(nonce, additional);
        return cmac(of_nonce, plain);
    }

    void mix(const tpl::aes_block& iv, bytes_view in, bytes_span out) const noexcept {
        for (std::size_t i = 0; i < in.size(); ++i)
            out[i] = static_cast<std::uint8_t>(in[i] ^ (key_ * 37U + iv[i % 16] + i));
    }

    std::uint8_t key_;
};

static_assert(tpl::cipher<fake_cipher>);

/// The same keys for every meter, in the order given; remembers for whom.
struct fake_keys {
    std::vector<std::uint8_t> keys{};
    tpl::meter_address asked_for{};

    template <class Use>
    bool for_each(const tpl::meter_address& meter, Use&& use) {
        asked_for = meter;
        for (const auto key : keys) {
            fake_cipher cipher{key};
            if (use(cipher))
                return true;
        }
        return false;
    }
};

static_assert(tpl::key_source<fake_keys>);

} // namespace meterlink::test
