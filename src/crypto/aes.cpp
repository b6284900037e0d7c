#include <meterlink/crypto/aes.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

#include <openssl/evp.h>

namespace meterlink::crypto {

namespace {

using tpl::aes_block;

constexpr std::size_t block_size = 16;
constexpr std::size_t chunk_size = 16 * block_size; // longer pieces gain nothing

/// OpenSSL refuses only when it is broken or used wrongly here.
void require(bool holds) noexcept {
    if (!holds)
        std::abort();
}

struct algorithm {
    explicit algorithm(const char* name) : cipher{EVP_CIPHER_fetch(nullptr, name, nullptr)} {
        if (cipher == nullptr)
            throw std::runtime_error{"OpenSSL offers no " + std::string{name}};
    }
    algorithm(const algorithm&) = delete;
    algorithm& operator=(const algorithm&) = delete;
    ~algorithm() { EVP_CIPHER_free(cipher); }

    EVP_CIPHER* cipher;
};

/// The two algorithms that everything here is made of. CMAC and CCM of OpenSSL cost about 90 ns more for each
/// message, and so does a new initial vector.
struct algorithms {
    algorithm cbc{"AES-128-CBC"};
    algorithm ecb{"AES-128-ECB"};
};

const algorithms& fetched() {
    static const algorithms instance;
    return instance;
}

enum class direction : int { decrypt = 0, encrypt = 1 };

void xor_block(std::uint8_t* to, const std::uint8_t* from) noexcept {
    std::array<std::uint64_t, 2> a{};
    std::array<std::uint64_t, 2> b{};
    std::memcpy(a.data(), to, block_size);
    std::memcpy(b.data(), from, block_size);
    a[0] ^= b[0];
    a[1] ^= b[1];
    std::memcpy(to, a.data(), block_size);
}

/// Compilers make one instruction of this.
constexpr std::uint64_t swapped(std::uint64_t v) noexcept {
    return v >> 56U | (v >> 40U & 0xFF00U) | (v >> 24U & 0xFF'0000U) | (v >> 8U & 0xFF00'0000U) |
           (v & 0xFF00'0000U) << 8U | (v & 0xFF'0000U) << 24U | (v & 0xFF00U) << 40U | v << 56U;
}

constexpr std::uint64_t big_endian(std::uint64_t v) noexcept {
    return std::endian::native == std::endian::little ? swapped(v) : v;
}

std::uint64_t load_big_endian(const std::uint8_t* from) noexcept {
    std::uint64_t out = 0;
    std::memcpy(&out, from, sizeof out);
    return big_endian(out);
}

/// At once: the cipher reads whole blocks, which single octets on their way to memory would hold up.
void store_big_endian(std::uint64_t value, std::uint8_t* to) noexcept {
    value = big_endian(value);
    std::memcpy(to, &value, sizeof value);
}

/// Doubling in the field of CMAC (RFC 4493, 2.3).
aes_block doubled(const aes_block& in) noexcept {
    const auto high = load_big_endian(in.data());
    const auto low = load_big_endian(in.data() + 8);
    aes_block out{};
    store_big_endian(high << 1U | low >> 63U, out.data());
    store_big_endian(low << 1U ^ (high >> 63U) * 0x87U, out.data() + 8);
    return out;
}

/// An OpenSSL context that keeps its key schedule, and makes it when it is first needed.
class context {
public:
    context(const algorithm& what, direction way) : context_{EVP_CIPHER_CTX_new()}, way_{way} {
        const aes_block zeros{};
        if (context_ != nullptr &&
            EVP_CipherInit_ex2(context_, what.cipher, zeros.data(), zeros.data(), static_cast<int>(way),
                               nullptr) == 1 &&
            EVP_CIPHER_CTX_set_padding(context_, 0) == 1)
            return;
        EVP_CIPHER_CTX_free(context_);
        throw std::bad_alloc{};
    }
    context(const context&) = delete;
    context& operator=(const context&) = delete;
    ~context() { EVP_CIPHER_CTX_free(context_); } // which wipes the key schedule

