#pragma once

/// A described device with values, as a server serves it.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <meterlink/modbus/register_space.hpp>
#include <meterlink/modbus/server_event.hpp>

#include "modbus_device.hpp"
#include "terminal.hpp"

namespace meterlink::cli {

/// Gives `to` the points of `from`, writable where the description says so, with `values` by the names of
/// points. A point without a value holds what stands for "not available", or 0. Complains about values that
/// have no point or no place in it.
void serve_device(const modbus_device& from, const std::map<std::string, std::string>& values,
                  modbus::served_device& to, complaints& errors);

/// The points that `what` has changed, with the values that they hold now: `unit 1: setpoint = 21.5`, one per
/// line.
[[nodiscard]] std::string text_of_write(const modbus_device& device, modbus::register_space& space,
                                        const modbus::values_written& what);

} // namespace meterlink::cli
