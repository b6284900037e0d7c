#pragma once

/// Builds messages with an encrypted payload, and the layer that authenticates them.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/tpl/afl.hpp>
#include <meterlink/tpl/authentication.hpp>
#include <meterlink/tpl/ci.hpp>
#include <meterlink/tpl/cipher.hpp>
#include <meterlink/tpl/configuration_extension.hpp>
#include <meterlink/tpl/header.hpp>
#include <meterlink/tpl/initial_vector.hpp>
#include <meterlink/tpl/key_derivation.hpp>
#include <meterlink/tpl/meter_address.hpp>

namespace meterlink::tpl {

/// How a payload is to be protected. Modes 7 (with derived keys) and 10 take a message counter: that of the
/// extension, or that of the AFL.
struct protection {
    std::uint8_t mode = 5;        ///< 5, 7 or 10.
    std::size_t plain_octets = 0; ///< Octets at the end of the application's that stay readable.
    configuration_extension extension{0x0110, std::nullopt, std::nullopt}; ///< Modes 7 and 10.
    /// Of the AFL, for keys and nonce where the extension has none. A `wmbus::telegram` takes it from there
    /// by itself.
    std::optional<std::uint32_t> counter{};

    /// What is encoded in the extension; none in mode 5.
    [[nodiscard]] constexpr std::optional<configuration_extension> sent_extension() const noexcept {
        return configuration_extension::cfe_size(mode) == 0 ? std::nullopt : std::optional{extension};
    }
    /// The counter that keys and nonce come from.
    [[nodiscard]] constexpr std::optional<std::uint32_t> message_counter() const noexcept {
        return extension.counter ? extension.counter : counter;
    }
};

/// A message to be protected: CI field, header and the application's octets, borrowed.
struct unprotected_message {
    ci_field ci{0x7A};
    /// The CI field decides whether it is sent whole or short; the address of a message with a short header
    /// is that of the link layer, and stands here all the same.
    long_header header{};
    bytes_view application{};
};

namespace detail {

/// Sizes of the parts of a protected message.
struct protected_layout {
    std::size_t head = 0;      // CI field and header
    std::size_t extension = 0; // CFE, counter, key version
    std::size_t encrypted = 0; // verification octets and padding included
    std::size_t plain = 0;
    std::size_t tag = 0;

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return head + extension + encrypted + plain + tag;
    }
};

/// What the key of the payload is derived for; none where it is the meter's own.
constexpr result<std::optional<key_derivation_input>>
encryption_derivation(const unprotected_message& message, const protection& how) noexcept {
    const auto extension = how.sent_extension();
    return derivation_of(extension ? extension->derivation() : key_derivation::persistent,
                         how.message_counter(), message.ci, message.header.identification);
}

constexpr result<protected_layout> layout_of(const unprotected_message& message,
                                             const protection& how) noexcept {
    const auto kind = message.ci.header();
    if (kind == header_kind::none)
        return fail(errc::ci_unexpected, layer::tpl, 0, -1, message.ci.code);
    if (how.mode != 5 && how.mode != 7 && how.mode != 10)
        return fail(errc::security_mode_unsupported, layer::tpl, 0, -1, how.mode);
    if (how.plain_octets > message.application.size())
        return fail(errc::value_out_of_range, layer::tpl, 0);
    if (const auto input = encryption_derivation(message, how); !input)
        return fail(input.error());
    if (how.mode == 10 && !how.message_counter())
        return fail(errc::counter_missing, layer::tpl, 0);
    protected_layout out;
    out.head = 1 + (kind == header_kind::long_header ? long_header::wire_size() : short_header::wire_size());
    out.extension = how.mode == 5 ? 0 : how.extension.wire_size(how.mode);
    out.plain = how.plain_octets;
    const auto closed = message.application.size() - how.plain_octets;
    if (how.mode == 10) {
        out.encrypted = closed;
        out.tag = how.extension.tag_size();
        if (out.plain != 0 && (closed == 0 || closed > 0xFE)) // FF leaves no plain rest
            return fail(errc::value_out_of_range, layer::tpl, 0);
        return out;
    }
    out.encrypted = (closed + 2 + 15) / 16 * 16;
    if (out.encrypted / 16 >= 15 && out.plain >= 16) // fifteen blocks are all whole blocks
        return fail(errc::value_out_of_range, layer::tpl, 0);
    return out;
}

/// The configuration field with mode and length; the bits that the mode leaves to others stay.
constexpr configuration_field configuration_of(configuration_field given, const protection& how,
                                               const protected_layout& layout) noexcept {
    const unsigned mode = static_cast<unsigned>(how.mode) << 8U;
    const unsigned counter = how.mode != 5 && how.extension.counter ? 0x2000U : 0U;
    if (how.mode == 10) {
        const auto octets = layout.plain == 0 ? 0xFFU : static_cast<unsigned>(layout.encrypted);
        return {static_cast<std::uint16_t>((given.raw & 0xC000U) | counter | mode | octets)};
    }
    const auto blocks = static_cast<unsigned>(std::min<std::size_t>(layout.encrypted / 16, 15));
    const unsigned kept = given.raw & (how.mode == 5 ? 0xE00FU : 0xC00FU);
    return {static_cast<std::uint16_t>(kept | counter | mode | blocks << 4U)};
}

template <class C>
void encrypt_in_place(C&& key, const unprotected_message& message, const protection& how,
                      const protected_layout& layout, bytes_span out) noexcept {
    const auto payload = out.subspan(layout.head + layout.extension, layout.encrypted);
    const auto meter = meter_address::from(message.header);
    if (how.mode == 10) {
        const auto nonce = mode_10_nonce(meter, how.message_counter().value_or(0));
        const auto additional = out.first(layout.head + configuration_extension::cfe_size(how.mode));
        key.encrypt_ccm(nonce, additional, payload, payload, out.last(layout.tag));
        return;
    }
    const auto vector =
        how.mode == 5 ? mode_5_vector(meter, message.header.common.access_number) : aes_block{};
    key.encrypt_cbc(vector, payload, payload);
}

} // namespace detail

