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

/// Fragmentation control field, FCL (EN 13757-7:2018, 6.3.2): the fragment, and the fields that follow.
struct fragmentation_control {
    std::uint16_t raw = 0;

    static constexpr std::uint16_t more_bit = 0x4000;    ///< MF: more fragments follow.
    static constexpr std::uint16_t control_bit = 0x2000; ///< MCLP: MCL is there.
    static constexpr std::uint16_t length_bit = 0x1000;  ///< MLP: ML is there.
    static constexpr std::uint16_t counter_bit = 0x0800; ///< MCRP: MCR is there.
    static constexpr std::uint16_t mac_bit = 0x0400;     ///< MACP: the MAC is there.
    static constexpr std::uint16_t key_bit = 0x0200;     ///< KIP: KI is there.

    /// True where one of the bits is set.
    [[nodiscard]] constexpr bool has(std::uint16_t bits) const noexcept { return (raw & bits) != 0; }
    /// FID: 0 for a message that is whole; fragments count from 1.
    [[nodiscard]] constexpr std::uint8_t fragment_id() const noexcept {
        return static_cast<std::uint8_t>(raw & 0xFFU);
    }
    /// True for a piece of a message.
    [[nodiscard]] constexpr bool is_fragment() const noexcept { return fragment_id() != 0 || has(more_bit); }

    [[nodiscard]] friend constexpr bool operator==(fragmentation_control,
                                                   fragmentation_control) noexcept = default;
};

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

/// Octets of the MAC, before which `remaining` octets of the layer are left. That is a matter of MCL;
/// fragments without it end with the MAC, or with MAC and ML. `errc::mac_length` where no MAC is that long.
[[nodiscard]] constexpr result<std::size_t> mac_size(fragmentation_control fcl,
                                                     const std::optional<message_control>& control,
                                                     std::size_t remaining) noexcept {
    if (control)
        return control->mac_size();
    const auto length_size = fcl.has(fragmentation_control::length_bit) && remaining >= 2 ? 2U : 0U;
    const auto size = remaining - length_size;
    if (size != 2 && size != 4 && size != 8 && size != 12 && size != 16)
        return fail(errc::mac_length, layer::tpl, 0);
    return size;
}

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

    /// FCL that announces these fields, and a MAC where there is one.
    [[nodiscard]] constexpr fragmentation_control announcement(bool has_mac) const noexcept {
        using fcl = fragmentation_control;
        unsigned raw = fragment_id;
        const auto announce = [&raw](bool is_there, std::uint16_t bit) { raw |= is_there ? bit : 0U; };
        announce(more_fragments, fcl::more_bit);
        announce(control.has_value(), fcl::control_bit);
        announce(message_length.has_value(), fcl::length_bit);
        announce(counter.has_value(), fcl::counter_bit);
        announce(has_mac, fcl::mac_bit);
        announce(key.has_value(), fcl::key_bit);
        return {static_cast<std::uint16_t>(raw)};
    }

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
    bytes_view mac_{};
    bytes_view wire_{};
    bytes_view unknown_{};
    bytes_view content_{};
};

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
    const fragmentation_control fcl{from.u16()};
    out.fragment_id = fcl.fragment_id();
    out.more_fragments = fcl.has(fcl.more_bit);
    const auto needed = (fcl.has(fcl.control_bit) ? 1U : 0U) + (fcl.has(fcl.key_bit) ? 2U : 0U) +
                        (fcl.has(fcl.counter_bit) ? 4U : 0U);
    if (!from.has(needed))
        return truncated;
    const auto control_at = 2 + from.offset();
    if (fcl.has(fcl.control_bit))
        out.control = message_control{from.u8()};
    if (fcl.has(fcl.key_bit))
        out.key = key_information{from.u16()};
    if (fcl.has(fcl.counter_bit))
        out.counter = from.u32();
    if (fcl.has(fcl.mac_bit)) {
        const auto size = mac_size(fcl, out.control, from.remaining());
        if (!size)
            return fail(size.error(), control_at);
        if (!from.has(*size))
            return truncated;
        out.mac_ = from.take(*size);
    }
    if (fcl.has(fcl.length_bit)) {
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
        writer to{out};
        to.u8(afl_ci).u8(static_cast<std::uint8_t>(wire_size() - 2)).u16(announcement(!mac.empty()).raw);
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
