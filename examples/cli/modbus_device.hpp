#pragma once

/// Devices as a file describes them: points by name, what the device can take, and what it says of itself.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <meterlink/modbus/device_object.hpp>
#include <meterlink/modbus/planner.hpp>
#include <meterlink/modbus/point.hpp>

#include "terminal.hpp"

namespace meterlink::cli {

/// A device description; docs/modbus_device.schema.json has its form.
struct modbus_device {
    struct described_point {
        modbus::point point;
        bool is_writable = false;
    };

    std::string name;
    std::optional<std::uint8_t> unit_id;
    std::vector<described_point> points;
    modbus::device_caps caps;
    std::chrono::milliseconds pause_after_connect{};
    std::chrono::milliseconds pause_between_requests{};
    std::vector<std::pair<modbus::device_object_id, std::string>> identification;

    /// The point of that name; null for none.
    [[nodiscard]] const described_point* find(const std::string& wanted) const;
};

/// Reads a description. What is wrong with it is said with file and JSON path.
[[nodiscard]] std::optional<modbus_device> load_modbus_device(const std::string& path, complaints& errors);

/// Complains that `device` has no point of that name, and says which there are.
void complain_of_unknown_point(const modbus_device& device, const std::string& file,
                               const std::string& wanted, complaints& errors);

/// Values of points by name, as text: a JSON object of numbers, texts, true, false and null.
[[nodiscard]] std::optional<std::map<std::string, std::string>> load_modbus_values(const std::string& path,
                                                                                   complaints& errors);

} // namespace meterlink::cli
