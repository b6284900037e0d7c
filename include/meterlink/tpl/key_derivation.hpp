#pragma once

/// The keys of one message, derived from the key of the meter.

#include <algorithm>
#include <cstdint>
#include <optional>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/tpl/ci.hpp>
#include <meterlink/tpl/cipher.hpp>
#include <meterlink/tpl/configuration_extension.hpp>

namespace meterlink::tpl {

/// What a derived key is for.
enum class key_purpose : std::uint8_t { encryption = 0x00, authentication = 0x01 };

/// Who sends the message that the key is for.
enum class key_direction : std::uint8_t { from_meter = 0x00, from_partner = 0x10 };

/// Who sends messages with this CI field.
[[nodiscard]] constexpr key_direction direction_of(ci_field ci) noexcept {
    return ci.row().is_to_meter ? key_direction::from_partner : key_direction::from_meter;
}

/// What identifies the derived keys of one message.
struct key_derivation_input {
    std::uint32_t counter = 0;        ///< Message counter, of the transport layer or of the AFL.
    std::uint32_t identification = 0; ///< The meter's.
    key_direction direction = key_direction::from_meter;

    /// The block of KDF-A whose CMAC is the key: constant, counter, identification, and padding of 07.
    [[nodiscard]] constexpr aes_block block(key_purpose purpose) const noexcept {
        aes_block out{};
        out.fill(0x07);
        [[maybe_unused]] const auto written =
            writer{out}
                .u8(static_cast<std::uint8_t>(static_cast<unsigned>(purpose) |
                                              static_cast<unsigned>(direction)))
                .u32(counter)
                .u32(identification)
                .finish();
        return out;
    }
};

/// What the keys of a message with this CI field are derived for; none where they are the meter's own.
/// Errors: `value_out_of_range` for a reserved derivation, `counter_missing`.
[[nodiscard]] constexpr result<std::optional<key_derivation_input>>
derivation_of(key_derivation how, std::optional<std::uint32_t> counter, ci_field ci,
              std::uint32_t identification) noexcept {
    if (how == key_derivation::persistent)
        return std::optional<key_derivation_input>{};
    if (how != key_derivation::kdf_a)
        return fail(errc::value_out_of_range, layer::tpl, 0, -1, static_cast<std::int32_t>(how));
    if (!counter)
        return fail(errc::counter_missing, layer::tpl, 0);
    return std::optional{key_derivation_input{*counter, identification, direction_of(ci)}};
}

/// Key derivation function KDF-A (EN 13757-7:2018, 9.6.2): the key for one purpose and one message.
template <cipher C>
[[nodiscard]] aes_block derive_key(C& meter_key, const key_derivation_input& input,
                                   key_purpose purpose) noexcept {
    const auto block = input.block(purpose);
    return meter_key.cmac(block, {});
}

} // namespace meterlink::tpl
