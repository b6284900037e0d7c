#pragma once

/// The commands below `meterlink modbus`, and the options that several of them have.

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

namespace meterlink::cli {

/// Adds --unit, with one unit or several.
void add_modbus_unit_option(CLI::App& command, std::string& units);
/// Adds --device.
void add_modbus_device_options(CLI::App& command, std::string& device);

void add_modbus_read(CLI::App& app, std::function<int()>& run);
void add_modbus_write(CLI::App& app, std::function<int()>& run);
void add_modbus_types(CLI::App& app, std::function<int()>& run);
void add_modbus_scan(CLI::App& app, std::function<int()>& run);
void add_modbus_serve(CLI::App& app, std::function<int()>& run);
void add_modbus_bridge(CLI::App& app, std::function<int()>& run);

} // namespace meterlink::cli
