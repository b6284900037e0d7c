#pragma once

/// The authentication and fragmentation layer: what stands before a transport layer message that has a MAC,
/// or that is too long for one telegram.

#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/reader.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/tpl/configuration_extension.hpp>

namespace meterlink::tpl {

/// CI field of the authentication and fragmentation layer.
inline constexpr std::uint8_t afl_ci = 0x90;

/// Octets of the longest MAC: a whole AES-CMAC.
inline constexpr std::size_t max_mac_size = 16;

/// Message control field, MCL (EN 13757-7:2018, 6.3.3): which fields the message has, and the kind of its
/// MAC.
struct message_control {
    std::uint8_t raw = 0;

    /// AT, bits 3..0.
    [[nodiscard]] constexpr std::uint8_t authentication_type() const noexcept {
        return static_cast<std::uint8_t>(raw & 0x0FU);
    }
    /// True for the types 3 to 7, which are AES-CMAC; 8 and 9 are GMAC.
    [[nodiscard]] constexpr bool is_cmac() const noexcept {
        return authentication_type() >= 3 && authentication_type() <= 7;
    }
    /// Octets of the MAC; `errc::mac_length` for types that have none or are reserved.
    [[nodiscard]] constexpr result<std::size_t> mac_size() const noexcept {
        switch (authentication_type()) {
        case 3: return 2;
        case 4: return 4;
        case 5: return 8;
        case 6:
        case 8: return 12;
        case 7:
        case 9: return 16;
        default: return fail(errc::mac_length, layer::tpl, 0, -1, authentication_type());
        }
    }

    [[nodiscard]] friend constexpr bool operator==(message_control, message_control) noexcept = default;
};

/// Key information field, KI (EN 13757-7:2018, 6.3.4): the key of the MAC.
struct key_information {
    std::uint16_t raw = 0;

    [[nodiscard]] constexpr std::uint8_t version() const noexcept {
        return static_cast<std::uint8_t>(raw >> 8U);
    }
    [[nodiscard]] constexpr key_derivation derivation() const noexcept {
        return static_cast<key_derivation>((raw >> 4U) & 0x03U);
    }
    [[nodiscard]] constexpr std::uint8_t key_id() const noexcept {
        return static_cast<std::uint8_t>(raw & 0x0FU);
    }

    [[nodiscard]] friend constexpr bool operator==(key_information, key_information) noexcept = default;
};

/// The fields of the layer but for the MAC.
struct afl_fields {
    std::uint8_t fragment_id = 0; ///< 0: the message is whole; fragments count from 1.
    bool more_fragments = false;
    std::optional<message_control> control;      ///< MCL; in the first fragment only.
    std::optional<key_information> key;          ///< KI
    std::optional<std::uint32_t> counter;        ///< MCR, the message counter.
    std::optional<std::uint16_t> message_length; ///< ML: octets behind it of the whole message.

    /// True for a piece of a message.
    [[nodiscard]] constexpr bool is_fragment() const noexcept { return fragment_id != 0 || more_fragments; }

    /// What the MAC covers before the message: MCL, KI, MCR and ML as they are sent.
    [[nodiscard]] constexpr bounded_bytes<9> mac_input_head() const noexcept {
        bounded_bytes<9> out;
        const auto append = [&](std::uint64_t value, std::size_t count) {
            for (std::size_t i = 0; i < count; ++i)
                out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
        };
        if (control)
            append(control->raw, 1);
        if (key)
            append(key->raw, 2);
        if (counter)
            append(*counter, 4);
        if (message_length)
            append(*message_length, 2);
        return out;
    }

    [[nodiscard]] friend constexpr bool operator==(const afl_fields&, const afl_fields&) noexcept = default;
};

/// Authentication and fragmentation layer (EN 13757-7:2018, clause 6), borrowed.
class afl_view : public afl_fields {
public:
    constexpr afl_view() noexcept = default;
    /// A layer that did not come in one piece: its fields, and the MAC wherever it stood.
    constexpr afl_view(const afl_fields& fields, bytes_view mac) noexcept : afl_fields{fields}, mac_{mac} {}

    /// Reads the layer at the start of `input`, from its CI field 90 on. Errors: `truncated`,
    /// `ci_unexpected`, `mac_length`.
    [[nodiscard]] static constexpr result<afl_view> parse(bytes_view input) noexcept;

