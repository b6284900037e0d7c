#pragma once

/// A telegram that was decoded, as one to be sent: it must come out as it came in.

#include <cstddef>
#include <optional>

#include <meterlink/tpl/configuration_extension.hpp>
#include <meterlink/wmbus/owned_telegram.hpp>
#include <meterlink/wmbus/telegram.hpp>

namespace meterlink::test {

namespace detail {

/// Octets of the application that were encrypted.
inline std::size_t encrypted_octets(const tpl::message_view& message, std::size_t extension_size) {
    const auto configuration = message.short_header()->configuration;
    const auto tag = message.security().tag.size();
    const auto rest = message.payload().size() - extension_size - tag;
    if (configuration.mode() == 10)
        return configuration.encrypted_octets() == 0xFF ? rest : configuration.encrypted_octets();
    const std::size_t blocks = configuration.encrypted_blocks();
    return (blocks == 15 ? rest / 16 * 16 : 16 * blocks) - 2; // but for the verification octets
}

inline tpl::protection protection_of(const wmbus::telegram_view& view) {
    const auto& message = *view.message;
    const auto configuration = message.short_header()->configuration;
    tpl::protection out;
    out.mode = configuration.mode();
    std::size_t extension_size = 0;
    if (const auto extension = tpl::configuration_extension::parse(configuration, message.payload())) {
        out.extension = *extension;
        extension_size = extension->wire_size(out.mode);
    }
    out.plain_octets = message.application_octets().size() - encrypted_octets(message, extension_size);
    return out;
}

/// A sender that announces no encrypted blocks and encrypts all the same.
inline bool hides_its_encryption(const tpl::message_view& message) {
    const auto configuration = message.short_header()->configuration;
    return configuration.mode() != 10 && configuration.encrypted_blocks() == 0;
}

} // namespace detail

/// The telegram to be sent that `view` is, fillers and all; none where its shape cannot be built: octets that
/// nobody could read, a network layer, a MAC of a message that somebody has decrypted before us.
inline std::optional<wmbus::telegram> rebuilt(const wmbus::telegram_view& view) {
    using tpl::security_state;
    if (!view.link || !view.message || !view.network_layer.empty() || view.is_reassembled)
        return std::nullopt;
    const auto& message = *view.message;
    const bool is_opened = message.security().state == security_state::decrypted;
    if (view.ell_security == security_state::plain && view.ell && view.ell->is_encrypted())
        return std::nullopt;
    if (view.afl && !message.security().is_authenticated)
        return std::nullopt;
    if (is_opened && detail::hides_its_encryption(message))
        return std::nullopt;
    wmbus::telegram out;
    out.c = view.link->c;
    out.sender = view.link->sender;
    out.ell = view.ell;
    if (view.afl)
        out.authentication = *view.afl;
    out.ci = message.ci();
    if (const auto header = message.long_header())
        out.header = *header;
    else if (const auto common = message.short_header())
        out.header.common = *common;
    const auto octets = is_opened ? message.application_octets() : message.payload();
    out.application.assign(octets.begin(), octets.end());
    if (is_opened)
        out.security = detail::protection_of(view);
    return out;
}

} // namespace meterlink::test
