#pragma once

/// The status octet of a meter.

#include <array>
#include <cstdint>
#include <string_view>

namespace meterlink::tpl {

/// Bits 1..0 of the status octet.
enum class application_status : std::uint8_t { ok, busy, error, alarm };

/// Status field, from the meter to its partner (EN 13757-7:2018, 7.5.6).
struct status {
    std::uint8_t raw = 0;

    [[nodiscard]] constexpr application_status application() const noexcept {
        return static_cast<application_status>(raw & 0x03U);
    }
    [[nodiscard]] constexpr bool is_power_low() const noexcept { return (raw & 0x04U) != 0; }
    [[nodiscard]] constexpr bool has_permanent_error() const noexcept { return (raw & 0x08U) != 0; }
    [[nodiscard]] constexpr bool has_temporary_error() const noexcept { return (raw & 0x10U) != 0; }
    /// Bits 7..5, whose meaning is the manufacturer's.
    [[nodiscard]] constexpr std::uint8_t manufacturer_bits() const noexcept {
        return static_cast<std::uint8_t>(raw >> 5U);
    }

    /// Calls `use(name)` for each flag that is set, in the order of the bits.
    template <class Use>
    constexpr void for_each_flag(Use use) const {
        constexpr std::array<std::string_view, 4> applications{"", "busy", "application_error", "alarm"};
        constexpr std::array<std::string_view, 6> bits{"power_low",      "permanent_error", "temporary_error",
                                                       "manufacturer_5", "manufacturer_6",  "manufacturer_7"};
        if ((raw & 0x03U) != 0)
            use(applications[raw & 0x03U]);
        for (unsigned i = 0; i < bits.size(); ++i)
            if ((raw & (0x04U << i)) != 0)
                use(bits[i]);
    }

    [[nodiscard]] friend constexpr bool operator==(status, status) noexcept = default;
};

} // namespace meterlink::tpl