    /// The key has changed.
    void forget() noexcept { is_ready_ = false; }

    void make_ready(const aes_block& secret) noexcept {
        if (is_ready_)
            return;
        last_ = {};
        require(EVP_CipherInit_ex2(context_, nullptr, secret.data(), last_.data(), static_cast<int>(way_),
                                   nullptr) == 1);
        is_ready_ = true;
    }

    /// Whole blocks, `size` octets of them.
    void run(const std::uint8_t* in, std::uint8_t* out, std::size_t size) noexcept {
        constexpr std::size_t most = std::size_t{1} << 30U; // OpenSSL counts in int
        for (std::size_t done = 0; done < size; done += std::min(most, size - done)) {
            const auto piece = static_cast<int>(std::min(most, size - done));
            int written = 0;
            require(EVP_CipherUpdate(context_, out + done, &written, in + done, piece) == 1 &&
                    written == piece);
        }
    }

    // A CBC context chains on from the last ciphertext of the message before. The difference to the initial
    // vector of the next is made up for in its first block, which is far cheaper than to tell OpenSSL.

    void decrypt_chain(const aes_block& iv, const std::uint8_t* in, std::uint8_t* out,
                       std::size_t size) noexcept {
        auto difference = iv;
        xor_block(difference.data(), last_.data());
        std::memcpy(last_.data(), in + size - block_size, block_size); // before `out` is written over it
        run(in, out, size);
        xor_block(out, difference.data());
    }

    void encrypt_chain(const aes_block& iv, std::uint8_t* octets, std::size_t size) noexcept {
        xor_block(octets, iv.data());
        xor_block(octets, last_.data());
        run(octets, octets, size);
        std::memcpy(last_.data(), octets + size - block_size, block_size);
    }

private:
    EVP_CIPHER_CTX* context_;
    direction way_;
    bool is_ready_ = false;
    aes_block last_{};
};

} // namespace

/// The OpenSSL contexts under one key.
class aes::engine {
public:
    explicit engine(const key& secret) : secret_{secret.octets()} {}
    engine(const engine&) = delete;
    engine& operator=(const engine&) = delete;
    ~engine() {
        for (auto* const each : {&secret_, &whole_subkey_, &partial_subkey_})
            wipe(*each);
    }

    void set_key(const aes_block& secret) noexcept {
        if (secret_ == secret)
            return;
        secret_ = secret;
        decrypt_.forget();
        encrypt_.forget();
        blocks_.forget();
        has_subkeys_ = false;
    }

    void decrypt_cbc(const aes_block& iv, bytes_view in, bytes_span out) noexcept {
        const auto size = in.size() / block_size * block_size;
        if (size == 0)
            return;
        decrypt_.make_ready(secret_);
        decrypt_.decrypt_chain(iv, in.data(), out.data(), size);
    }

    void encrypt_cbc(const aes_block& iv, bytes_view in, bytes_span out) noexcept {
        const auto size = in.size() / block_size * block_size;
        if (size == 0)
            return;
        if (in.data() != out.data())
            std::memcpy(out.data(), in.data(), size);
        encrypt_chain(iv, out.data(), size);
    }

    void apply_ctr(const aes_block& counter, bytes_view in, bytes_span out) noexcept {
        if (in.empty())
            return;
        blocks_.make_ready(secret_);
        auto high = load_big_endian(counter.data());
        auto low = load_big_endian(counter.data() + 8);
        std::array<std::uint8_t, chunk_size> stream;
        for (std::size_t done = 0; done < in.size();) {
            const auto piece = std::min(chunk_size, in.size() - done);
            const auto whole = (piece + block_size - 1) / block_size * block_size;
            for (std::size_t at = 0; at < whole; at += block_size) {
                store_big_endian(high, stream.data() + at);
                store_big_endian(low, stream.data() + at + 8);
                high += ++low == 0 ? 1U : 0U;
            }
            blocks_.run(stream.data(), stream.data(), whole);
            for (std::size_t i = 0; i < piece; ++i)
                out[done + i] = static_cast<std::uint8_t>(in[done + i] ^ stream[i]);
            done += piece;
        }
    }

