#pragma once

/// A key and the meters that it is for.

#include <cstdint>
#include <optional>

#include <meterlink/crypto/key.hpp>
#include <meterlink/tpl/device_type.hpp>
#include <meterlink/tpl/manufacturer.hpp>
#include <meterlink/tpl/meter_address.hpp>

namespace meterlink::crypto {

/// A key with the criteria that a meter must meet, all of them. An empty criterion is met by every meter, so
/// an entry without any is a key for all meters.
struct key_entry {
    std::optional<std::uint32_t> identification{}; ///< Eight BCD digits, as in `tpl::meter_address`.
    std::optional<tpl::manufacturer> manufacturer{};
    std::optional<tpl::device_type> device_type{};
    std::optional<std::uint8_t> version{};
    crypto::key key{};
    /// Linked to exactly this meter: tried before all keys that are not. Means nothing without
    /// identification.
    bool is_linked = false;

    /// An entry for exactly the meter at `address`.
    [[nodiscard]] static key_entry linked(const tpl::meter_address& address,
                                          const crypto::key& secret) noexcept {
        return {
            address.identification, address.manufacturer, address.device_type, address.version, secret, true};
    }

    /// Whether the meter meets every criterion. Bit 15 of the manufacturer, which is none of its letters,
    /// does not count.
    [[nodiscard]] bool matches(const tpl::meter_address& address) const noexcept {
        return (!identification || *identification == address.identification) &&
               (!manufacturer || manufacturer->has_letters_of(address.manufacturer)) &&
               (!device_type || *device_type == address.device_type) &&
               (!version || *version == address.version);
    }

    /// Where the entry stands among those that match the same meter, the highest first: linked ones, then
    /// those with an identification, then those with more of the other criteria.
    [[nodiscard]] unsigned precedence() const noexcept {
        const auto others = (manufacturer ? 1U : 0U) + (device_type ? 1U : 0U) + (version ? 1U : 0U);
        return others + (identification ? 4U : 0U) + (identification && is_linked ? 4U : 0U);
    }
};

} // namespace meterlink::crypto
