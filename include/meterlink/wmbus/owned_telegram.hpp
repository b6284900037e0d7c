#pragma once

/// A wireless telegram to be sent: what a meter, or a simulated one, puts on the air.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/crc.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/tpl/afl.hpp>
#include <meterlink/tpl/authentication.hpp>
#include <meterlink/tpl/cipher.hpp>
#include <meterlink/tpl/encryption.hpp>
#include <meterlink/tpl/header.hpp>
#include <meterlink/tpl/meter_address.hpp>
#include <meterlink/wmbus/ell.hpp>
#include <meterlink/wmbus/ell_security.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/link_header.hpp>

namespace meterlink::wmbus {

/// Telegram of EN 13757-4, owned. Lengths, CRCs, padding, signatures and MACs come by themselves.
///
/// A meter that sends one every minute is a `telegram` whose `header.common.access_number`, and the counter
/// of its protection where it has one, count up.
struct telegram {
    c_field c = c_field::snd_nr();
    tpl::meter_address sender{};                   ///< Of the link layer: the meter, or its radio converter.
    std::optional<extended_link_layer> ell;        ///< Encrypted where its session number says so.
    std::optional<tpl::afl_fields> authentication; ///< AFL with a MAC; MCL names its length.
    tpl::ci_field ci{0x7A};
    tpl::long_header header{};               ///< The CI field decides whether it is sent whole, short or not.
    std::optional<tpl::protection> security; ///< How the application's octets are encrypted.
    std::vector<std::uint8_t> application;   ///< Records, for instance of an `apl::record_list`.

    /// Writes the frame without encryption; returns its octets. Errors: `key_missing` for a telegram that is
    /// to be encrypted or authenticated, `value_out_of_range` for one longer than its frame format allows;
    /// `buffer_too_small`: `max_air_size` is always enough.
    [[nodiscard]] result<std::size_t> emit(bytes_span out, frame_format format) const {
        if (security || authentication || (ell && ell->is_encrypted()))
            return fail(errc::key_missing, layer::wmbus, 0, -1, security ? security->mode : -1);
        return emit_with(static_cast<const no_cipher*>(nullptr), out, format);
    }

    /// The same, encrypted and authenticated with the meter's key. Further errors: `ci_unexpected` for
    /// encryption behind a CI field without header, `security_mode_unsupported` (of the extended link layer
    /// too), `value_out_of_range` for lengths and key derivations that the fields cannot say,
    /// `counter_missing` where neither the AFL nor the extension has the counter that a key or a nonce
    /// comes from, `mac_length` for an MCL that names no CMAC.
    template <tpl::cipher C>
    [[nodiscard]] result<std::size_t> emit(bytes_span out, frame_format format, C& meter_key) const {
        return emit_with(&meter_key, out, format);
    }

    /// The frame as octets of their own. Errors: those of `emit`, with a key or without.
    template <class... Key>
    [[nodiscard]] result<std::vector<std::uint8_t>> to_frame(frame_format format, Key&... meter_key) const {
        std::vector<std::uint8_t> out(max_air_size);
        const auto size = emit(out, format, meter_key...);
        if (!size)
            return fail(size.error());
        out.resize(*size);
        return out;
    }

private:
    struct no_cipher {};
    using buffer = std::array<std::uint8_t, max_telegram_size>;

    /// Whose address and keys the message has.
    [[nodiscard]] tpl::long_header addressed_header() const noexcept {
        if (ci.header() == tpl::header_kind::long_header)
            return header;
        return {sender.identification, sender.manufacturer, sender.version, sender.device_type,
                header.common};
    }