    aes_block cmac(bytes_view head, bytes_view body) noexcept {
        if (!has_subkeys_) {
            aes_block zeros{};
            encrypt_chain({}, zeros.data(), block_size);
            whole_subkey_ = doubled(zeros);
            partial_subkey_ = doubled(whole_subkey_);
            has_subkeys_ = true;
            wipe(zeros);
        }
        chain mac{*this};
        mac.append(head);
        mac.append(body);
        return mac.finish(whole_subkey_, partial_subkey_);
    }

    /// The tag before it is encrypted (RFC 3610, 2.2); `tag_size` goes into it.
    aes_block ccm_mac(bytes_view nonce, bytes_view additional, bytes_view plain,
                      std::size_t tag_size) noexcept {
        const auto length_size = block_size - 1 - nonce.size();
        aes_block first{};
        first[0] = static_cast<std::uint8_t>((additional.empty() ? 0U : 0x40U) | (tag_size - 2) / 2 << 3U |
                                             (length_size - 1));
        store_big_endian(plain.size(), first.data() + 8);
        std::memcpy(first.data() + 1, nonce.data(), nonce.size());
        chain mac{*this};
        mac.append(first);
        if (!additional.empty()) {
            const std::array<std::uint8_t, 2> size{static_cast<std::uint8_t>(additional.size() >> 8U),
                                                   static_cast<std::uint8_t>(additional.size())};
            mac.append(size);
            mac.append(additional);
            mac.fill_block();
        }
        mac.append(plain);
        mac.fill_block();
        return mac.finish({}, {});
    }

    /// Encrypts or decrypts both the tag (counter 0) and the message (from counter 1 on).
    void ccm_ctr(bytes_view nonce, bytes_view in, bytes_span out, aes_block& tag) noexcept {
        aes_block counter{};
        counter[0] = static_cast<std::uint8_t>(block_size - 1 - nonce.size() - 1);
        std::memcpy(counter.data() + 1, nonce.data(), nonce.size());
        apply_ctr(counter, tag, tag);
        counter.back() = 1;
        apply_ctr(counter, in, out);
    }

private:
    /// CBC encryption of which only the last block matters, over octets that come in pieces.
    class chain {
    public:
        explicit chain(engine& with) noexcept : with_{&with} {}

        void append(bytes_view octets) noexcept {
            while (!octets.empty()) {
                if (used_ == chunk_size) // only now, for `finish` needs the last block
                    flush();
                const auto piece = std::min(octets.size(), chunk_size - used_);
                std::memcpy(chunk_.data() + used_, octets.data(), piece);
                used_ += piece;
                octets = octets.subspan(piece);
            }
        }

        /// Zeros up to the end of the block.
        void fill_block() noexcept {
            while (used_ % block_size != 0)
                chunk_[used_++] = 0;
        }

        /// The last block, after the subkey for a whole or for an unfinished one was added to it.
        aes_block finish(const aes_block& whole, const aes_block& partial) noexcept {
            const auto is_whole = used_ != 0 && used_ % block_size == 0;
            if (!is_whole) {
                chunk_[used_++] = 0x80;
                fill_block();
            }
            xor_block(chunk_.data() + used_ - block_size, is_whole ? whole.data() : partial.data());
            flush();
            return last_;
        }

    private:
        void flush() noexcept {
            with_->encrypt_chain(last_, chunk_.data(), used_);
            std::memcpy(last_.data(), chunk_.data() + used_ - block_size, block_size);
            used_ = 0;
        }

        engine* with_;
        aes_block last_{};
        std::size_t used_ = 0;
        std::array<std::uint8_t, chunk_size> chunk_; // NOLINT(*-member-init): filled as it is used
    };

