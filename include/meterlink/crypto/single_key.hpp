#pragma once

/// One key for whatever meter.

#include <meterlink/crypto/aes.hpp>
#include <meterlink/crypto/key.hpp>
#include <meterlink/tpl/cipher.hpp>
#include <meterlink/tpl/meter_address.hpp>

namespace meterlink::crypto {

/// A source of one key, offered to every meter. Satisfies `tpl::key_source`.
class single_key {
public:
    explicit single_key(const key& secret) : cipher_{secret} {}

    /// Calls `use(cipher)` once, and returns what it returned.
    template <class Use>
    bool for_each(const tpl::meter_address& /*meter*/, Use&& use) {
        return use(cipher_);
    }

    [[nodiscard]] aes& cipher() noexcept { return cipher_; }

private:
    aes cipher_;
};

static_assert(tpl::key_source<single_key>);

} // namespace meterlink::crypto
