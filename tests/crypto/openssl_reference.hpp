#pragma once

/// What OpenSSL itself makes of CMAC and CCM, to compare with.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/tpl/cipher.hpp>

#include <openssl/core_names.h>
#include <openssl/evp.h>

namespace meterlink::test {

inline tpl::aes_block openssl_cmac(const tpl::aes_block& key, bytes_view message) {
    const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac{EVP_MAC_fetch(nullptr, "CMAC", nullptr),
                                                                &EVP_MAC_free};
    const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context{EVP_MAC_CTX_new(mac.get()),
                                                                            &EVP_MAC_CTX_free};
    std::array<char, 12> cipher{"AES-128-CBC"};
    const std::array<OSSL_PARAM, 2> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, cipher.data(), 0),
        OSSL_PARAM_construct_end()};
    tpl::aes_block out{};
    std::size_t size = 0;
    EVP_MAC_init(context.get(), key.data(), key.size(), parameters.data());
    EVP_MAC_update(context.get(), message.data(), message.size());
    EVP_MAC_final(context.get(), out.data(), &size, out.size());
    return out;
}

/// The ciphertext and the tag behind it.
inline std::vector<std::uint8_t> openssl_ccm(const tpl::aes_block& key, bytes_view nonce,
                                             bytes_view additional, bytes_view plain, std::size_t tag_size) {
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context{EVP_CIPHER_CTX_new(),
                                                                                  &EVP_CIPHER_CTX_free};
    auto* const c = context.get();
    std::vector<std::uint8_t> out(plain.size() + tag_size);
    int size = 0;
    EVP_EncryptInit_ex2(c, EVP_aes_128_ccm(), nullptr, nullptr, nullptr);
    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(nonce.size()), nullptr);
    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_size), nullptr);
    EVP_EncryptInit_ex2(c, nullptr, key.data(), nonce.data(), nullptr);
    EVP_EncryptUpdate(c, nullptr, &size, nullptr, static_cast<int>(plain.size()));
    if (!additional.empty())
        EVP_EncryptUpdate(c, nullptr, &size, additional.data(), static_cast<int>(additional.size()));
    constexpr std::uint8_t nothing = 0; // a null pointer would mean another thing
    EVP_EncryptUpdate(c, out.data(), &size, plain.empty() ? &nothing : plain.data(),
                      static_cast<int>(plain.size()));
    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_size), out.data() + plain.size());
    return out;
}

} // namespace meterlink::test