    void encrypt_chain(const aes_block& iv, std::uint8_t* octets, std::size_t size) noexcept {
        encrypt_.make_ready(secret_);
        encrypt_.encrypt_chain(iv, octets, size);
    }

    aes_block secret_;
    aes_block whole_subkey_{};
    aes_block partial_subkey_{};
    context decrypt_{fetched().cbc, direction::decrypt};
    context encrypt_{fetched().cbc, direction::encrypt};
    context blocks_{fetched().ecb, direction::encrypt};
    bool has_subkeys_ = false;
};

namespace {

/// Sizes that CCM can take (RFC 3610, 2), the additional octets in the shorter of their spellings.
bool is_ccm_possible(std::size_t nonce, std::size_t additional, std::size_t message,
                     std::size_t tag) noexcept {
    if (nonce < 7 || nonce > 13 || additional >= 0xFF00 || tag < 4 || tag > 16 || tag % 2 != 0)
        return false;
    const auto length_bits = 8 * (15 - nonce);
    return length_bits >= 64 || std::uint64_t{message} >> length_bits == 0;
}

} // namespace

aes::aes(const key& secret) : aes{secret, without_working_cipher{}} {
    working_.reset(new aes{key{}, without_working_cipher{}});
}

aes::aes(const key& secret, const aes& source) : aes{secret, without_working_cipher{}} {
    working_ = source.working_;
}

aes::aes(const key& secret, without_working_cipher) : engine_{std::make_unique<engine>(secret)} {}

aes::aes(aes&&) noexcept = default;
aes& aes::operator=(aes&&) noexcept = default;
aes::~aes() = default;

void aes::set_key(const tpl::aes_block& secret) noexcept { engine_->set_key(secret); }

void aes::decrypt_cbc(const tpl::aes_block& iv, bytes_view in, bytes_span out) noexcept {
    engine_->decrypt_cbc(iv, in, out);
}

void aes::encrypt_cbc(const tpl::aes_block& iv, bytes_view in, bytes_span out) noexcept {
    engine_->encrypt_cbc(iv, in, out);
}

void aes::apply_ctr(const tpl::aes_block& counter, bytes_view in, bytes_span out) noexcept {
    engine_->apply_ctr(counter, in, out);
}

tpl::aes_block aes::cmac(bytes_view head, bytes_view body) noexcept { return engine_->cmac(head, body); }

bool aes::decrypt_ccm(bytes_view nonce, bytes_view additional, bytes_view in, bytes_view tag,
                      bytes_span out) noexcept {
    const auto plain = out.first(in.size());
    if (is_ccm_possible(nonce.size(), additional.size(), in.size(), tag.size())) {
        aes_block opened{};
        std::ranges::copy(tag, opened.begin());
        engine_->ccm_ctr(nonce, in, plain, opened);
        const auto expected = engine_->ccm_mac(nonce, additional, plain, tag.size());
        const auto size = tag.size();
        if (tpl::equal_in_constant_time(bytes_view{opened}.first(size), bytes_view{expected}.first(size)))
            return true;
    }
    std::ranges::fill(plain, std::uint8_t{0});
    return false;
}

void aes::encrypt_ccm(bytes_view nonce, bytes_view additional, bytes_view in, bytes_span out,
                      bytes_span tag) noexcept {
    const auto sealed = out.first(in.size());
    if (!is_ccm_possible(nonce.size(), additional.size(), in.size(), tag.size())) {
        std::ranges::fill(sealed, std::uint8_t{0});
        std::ranges::fill(tag, std::uint8_t{0});
        return;
    }
    auto mac = engine_->ccm_mac(nonce, additional, in, tag.size());
    engine_->ccm_ctr(nonce, in, sealed, mac);
    std::copy_n(mac.begin(), tag.size(), tag.begin());
}

aes& aes::derived(const tpl::aes_block& secret) noexcept {
    auto& working = working_ != nullptr ? *working_ : *this;
    working.set_key(secret);
    return working;
}

} // namespace meterlink::crypto
