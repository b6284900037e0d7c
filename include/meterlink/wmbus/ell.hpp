#pragma once

/// The extended link layer: how the radio link is used, to whom a telegram goes, and its encryption.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/reader.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/tpl/meter_address.hpp>

namespace meterlink::wmbus {

/// Communication control field (EN 13757-4:2019, 13.2.7).
struct communication_control {
    std::uint8_t raw = 0;

    [[nodiscard]] constexpr bool is_bidirectional() const noexcept { return (raw & 0x80U) != 0; }
    [[nodiscard]] constexpr bool is_fast_response() const noexcept { return (raw & 0x40U) != 0; }
    [[nodiscard]] constexpr bool is_synchronised() const noexcept { return (raw & 0x20U) != 0; }
    /// A repeater sent it.
    [[nodiscard]] constexpr bool is_hop() const noexcept { return (raw & 0x10U) != 0; }
    [[nodiscard]] constexpr bool is_priority() const noexcept { return (raw & 0x08U) != 0; }
    [[nodiscard]] constexpr bool is_accessible() const noexcept { return (raw & 0x04U) != 0; }
    [[nodiscard]] constexpr bool is_repeated_access() const noexcept { return (raw & 0x02U) != 0; }
    [[nodiscard]] constexpr bool is_extended_delay() const noexcept { return (raw & 0x01U) != 0; }

    [[nodiscard]] friend constexpr bool operator==(communication_control,
                                                   communication_control) noexcept = default;
};

/// How the extended link layer encrypts; codes from 2 on are reserved.
enum class ell_encryption : std::uint8_t { none = 0, aes_ctr = 1 };

/// Session number field (EN 13757-4:2019, 13.2.11).
struct session_number {
    std::uint32_t raw = 0;

    /// Bits 31..29.
    [[nodiscard]] constexpr ell_encryption encryption() const noexcept {
        return static_cast<ell_encryption>(raw >> 29U);
    }
    /// Bits 28..4, counted in minutes.
    [[nodiscard]] constexpr std::uint32_t minutes() const noexcept { return (raw >> 4U) & 0x01FF'FFFFU; }
    /// Bits 3..0, the session within the minute.
    [[nodiscard]] constexpr std::uint8_t session() const noexcept {
        return static_cast<std::uint8_t>(raw & 0x0FU);
    }

    [[nodiscard]] friend constexpr bool operator==(session_number, session_number) noexcept = default;
};

/// The forms of the extended link layer, as the standard numbers them in Roman figures.
enum class ell_form : std::uint8_t { i = 1, ii, iii, iv, v };

/// A form of the extended link layer, and what it consists of.
struct ell_form_row {
    std::uint8_t ci = 0;
    ell_form form = ell_form::i;
    std::string_view numeral; ///< `"IV"`
    bool is_known = false;    ///< False where the layout is not known here.
    bool has_receiver = false;
    bool has_session = false;

    /// Octets from the CI field to the payload.
    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return 3U + (has_receiver ? tpl::meter_address::wire_size() : 0U) + (has_session ? 6U : 0U);
    }
};

/// EN 13757-4:2019, clause 13.
inline constexpr std::array ell_forms{
    ell_form_row{0x8C, ell_form::i, "I", true, false, false},
    ell_form_row{0x8D, ell_form::ii, "II", true, false, true},
    ell_form_row{0x8E, ell_form::iii, "III", true, true, false},
    ell_form_row{0x8F, ell_form::iv, "IV", true, true, true},
    ell_form_row{0x86, ell_form::v, "V", false, false, false},
};

/// The form that a CI field announces; none for CI fields of other layers.
[[nodiscard]] constexpr std::optional<ell_form_row> find_ell_form(std::uint8_t ci) noexcept {
    for (const auto& row : ell_forms)
        if (row.ci == ci)
            return row;
    return std::nullopt;
}

/// The CI field of the network layer, which is one octet as far as is known.
inline constexpr std::uint8_t network_layer_ci = 0x81;
/// Octets of the network layer, its CI field included.
inline constexpr std::size_t network_layer_size = 2;

/// Extended link layer of the forms I to IV. Form V has a layout that is not known here.
struct extended_link_layer {
    communication_control control{};
    std::uint8_t access_number = 0;
    std::optional<tpl::meter_address> receiver; ///< M2 and A2, of forms III and IV.
    std::optional<session_number> session;      ///< Of forms II and IV.
    std::uint16_t payload_crc = 0; ///< Of forms II and IV: over all that follows, once that is plain.

    static constexpr std::size_t payload_crc_size = 2;

    /// Whether a telegram that goes on with this CI field has an extended link layer there.
    [[nodiscard]] static constexpr bool is_announced_by(std::uint8_t ci) noexcept {
        return find_ell_form(ci).has_value();
    }

    /// Reads the octets from the CI field on. `errc::ci_unexpected` for any other CI field and for form V,
    /// `errc::truncated`.
    [[nodiscard]] static constexpr result<extended_link_layer> parse(bytes_view input) noexcept {
        if (input.empty())
            return fail(errc::truncated, layer::wmbus, 0);
        const auto form = find_ell_form(input[0]);
        if (!form || !form->is_known)
            return fail(errc::ci_unexpected, layer::wmbus, 0, -1, input[0]);
        reader from{input.subspan(1)};
        if (!from.has(form->wire_size() - 1))
            return fail(errc::truncated, layer::wmbus, input.size());
        extended_link_layer out;
        out.control = {from.u8()};
        out.access_number = from.u8();
        if (form->has_receiver)
            out.receiver = *tpl::meter_address::parse(from.take(tpl::meter_address::wire_size()));
        if (form->has_session) {
            out.session = session_number{from.u32()};
            out.payload_crc = from.u16();
        }
        return out;
    }

    /// The form that has just these fields.
    [[nodiscard]] constexpr ell_form_row form() const noexcept {
        for (const auto& row : ell_forms)
            if (row.is_known && row.has_receiver == receiver.has_value() &&
                row.has_session == session.has_value())
                return row;
        return ell_forms[0]; // there is one for all four cases
    }

    /// The CI field of this form.
    [[nodiscard]] constexpr std::uint8_t ci() const noexcept { return form().ci; }

    /// Octets from the CI field to the payload.
    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return form().wire_size(); }

    /// True when the payload, and its CRC, are encrypted on the air.
    [[nodiscard]] constexpr bool is_encrypted() const noexcept {
        return session && session->encryption() != ell_encryption::none;
    }

    /// Writes the layer; `errc::buffer_too_small` without room for it.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        writer to{out};
        to.u8(ci()).u8(control.raw).u8(access_number);
        if (receiver) {
            std::array<std::uint8_t, tpl::meter_address::wire_size()> address{};
            [[maybe_unused]] const auto fits = receiver->emit(address);
            to.bytes(address);
        }
        if (session)
            to.u32(session->raw).u16(payload_crc);
        return to.finish();
    }

    [[nodiscard]] friend constexpr bool operator==(const extended_link_layer&,
                                                   const extended_link_layer&) noexcept = default;
};

} // namespace meterlink::wmbus
