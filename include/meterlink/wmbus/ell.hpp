#pragma once

/// The extended link layer: how the radio link is used, to whom a telegram goes, and its encryption.

#include <cstddef>
#include <cstdint>
#include <optional>

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

/// Extended link layer (EN 13757-4:2019, clause 13), forms I to IV: CI fields 8C, 8D, 8E and 8F. Form V
/// (86) has a layout that is not known here.
struct extended_link_layer {
    communication_control control{};
    std::uint8_t access_number = 0;
    std::optional<tpl::meter_address> receiver; ///< M2 and A2, of forms III and IV.
    std::optional<session_number> session;      ///< Of forms II and IV.
    std::uint16_t payload_crc = 0; ///< Of forms II and IV: over all that follows, once that is plain.

    static constexpr std::size_t payload_crc_size = 2;

    /// Whether a telegram that goes on with this CI field has an extended link layer there.
    [[nodiscard]] static constexpr bool is_announced_by(std::uint8_t ci) noexcept {
        return ci == 0x86 || (ci >= 0x8C && ci <= 0x8F);
    }

    /// Reads the octets from the CI field on. `errc::ci_unexpected` for any other CI field and for form V,
    /// `errc::truncated`.
    [[nodiscard]] static constexpr result<extended_link_layer> parse(bytes_view input) noexcept {
        if (input.empty())
            return fail(errc::truncated, layer::wmbus, 0);
        if (input[0] < 0x8C || input[0] > 0x8F)
            return fail(errc::ci_unexpected, layer::wmbus, 0, -1, input[0]);
        const bool has_receiver = input[0] >= 0x8E;
        const bool has_session = (input[0] & 0x01U) != 0;
        reader from{input.subspan(1)};
        if (!from.has(size(has_receiver, has_session) - 1))
            return fail(errc::truncated, layer::wmbus, input.size());
        extended_link_layer out;
        out.control = {from.u8()};
        out.access_number = from.u8();
        if (has_receiver)
            out.receiver = *tpl::meter_address::parse(from.take(tpl::meter_address::wire_size()));
        if (has_session) {
            out.session = session_number{from.u32()};
            out.payload_crc = from.u16();
        }
        return out;
    }

    /// The CI field of this form.
    [[nodiscard]] constexpr std::uint8_t ci() const noexcept {
        return static_cast<std::uint8_t>(0x8CU + (receiver ? 2U : 0U) + (session ? 1U : 0U));
    }

    /// Octets from the CI field to the payload.
    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return size(receiver.has_value(), session.has_value());
    }

    /// True when the payload, and its CRC, are encrypted on the air.
    [[nodiscard]] constexpr bool is_encrypted() const noexcept {
        return session && session->encryption() != ell_encryption::none;
    }

    /// Writes the layer; `errc::buffer_too_small` without room for it.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        writer to{out};
        to.u8(ci()).u8(control.raw).u8(access_number);
        if (receiver)
            to.u16(receiver->manufacturer.code)
                .u32(receiver->identification)
                .u8(receiver->version)
                .u8(static_cast<std::uint8_t>(receiver->device_type));
        if (session)
            to.u32(session->raw).u16(payload_crc);
        return to.finish();
    }

    [[nodiscard]] friend constexpr bool operator==(const extended_link_layer&,
                                                   const extended_link_layer&) noexcept = default;

private:
    static constexpr std::size_t size(bool has_receiver, bool has_session) noexcept {
        return 3U + (has_receiver ? tpl::meter_address::wire_size() : 0U) + (has_session ? 6U : 0U);
    }
};

} // namespace meterlink::wmbus
