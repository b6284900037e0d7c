#pragma once

/// What the subcommands share: their options, and how they get telegrams.

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "input.hpp"
#include "reading.hpp"
#include "terminal.hpp"

namespace meterlink::cli {

/// What the shell learns.
enum exit_code : int {
    all_good = 0,
    some_bad_input = 1,
    wrong_usage = 2,
};

/// Options of every subcommand that reads telegrams.
struct telegram_options {
    std::vector<std::string> hex;
    std::string input;
    reading_options reading;
    colour_choice colour = colour_choice::automatic;
};

/// Adds --color to `command`.
void add_colour_option(CLI::App& command, colour_choice& colour);
/// Adds HEX, --input, --color and what a `telegram_reader` takes to `command`.
void add_telegram_options(CLI::App& command, telegram_options& options);

/// Writes what one telegram is to be turned into. What is wrong with it is said by others.
using telegram_use = std::function<void(const telegram&, const reading&, output&)>;

/// Gives each telegram that the options name to `use`, goes on after bad ones, and returns the exit code.
/// `out` is written to the end, with `ending` behind the last telegram.
[[nodiscard]] int for_each_telegram(const telegram_options& options, output& out, const telegram_use& use,
                                    const std::string& ending = {});

/// The subcommands. What `run` is set to when the command line names them returns the exit code.
void add_decode(CLI::App& app, std::function<int()>& run);
void add_explain(CLI::App& app, std::function<int()>& run);
void add_listen(CLI::App& app, std::function<int()>& run);
void add_simulate(CLI::App& app, std::function<int()>& run);
void add_bridge(CLI::App& app, std::function<int()>& run);
void add_read(CLI::App& app, std::function<int()>& run);
void add_scan(CLI::App& app, std::function<int()>& run);
/// set-address, set-baud and reset.
void add_bus_commands(CLI::App& app, std::function<int()>& run);
void add_assign(CLI::App& app, std::function<int()>& run);
/// alarm and set-clock.
void add_clock_commands(CLI::App& app, std::function<int()>& run);
void add_send(CLI::App& app, std::function<int()>& run);
/// modbus, with commands of its own.
void add_modbus(CLI::App& app, std::function<int()>& run);

} // namespace meterlink::cli
