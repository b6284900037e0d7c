// A piece of work that every gateway does and every machine has been tuned for: times are given as multiples
// of it, so that they can be compared between machines.

#include <array>
#include <cstdint>
#include <memory>

#include <benchmark/benchmark.h>
#include <openssl/evp.h>

namespace {

/// AES-128-CBC decryption of 64 octets: a context that keeps its key and takes a new initial vector, no
/// padding.
void yardstick_aes_cbc_64(benchmark::State& state) {
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context{EVP_CIPHER_CTX_new(),
                                                                                  &EVP_CIPHER_CTX_free};
    const std::array<std::uint8_t, 16> key{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08};
    std::array<std::uint8_t, 16> initial_vector{};
    const std::array<std::uint8_t, 64> ciphertext{};
    std::array<std::uint8_t, 80> plaintext{};
    int size = 0;
    if (EVP_DecryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, key.data(), initial_vector.data()) !=
            1 ||
        EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1)
        return state.SkipWithError("no AES-128-CBC");
    for (auto _ : state) {
        ++initial_vector[0];
        EVP_DecryptInit_ex(context.get(), nullptr, nullptr, nullptr, initial_vector.data());
        EVP_DecryptUpdate(context.get(), plaintext.data(), &size, ciphertext.data(), 64);
        benchmark::DoNotOptimize(plaintext);
    }
    if (size != 64)
        state.SkipWithError("not decrypted");
}

BENCHMARK(yardstick_aes_cbc_64)->Name("yardstick/aes_cbc_64");

} // namespace
