#pragma once

/// The extension of the configuration field: which key, derived how, and the counter of the message.

#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/reader.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/tpl/configuration_field.hpp>

namespace meterlink::tpl {

/// How the keys of a message come from the meter's key.
enum class key_derivation : std::uint8_t {
    persistent, ///< The meter's key is used as it is.
    kdf_a,      ///< Keys for one message, from its counter.
    reserved_2,
    reserved_3,
};

/// The order of message counter and key version where both are there. Sources disagree; the counter first is
/// what is built, and what is tried first.
enum class extension_order : std::uint8_t { counter_first, version_first };

/// Configuration field extension (EN 13757-7:2018, 7.6) of modes 7, 10 and 13, and the message counter and
/// key version behind it.
struct configuration_extension {
    std::uint16_t raw = 0;                   ///< CFE: two octets in mode 10, one in modes 7 and 13.
    std::optional<std::uint32_t> counter;    ///< There with bit Z of the configuration field.
    std::optional<std::uint8_t> key_version; ///< There with bit V of CFE.

    /// Bits 3..0 of CFE: the key's number; in mode 13 the protocol (0 is TLS 1.2).
    [[nodiscard]] constexpr std::uint8_t key_id() const noexcept {
        return static_cast<std::uint8_t>(raw & 0x0FU);
    }
    /// Bits 5..4 of CFE.
    [[nodiscard]] constexpr key_derivation derivation() const noexcept {
        return static_cast<key_derivation>((raw >> 4U) & 0x03U);
    }
    /// Bits 9..8 of the CFE of mode 10: octets of the tag, 4, 8, 12 or 16.
    [[nodiscard]] constexpr std::size_t tag_size() const noexcept { return 4U + 4U * ((raw >> 8U) & 0x03U); }

    /// Octets of CFE alone in a security mode; 0 in modes without one.
    [[nodiscard]] static constexpr std::size_t cfe_size(std::uint8_t mode) noexcept {
        return mode == 10 ? 2 : mode == 7 || mode == 13 ? 1 : 0;
    }

    /// Reads the extension at the start of `payload`, the octets behind the header. `errc::truncated` when it
    /// is cut short, `errc::security_mode_unsupported` for a mode that has none.
    [[nodiscard]] static constexpr result<configuration_extension>
    parse(configuration_field configuration, bytes_view payload,
          extension_order order = extension_order::counter_first) noexcept {
        const auto size = cfe_size(configuration.mode());
        if (size == 0)
            return fail(errc::security_mode_unsupported, layer::tpl, 0, -1, configuration.mode());
        if (payload.size() < size)
            return fail(errc::truncated, layer::tpl, payload.size());
        configuration_extension out;
        reader from{payload};
        out.raw = size == 2 ? from.u16() : from.u8();
        const bool has_version = configuration.mode() != 13 && (out.raw & 0x40U) != 0;
        if (!from.has((configuration.has_counter() ? 4U : 0U) + (has_version ? 1U : 0U)))
            return fail(errc::truncated, layer::tpl, payload.size());
        if (has_version && order == extension_order::version_first)
            out.key_version = from.u8();
        if (configuration.has_counter())
            out.counter = from.u32();
        if (has_version && order == extension_order::counter_first)
            out.key_version = from.u8();
        return out;
    }

    /// Octets on the wire in a security mode.
    [[nodiscard]] constexpr std::size_t wire_size(std::uint8_t mode) const noexcept {
        return cfe_size(mode) + (counter ? 4U : 0U) + (key_version ? 1U : 0U);
    }

    /// Writes CFE, counter and key version; `errc::buffer_too_small` without room for them. Bit V of CFE goes
    /// with `key_version`.
    [[nodiscard]] constexpr result<std::size_t> emit(std::uint8_t mode, bytes_span out) const noexcept {
        writer to{out};
        const unsigned version_bit = key_version ? 0x40U : 0U;
        const unsigned cfe = mode == 13 ? raw : (raw & ~0x40U) | version_bit;
        to.little_endian(cfe, cfe_size(mode));
        if (counter)
            to.u32(*counter);
        if (key_version)
            to.u8(*key_version);
        return to.finish();
    }

    [[nodiscard]] friend constexpr bool operator==(const configuration_extension&,
                                                   const configuration_extension&) noexcept = default;
};

} // namespace meterlink::tpl
