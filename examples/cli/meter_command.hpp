#pragma once

/// What the commands share that have to do with one meter on a wired bus.

#include <string>

#include <CLI/CLI.hpp>

#include "bus_options.hpp"

namespace meterlink::cli {

/// One meter, and what is to be done with it.
struct meter_options : bus_options {
    std::string address;
};

/// Adds ADDRESS.
void add_address_option(CLI::App& command, meter_options& options);

/// A command with the options of a bus, in its group of the help.
[[nodiscard]] CLI::App* add_bus_command(CLI::App& app, const std::string& name,
                                        const std::string& description, bus_options& options);

/// Writes one line to the standard output.
void say(const std::string& what);

} // namespace meterlink::cli