/// Octets of the message that `protect_message` writes; its errors.
[[nodiscard]] constexpr result<std::size_t> protected_size(const unprotected_message& message,
                                                           const protection& how) noexcept {
    const auto layout = detail::layout_of(message, how);
    if (!layout)
        return fail(layout.error());
    return layout->wire_size();
}

/// Writes `message` with its payload encrypted (EN 13757-7:2018, 7.7): verification octets, padding,
/// extension, tag and the lengths in the configuration field come by themselves. Returns the octets written.
/// Errors: `ci_unexpected` for a CI field without header, `security_mode_unsupported`, `value_out_of_range`
/// for lengths and key derivations that the fields cannot say, `counter_missing` for a derived key or a nonce
/// without a counter to come from, `buffer_too_small`.
template <cipher C>
[[nodiscard]] result<std::size_t> protect_message(const unprotected_message& message, const protection& how,
                                                  C& meter_key, bytes_span out) noexcept {
    const auto layout = detail::layout_of(message, how);
    if (!layout)
        return fail(layout.error());
    const auto size = layout->wire_size();
    if (out.size() < size)
        return fail(errc::buffer_too_small, layer::tpl, out.size());
    out = out.first(size);
    auto header = message.header;
    header.common.configuration = detail::configuration_of(header.common.configuration, how, *layout);
    out[0] = message.ci.code;
    [[maybe_unused]] auto written = message.ci.header() == header_kind::long_header
                                        ? header.emit(out.subspan(1), message.ci.order())
                                        : header.common.emit(out.subspan(1));
    if (how.mode != 5)
        written = how.extension.emit(how.mode, out.subspan(layout->head));
    const auto closed = message.application.size() - layout->plain;
    writer to{out.subspan(layout->head + layout->extension)};
    if (how.mode != 10)
        to.u8(0x2F).u8(0x2F);
    to.bytes(message.application.first(closed));
    while (to.size() < layout->encrypted)
        to.u8(0x2F);
    to.bytes(message.application.last(layout->plain));
    if (const auto input = detail::encryption_derivation(message, how).value_or(std::nullopt))
        detail::encrypt_in_place(meter_key.derived(derive_key(meter_key, *input, key_purpose::encryption)),
                                 message, how, *layout, out);
    else
        detail::encrypt_in_place(meter_key, message, how, *layout, out);
    return size;
}

/// The layer that goes before `message`, a transport layer message as it is transmitted: `fields` with the
/// MAC over both. MCL, which must be there, names a CMAC by its length (errc::mac_length otherwise); its
/// other bits are made to fit the fields, and ML where there is one is set. `derived_for` as in
/// `message_mac`.
template <cipher C>
[[nodiscard]] result<afl> authenticate(const afl_fields& fields, bytes_view message, C& meter_key,
                                       const std::optional<key_derivation_input>& derived_for) noexcept {
    afl out{fields, {}};
    if (!fields.control || !fields.control->is_cmac())
        return fail(errc::mac_length, layer::tpl, 0, -1,
                    fields.control ? fields.control->authentication_type() : -1);
    out.control->raw =
        static_cast<std::uint8_t>((fields.control->raw & 0x8FU) | (fields.message_length ? 0x40U : 0U) |
                                  (fields.counter ? 0x20U : 0U) | (fields.key ? 0x10U : 0U));
    if (fields.message_length)
        out.message_length = static_cast<std::uint16_t>(message.size());
    const auto mac = message_mac(meter_key, derived_for, out, message);
    out.mac.append(bytes_view{mac}.first(*out.control->mac_size()));
    return out;
}

} // namespace meterlink::tpl
