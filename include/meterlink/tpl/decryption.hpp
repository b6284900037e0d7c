#pragma once

/// Opens the encrypted payload of a message with the keys that its meter may use.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/tpl/afl.hpp>
#include <meterlink/tpl/authentication.hpp>
#include <meterlink/tpl/cipher.hpp>
#include <meterlink/tpl/configuration_extension.hpp>
#include <meterlink/tpl/initial_vector.hpp>
#include <meterlink/tpl/key_derivation.hpp>
#include <meterlink/tpl/message.hpp>
#include <meterlink/tpl/meter_address.hpp>

namespace meterlink::tpl {

/// What the layers below a message say that its security depends on.
struct security_context {
    meter_address link_sender{};   ///< Sender of the link layer; a long header's address goes before it.
    std::optional<afl_view> afl{}; ///< The layer before the message, if there was one.
};

/// Whose keys a message needs: the address of its long header, otherwise that of the link layer.
[[nodiscard]] constexpr meter_address security_address(const message_view& message,
                                                       const meter_address& link_sender) noexcept {
    const auto header = message.long_header();
    return header ? meter_address::from(*header) : link_sender;
}

namespace detail {

/// What can be known about an encrypted message before a key is at hand, and the attempts with each key.
class payload_opener {
public:
    payload_opener(const message_view& message, const security_context& context,
                   const meter_address& meter) noexcept;

    /// True where there is something that a key could open.
    [[nodiscard]] bool can_open() const noexcept { return can_open_; }
    /// True where the mode is known, but not how its keys come about, or the MAC is of a kind that cannot be
    /// verified.
    [[nodiscard]] bool is_unsupported() const noexcept { return is_unsupported_ || is_mac_unknown_; }
    /// True where a MAC says more about a message that is plain.
    [[nodiscard]] bool is_plain_with_mac() const noexcept {
        return mac_ && message_.security().state == security_state::plain;
    }

    /// True where the verification octets, or the tag, and any MAC hold of what is decrypted into `buffer`,
    /// or the MAC of a plain message does.
    template <cipher C>
    [[nodiscard]] bool opens(C& key, bytes_span buffer) noexcept {
        ++keys_;
        for (std::size_t i = 0; i < counter_count_; ++i) {
            const bool mac_holds = !mac_ || verify_mac(key, mac_derivations_[i], *mac_, message_.wire());
            is_open_ = can_open_ && decrypt(key, i, buffer.subspan(encrypted_at_, encrypted_.size()));
            if (mac_holds && (is_open_ || is_plain_with_mac()))
                return true;
            is_mac_wrong_ = is_mac_wrong_ || is_open_ || is_plain_with_mac();
        }
        return false;
    }

    /// The message after a successful attempt: completes `buffer`.
    [[nodiscard]] message_view opened(bytes_span buffer) const noexcept;
    /// The message after attempts without success.
    [[nodiscard]] message_view closed(bytes_span buffer) const noexcept;

private:
    void take_extension() noexcept;
    void take_encrypted() noexcept;
    void take_mac() noexcept;

    template <cipher C>
    [[nodiscard]] bool decrypt(C& key, std::size_t i, bytes_span out) const noexcept {
        if (!derivations_[i])
            return decrypt_with(key, i, out);
        return decrypt_with(key.derived(derive_key(key, *derivations_[i], key_purpose::encryption)), i, out);
    }

    template <class C>
    [[nodiscard]] bool decrypt_with(C&& key, std::size_t i, bytes_span out) const noexcept {
        if (mode_ == 10) {
            const auto nonce = mode_10_nonce(meter_, counters_[i].value_or(0));
            const auto& tag = message_.security().tag;
            return !tag.empty() &&
                   key.decrypt_ccm(nonce, message_.wire().first(head_size_), encrypted_, tag, out);
        }
        if (encrypted_.empty())
            return false;
        key.decrypt_cbc(vector_, encrypted_, out);
        return is_verified(out);
    }

