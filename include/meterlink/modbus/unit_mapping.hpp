#pragma once

/// Which unit on a line a request over TCP is for.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/modbus/pdu.hpp>

namespace meterlink::modbus {

/// From the units that clients ask to those of the line. Units that are not mapped are not reached.
class unit_mapping {
public:
    /// The addresses of devices: 1 to 247 as they are.
    static constexpr unit_id first_device = 1;
    static constexpr unit_id last_device = 247;

    /// 1 to 247, each as it is. Unit 0, which is everybody on the line and has no answer, is only reached
    /// when it is `set`.
    [[nodiscard]] static constexpr unit_mapping identity() noexcept { return offset(0); }

    /// What a client asks as `unit` is `unit + distance`, where that is 1 to 247; so is what it asks as.
    [[nodiscard]] static constexpr unit_mapping offset(int distance) noexcept {
        unit_mapping out;
        for (int unit = first_device; unit <= last_device; ++unit)
            if (const auto there = unit + distance; there >= first_device && there <= last_device)
                out.set(static_cast<unit_id>(unit), static_cast<unit_id>(there));
        return out;
    }

    /// No unit is reached, until it is `set`.
    [[nodiscard]] static constexpr unit_mapping none() noexcept { return unit_mapping{}; }

    /// What a client asks as `asked` is `there` on the line.
    constexpr unit_mapping& set(unit_id asked, unit_id there) noexcept {
        units_[asked] = there;
        return *this;
    }
    /// What a client asks as `asked` is not reached.
    constexpr unit_mapping& forbid(unit_id asked) noexcept {
        units_[asked] = nowhere;
        return *this;
    }

    /// The unit on the line, or nothing.
    [[nodiscard]] constexpr std::optional<unit_id> operator()(unit_id asked) const noexcept {
        const auto there = units_[asked];
        return there == nowhere ? std::nullopt : std::optional{static_cast<unit_id>(there)};
    }

private:
    static constexpr std::uint16_t nowhere = 0xFFFF;

    constexpr unit_mapping() noexcept { units_.fill(nowhere); }

    std::array<std::uint16_t, 256> units_{};
};

} // namespace meterlink::modbus