    /// The MAC, shortened as it was sent; empty where there is none. It may stand in any fragment.
    [[nodiscard]] constexpr bytes_view mac() const noexcept { return mac_; }
    /// All octets of the layer, its CI field first.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }
    /// Octets of the layer behind the fields that the standard knows.
    [[nodiscard]] constexpr bytes_view unknown() const noexcept { return unknown_; }
    /// What the layer carries: a message from its CI field on, or a fragment.
    [[nodiscard]] constexpr bytes_view content() const noexcept { return content_; }

private:
    constexpr result<std::size_t> mac_size(std::size_t remaining, bool is_length_behind) const noexcept;

    bytes_view mac_{};
    bytes_view wire_{};
    bytes_view unknown_{};
    bytes_view content_{};
};

/// The MAC's size is a matter of MCL; fragments without MCL end with the MAC, or with MAC and ML.
constexpr result<std::size_t> afl_view::mac_size(std::size_t remaining,
                                                 bool is_length_behind) const noexcept {
    if (control)
        return control->mac_size();
    const auto size = remaining - (is_length_behind && remaining >= 2 ? 2U : 0U);
    if (size != 2 && size != 4 && size != 8 && size != 12 && size != 16)
        return fail(errc::mac_length, layer::tpl, 0);
    return size;
}

constexpr result<afl_view> afl_view::parse(bytes_view input) noexcept {
    if (!input.empty() && input[0] != afl_ci)
        return fail(errc::ci_unexpected, layer::tpl, 0, afl_ci, input[0]);
    if (input.size() < 2 || input.size() - 2 < input[1])
        return fail(errc::truncated, layer::tpl, input.size());
    afl_view out;
    out.wire_ = input.first(2U + input[1]);
    out.content_ = input.subspan(out.wire_.size());
    reader from{out.wire_.subspan(2)};
    const auto truncated = fail(errc::truncated, layer::tpl, out.wire_.size());
    if (!from.has(2))
        return truncated;
    const auto fcl = from.u16();
    const auto has = [fcl](unsigned bit) { return (fcl & bit) != 0; };
    out.fragment_id = static_cast<std::uint8_t>(fcl & 0xFFU);
    out.more_fragments = has(0x4000);
    const auto needed = (has(0x2000) ? 1U : 0U) + (has(0x0200) ? 2U : 0U) + (has(0x0800) ? 4U : 0U);
    if (!from.has(needed))
        return truncated;
    const auto control_at = 2 + from.offset();
    if (has(0x2000))
        out.control = message_control{from.u8()};
    if (has(0x0200))
        out.key = key_information{from.u16()};
    if (has(0x0800))
        out.counter = from.u32();
    if (has(0x0400)) {
        const auto size = out.mac_size(from.remaining(), has(0x1000));
        if (!size)
            return fail(size.error(), control_at);
        if (!from.has(*size))
            return truncated;
        out.mac_ = from.take(*size);
    }
    if (has(0x1000)) {
        if (!from.has(2))
            return truncated;
        out.message_length = from.u16();
    }
    out.unknown_ = from.rest();
    return out;
}

/// Authentication and fragmentation layer, owned.
struct afl : afl_fields {
    bounded_bytes<max_mac_size> mac; ///< Empty for none.

    /// Octets that the standard does not know are left behind.
    [[nodiscard]] static constexpr afl from(const afl_view& view) noexcept {
        afl out{view, {}};
        out.mac.append(view.mac());
        return out;
    }

    /// Octets on the wire, 4 to 29: CI field, AFLL, FCL and the fields that are there.
    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return 4U + (control ? 1U : 0U) + (key ? 2U : 0U) + (counter ? 4U : 0U) + mac.size() +
               (message_length ? 2U : 0U);
    }

    /// Writes the layer. `errc::mac_length` when the MAC has not the size that MCL announces,
    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (!mac.empty() && control && control->mac_size() != mac.size())
            return fail(errc::mac_length, layer::tpl, 4, -1, control->authentication_type());
        const unsigned fcl = fragment_id | (more_fragments ? 0x4000U : 0U) | (control ? 0x2000U : 0U) |
                             (message_length ? 0x1000U : 0U) | (counter ? 0x0800U : 0U) |
                             (mac.empty() ? 0U : 0x0400U) | (key ? 0x0200U : 0U);
        writer to{out};
        to.u8(afl_ci).u8(static_cast<std::uint8_t>(wire_size() - 2)).u16(static_cast<std::uint16_t>(fcl));
        if (control)
            to.u8(control->raw);
        if (key)
            to.u16(key->raw);
        if (counter)
            to.u32(*counter);
        to.bytes(mac.view());
        if (message_length)
            to.u16(*message_length);
        return to.finish();
    }

    [[nodiscard]] friend constexpr bool operator==(const afl&, const afl&) noexcept = default;
};

} // namespace meterlink::tpl
