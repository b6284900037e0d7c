#pragma once

/// All that a server serves: devices by their unit.

#include <array>
#include <cstddef>
#include <memory>
#include <optional>

#include <meterlink/modbus/pdu.hpp>
#include <meterlink/modbus/served_device.hpp>

namespace meterlink::modbus {

/// The devices behind any number of servers, which share it and do not own it. Without locks: all of them,
/// and whoever sets values, are on one thread.
///
///     register_space space;
///     auto& meter = space.unit(1);
///     meter.add({register_table::input_registers, 0, 2});
///     meter.put({register_table::input_registers, 0}, volume, served_format{register_kind::uint32, {},
///     1000});
class register_space {
public:
    /// The device of `unit`, which is made when it is named first. It stays where it is until removed.
    [[nodiscard]] served_device& unit(unit_id unit) {
        auto& device = devices_[unit];
        if (!device)
            device = std::make_unique<served_device>();
        return *device;
    }

    /// The device of `unit`, or nothing.
    [[nodiscard]] served_device* find(unit_id unit) const noexcept { return devices_[unit].get(); }

    /// The lowest unit that has a device.
    [[nodiscard]] std::optional<unit_id> first() const noexcept {
        for (std::size_t unit = 0; unit < devices_.size(); ++unit)
            if (devices_[unit])
                return static_cast<unit_id>(unit);
        return std::nullopt;
    }

    /// Takes a device away; false where there is none. Not from within a function that it calls.
    bool remove(unit_id unit) noexcept {
        const bool was_there = devices_[unit] != nullptr;
        devices_[unit].reset();
        return was_there;
    }

    /// Calls `use(unit, device)` for all of them, the lowest unit first.
    template <class Use>
    void for_each(Use&& use) const {
        for (std::size_t unit = 0; unit < devices_.size(); ++unit)
            if (devices_[unit])
                use(static_cast<unit_id>(unit), *devices_[unit]);
    }

private:
    std::array<std::unique_ptr<served_device>, 256> devices_;
};

} // namespace meterlink::modbus
