#pragma once

/// A key ring as the source of keys that decoding takes: its keys made into ciphers.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include <meterlink/crypto/aes.hpp>
#include <meterlink/crypto/key.hpp>
#include <meterlink/crypto/key_ring.hpp>
#include <meterlink/tpl/cipher.hpp>
#include <meterlink/tpl/meter_address.hpp>

namespace meterlink::crypto {

/// The keys of a ring as ciphers, those used last kept ready. Satisfies `tpl::key_source`. One for each
/// decoder or thread; all may share a ring, which must live as long and may grow meanwhile (not at the same
/// time). Nothing is allocated after construction.
class keyed_ciphers {
public:
    static constexpr std::size_t default_kept = 64;

    /// Keeps up to `kept` ciphers ready, rounded up to a power of two; each takes about 3 KiB, and saves the
    /// making of its key schedule, about 0.1 microseconds. Throws as `aes` does.
    explicit keyed_ciphers(const key_ring& ring, std::size_t kept = default_kept) : ring_{&ring} {
        const auto count = std::bit_ceil(kept != 0 ? kept : 1);
        ciphers_.reserve(count);
        ciphers_.emplace_back();
        while (ciphers_.size() < count)
            ciphers_.emplace_back(key{}, ciphers_.front());
    }

    /// The ring may not be a temporary.
    explicit keyed_ciphers(const key_ring&&, std::size_t = default_kept) = delete;

    /// Calls `use(cipher)` with each key of the ring that the meter may use, in the ring's order, until one
    /// call returns true; returns whether one did.
    template <class Use>
    bool for_each(const tpl::meter_address& meter, Use&& use) {
        return ring_->for_each_key(meter, [&](const key& secret) { return use(cipher_for(secret)); });
    }

    [[nodiscard]] const key_ring& ring() const noexcept { return *ring_; }

private:
    aes& cipher_for(const key& secret) noexcept {
        std::uint64_t some = 0; // people's keys may differ in one octet only
        std::uint64_t rest = 0;
        std::memcpy(&some, secret.octets().data(), sizeof some);
        std::memcpy(&rest, secret.octets().data() + sizeof some, sizeof rest);
        const auto mixed = (some ^ std::rotl(rest, 29)) * 0x9E37'79B9'7F4A'7C15U;
        auto& cipher = ciphers_[(mixed >> 32U) & (ciphers_.size() - 1)];
        cipher.set_key(secret);
        return cipher;
    }

    const key_ring* ring_;
    std::vector<aes> ciphers_;
};

static_assert(tpl::key_source<keyed_ciphers>);

} // namespace meterlink::crypto
