// meterlink modbus: the commands for Modbus devices.

#include <CLI/CLI.hpp>

#include "command.hpp"
#include "modbus_command.hpp"

namespace meterlink::cli {

namespace {

constexpr auto modbus_description =
    "Modbus: read and write devices, find them, find out their types, be one, and share a line.";

constexpr auto modbus_command_footer = R"(Examples
  meterlink modbus read tcp://192.168.1.30 holding:0 'input:52:float32@W' --unit 5
  meterlink modbus scan serial:/dev/ttyUSB0?baud=9600
  meterlink modbus types --registers "4366 199A"
  meterlink modbus serve meter.json --listen tcp://*:1502

meterlink modbus COMMAND --help says more about each command.)";

} // namespace

void add_modbus(CLI::App& app, std::function<int()>& run) {
    auto* command = app.add_subcommand("modbus", modbus_description);
    command->group("Commands");
    command->require_subcommand(1);
    command->footer(modbus_command_footer);
    add_modbus_read(*command, run);
    add_modbus_write(*command, run);
    add_modbus_scan(*command, run);
    add_modbus_types(*command, run);
    add_modbus_serve(*command, run);
    add_modbus_bridge(*command, run);
}

} // namespace meterlink::cli
