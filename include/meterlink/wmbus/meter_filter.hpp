#pragma once

/// Which meters of a neighbourhood are of interest.

#include <cstdint>
#include <optional>

#include <meterlink/tpl/meter_address.hpp>

namespace meterlink::wmbus {

/// A pattern for addresses of meters; what is not given fits any.
struct meter_filter {
    /// Eight BCD digits, the first in the most significant nibble; a nibble F is any digit.
    std::uint32_t identification = 0xFFFF'FFFF;
    /// Compared without bit 15, which is not of the letters.
    std::optional<tpl::manufacturer> manufacturer{};
    std::optional<std::uint8_t> version{};
    std::optional<tpl::device_type> device_type{};

    /// Whether a meter with that address fits in all that is given.
    [[nodiscard]] constexpr bool matches(const tpl::meter_address& meter) const noexcept {
        if (manufacturer && !manufacturer->has_letters_of(meter.manufacturer))
            return false;
        for (unsigned shift = 0; shift < 32; shift += 4) {
            const auto digit = (identification >> shift) & 0xFU;
            if (digit != 0xF && digit != ((meter.identification >> shift) & 0xFU))
                return false;
        }
        return version.value_or(meter.version) == meter.version &&
               device_type.value_or(meter.device_type) == meter.device_type;
    }

    [[nodiscard]] friend constexpr bool operator==(const meter_filter&,
                                                   const meter_filter&) noexcept = default;
};

} // namespace meterlink::wmbus
