#pragma once

/// A source of keys for tests: the same keys for every meter, in the order given.

#include <string_view>
#include <vector>

#include <meterlink/crypto/aes.hpp>
#include <meterlink/tpl/cipher.hpp>

namespace meterlink::test {

class listed_keys {
public:
    explicit listed_keys(const std::vector<std::string_view>& keys) {
        for (const auto text : keys)
            ciphers_.emplace_back(crypto::key::parse(text).value());
    }

    template <class Use>
    bool for_each(const tpl::meter_address& meter, Use&& use) {
        asked_for = meter;
        for (auto& cipher : ciphers_)
            if (use(cipher))
                return true;
        return false;
    }

    tpl::meter_address asked_for{};

private:
    std::vector<crypto::aes> ciphers_;
};

static_assert(tpl::key_source<listed_keys>);

} // namespace meterlink::test