    const message_view& message_;
    meter_address meter_;
    std::optional<afl_view> mac_; // a layer with a MAC that can be verified
    std::uint8_t mode_ = 0;
    // Two of each where the order of fields in the extension is in doubt.
    std::array<std::optional<configuration_extension>, 2> extensions_{};
    std::array<std::optional<std::uint32_t>, 2> counters_{};
    std::array<std::optional<key_derivation_input>, 2> derivations_{};     // none: the meter's own key
    std::array<std::optional<key_derivation_input>, 2> mac_derivations_{}; // none: the meter's own key
    std::size_t counter_count_ = 1;
    std::size_t head_size_ = 0;    // up to and with CFE
    std::size_t encrypted_at_ = 0; // from the CI field on
    bytes_view encrypted_{};       // whole blocks; any number of octets in mode 10
    aes_block vector_{};
    std::size_t keys_ = 0;
    bool can_open_ = false;
    bool is_unsupported_ = false;
    bool is_mac_unknown_ = false;
    bool is_mac_wrong_ = false;
    bool is_open_ = false; // by the last attempt
};

inline payload_opener::payload_opener(const message_view& message, const security_context& context,
                                      const meter_address& meter) noexcept
    : message_{message}, meter_{meter} {
    const auto header = message.short_header();
    mode_ = header ? header->configuration.mode() : std::uint8_t{0};
    if (context.afl && has_cmac(*context.afl))
        mac_ = context.afl;
    is_mac_unknown_ = context.afl && !context.afl->mac().empty() && !mac_;
    if (context.afl)
        counters_[0] = context.afl->counter;
    if (header && mode_ == 5)
        vector_ = mode_5_vector(meter, header->access_number);
    if (header && (mode_ == 7 || mode_ == 10))
        take_extension();
    take_mac();
    take_encrypted();
}

inline void payload_opener::take_extension() noexcept {
    const auto configuration = message_.short_header()->configuration;
    const auto extension = configuration_extension::parse(configuration, message_.payload());
    if (!extension)
        return;
    head_size_ =
        message_.wire().size() - message_.payload().size() + configuration_extension::cfe_size(mode_);
    extensions_[0] = *extension;
    if (extension->counter && extension->key_version) {
        extensions_[1] = *configuration_extension::parse(configuration, message_.payload(),
                                                         extension_order::version_first);
        counter_count_ = 2;
    }
    for (std::size_t i = 0; i < counter_count_; ++i) {
        if (extensions_[i]->counter)
            counters_[i] = extensions_[i]->counter;
        const auto derivation =
            derivation_of(extension->derivation(), counters_[i], message_.ci(), meter_.identification);
        derivations_[i] = derivation.value_or(std::nullopt);
        is_unsupported_ = !derivation || (mode_ == 10 && !counters_[i]);
    }
}

/// A MAC whose key cannot be told is as good as one of an unknown kind.
inline void payload_opener::take_mac() noexcept {
    for (std::size_t i = 0; mac_ && i < counter_count_; ++i) {
        const auto derivation = mac_derivation(*mac_, extensions_[i], message_.ci(), meter_.identification);
        if (derivation) {
            mac_derivations_[i] = *derivation;
        } else {
            mac_.reset();
            is_mac_unknown_ = true;
        }
    }
}

inline void payload_opener::take_encrypted() noexcept {
    const auto& split = message_.security();
    const auto plain_at = message_.wire().size() - split.tag.size() - split.plain.size();
    if (split.state == security_state::no_key) {
        can_open_ = true;
        encrypted_ = split.encrypted;
        encrypted_at_ = plain_at - encrypted_.size();
    } else if (split.state == security_state::plain && (mode_ == 5 || mode_ == 7) &&
               split.plain.size() >= sizeof(aes_block)) {
        // Some senders announce no blocks and encrypt all the same; and one ciphertext in 65536 begins with
        // the verification octets by chance, and passes for plain until a key says otherwise.
        can_open_ = true;
        const std::size_t blocks = message_.short_header()->configuration.encrypted_blocks();
        const bool is_all = blocks == 0 || blocks == 15;
        encrypted_ = split.plain.first(is_all ? split.plain.size()
                                              : std::min(blocks * sizeof(aes_block), split.plain.size()));
        encrypted_at_ = plain_at;
    }
    if (mode_ != 10)
        encrypted_ = encrypted_.first(encrypted_.size() / sizeof(aes_block) * sizeof(aes_block));
}

/// Octets of the shortest MAC that speaks for a message; one of two is guessed in minutes.
inline constexpr std::size_t min_authenticating_mac_size = 4;

inline message_view payload_opener::opened(bytes_span buffer) const noexcept {
    const auto wire = message_.wire();
    const auto& split = message_.security();
    const bool has_mac = mac_ && mac_->mac().size() >= min_authenticating_mac_size;
    if (!is_open_)
        return message_.judged(split.state, has_mac, no_error);
    const auto end = encrypted_at_ + encrypted_.size();
    std::copy_n(wire.begin(), encrypted_at_, buffer.begin());
    std::copy(wire.begin() + static_cast<std::ptrdiff_t>(end), wire.end(),
              buffer.begin() + static_cast<std::ptrdiff_t>(end));
    const std::size_t verification = mode_ == 10 ? 0 : 2;
    // Octets of an incomplete block stay closed, and nothing plain is behind them.
    const bool is_cut = split.state == security_state::no_key && encrypted_.size() != split.encrypted.size();
    const auto plain_end = is_cut ? end : wire.size() - split.tag.size();
    const auto plain_at = encrypted_at_ + verification;
    // Whether the tag of mode 10 covers a plain rest is not known.
    const bool has_tag = mode_ == 10 && split.plain.empty();
    return message_.opened(buffer.first(wire.size()), plain_at, plain_end - plain_at, has_mac || has_tag,
                           mac_ ? 0 : plain_end - end);
}

inline message_view payload_opener::closed(bytes_span buffer) const noexcept {
    const auto plaintext = buffer.subspan(encrypted_at_, encrypted_.size());
    std::fill(plaintext.begin(), plaintext.end(), std::uint8_t{0});
    if (is_mac_wrong_)
        return message_.withheld(security_state::mac_mismatch);
    if (message_.security().state == security_state::plain)
        return message_;
    return message_.judged(keys_ == 0 ? security_state::no_key : security_state::wrong_key, false, no_error);
}

} // namespace detail

/// Opens the payload of `message` (EN 13757-7:2018, 7.7: modes 5, 7 and 10) with the first key of `keys`
/// whose result verifies: the octets 2F 2F, or the tag of mode 10, and the MAC of `context.afl` where there
/// is one. `buffer` has room for `message.wire()` and does not overlap it; the result borrows from it once
/// the payload is opened, and otherwise from `message`'s octets. Nothing is allocated.
///
/// The state of the result: `decrypted`; `no_key`: none was offered; `wrong_key`: none of those offered
/// verifies; `mac_mismatch`: the plaintext verifies but the MAC does not, or a message that is plain has a
/// MAC that does not hold under any key offered, and nothing can be read; `unsupported`, also for a MAC that
/// cannot be verified on an encrypted message; `plain`. A ciphertext shorter than announced is opened as far
/// as its whole blocks go, and `security().problem` is `truncated`. With too little room it is
/// `buffer_too_small`.
template <key_source Keys>
[[nodiscard]] message_view open_payload(const message_view& message, const security_context& context,
                                        Keys& keys, bytes_span buffer) {
    const auto state = message.security().state;
    if (state != security_state::plain && state != security_state::no_key)
        return message;
    const auto meter = security_address(message, context.link_sender);
    detail::payload_opener opener{message, context, meter};
    if (!opener.can_open() && !opener.is_plain_with_mac())
        return message;
    if (opener.is_unsupported())
        return state == security_state::plain ? message
                                              : message.judged(security_state::unsupported, false, no_error);
    if (buffer.size() < message.wire().size())
        return message.judged(state, false, {errc::buffer_too_small, layer::tpl, buffer.size()});
    const bool is_open = keys.for_each(meter, [&](auto& key) { return opener.opens(key, buffer); });
    return is_open ? opener.opened(buffer) : opener.closed(buffer);
}

} // namespace meterlink::tpl