    template <class C>
    [[nodiscard]] result<std::size_t> emit_with(C* key, bytes_span out, frame_format format) const {
        if (ell && ell->is_encrypted() && ell->session->encryption() != ell_encryption::aes_ctr)
            return fail(errc::security_mode_unsupported, layer::wmbus, link_header::wire_size(), -1,
                        static_cast<std::int32_t>(ell->session->encryption()));
        buffer octets{};
        const auto ell_end = link_header::wire_size() + (ell ? ell->wire_size() : 0U);
        const auto message = emit_message(key, bytes_span{octets}.subspan(ell_end));
        if (!message)
            return fail(message.error());
        const auto size = ell_end + *message;
        const link_header link{static_cast<std::uint8_t>(size - 1), c, sender};
        if (const auto written = link.emit(octets); !written)
            return fail(written.error());
        if (ell)
            emit_ell(key, bytes_span{octets}.first(size), ell_end);
        return add_crc(bytes_view{octets}.first(size), format, out);
    }

    /// AFL, CI field, header and payload.
    template <class C>
    [[nodiscard]] result<std::size_t> emit_message(C* key, bytes_span out) const {
        const auto afl_size = authentication ? size_of_afl() : 0U;
        if (afl_size > out.size())
            return fail(errc::value_out_of_range, layer::wmbus, max_telegram_size);
        const auto message = emit_payload(key, out.subspan(afl_size));
        if (!message)
            return fail(message.error().code == errc::buffer_too_small
                            ? error{errc::value_out_of_range, layer::wmbus, max_telegram_size}
                            : message.error());
        if (authentication)
            if (const auto written = emit_afl(key, out, afl_size, *message); !written)
                return fail(written.error());
        return afl_size + *message;
    }

    [[nodiscard]] std::size_t size_of_afl() const {
        tpl::afl sized{*authentication, {}};
        const auto mac = authentication->control ? authentication->control->mac_size().value_or(0) : 0;
        const tpl::aes_block zeros{};
        sized.mac.append(bytes_view{zeros}.first(mac));
        return sized.wire_size();
    }

    template <class C>
    [[nodiscard]] result<std::size_t> emit_afl([[maybe_unused]] C* key, bytes_span out, std::size_t afl_size,
                                               std::size_t message_size) const {
        if constexpr (tpl::cipher<C>) {
            const auto input =
                tpl::mac_derivation(*authentication, security ? security->sent_extension() : std::nullopt, ci,
                                    addressed_header().identification);
            if (!input)
                return fail(input.error());
            const auto layer =
                tpl::authenticate(*authentication, out.subspan(afl_size, message_size), *key, *input);
            return layer ? layer->emit(out) : result<std::size_t>{fail(layer.error())};
        } else {
            return fail(errc::key_missing, layer::wmbus, 0);
        }
    }

    template <class C>
    [[nodiscard]] result<std::size_t> emit_payload([[maybe_unused]] C* key, bytes_span out) const {
        if (!security)
            return emit_plain(out);
        if constexpr (tpl::cipher<C>) {
            auto how = *security;
            how.counter = authentication ? authentication->counter : std::nullopt;
            return tpl::protect_message({ci, addressed_header(), application}, how, *key, out);
        } else {
            return fail(errc::key_missing, layer::wmbus, 0, -1, security->mode);
        }
    }

    [[nodiscard]] result<std::size_t> emit_plain(bytes_span out) const {
        std::array<std::uint8_t, tpl::long_header::wire_size()> octets{};
        result<std::size_t> head = std::size_t{0};
        if (ci.header() == tpl::header_kind::long_header)
            head = header.emit(octets, ci.order());
        else if (ci.header() == tpl::header_kind::short_header)
            head = header.common.emit(octets);
        return writer{out}
            .u8(ci.code)
            .bytes(bytes_view{octets}.first(head.value_or(0)))
            .bytes(application)
            .finish();
    }

    template <class C>
    void emit_ell([[maybe_unused]] C* key, bytes_span wire, std::size_t ell_end) const {
        auto layer = *ell;
        layer.payload_crc = crc16_en13757::of(wire.subspan(ell_end));
        [[maybe_unused]] const auto written = layer.emit(wire.subspan(link_header::wire_size()));
        if constexpr (tpl::cipher<C>) {
            const auto closed = wire.subspan(ell_end - extended_link_layer::payload_crc_size);
            if (layer.is_encrypted())
                key->apply_ctr(ell_counter_block(sender, layer), closed, closed);
        }
    }
};

} // namespace meterlink::wmbus
