// The meterlink command: what it is called with, and nothing else. Each subcommand has its own file.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include <meterlink/version.hpp>

#include "bus_options.hpp"
#include "command.hpp"
#include "keys.hpp"
#include "platform.hpp"

namespace {

constexpr auto meterlink_description =
    "meterlink reads utility meters: telegrams of M-Bus and wireless M-Bus, and registers of "
    "Modbus, from bytes to exact values.";

constexpr auto meterlink_footer = R"(Examples
  meterlink decode 68 03 03 68 08 05 70 7D 16
  meterlink decode --input telegrams.hex --format csv > readings.csv
  meterlink explain 10 5B 01 5C 16
  rtl_wmbus | meterlink listen --receiver rtl-wmbus --keys keys.csv
  meterlink scan tcp://192.168.1.20:10001 --secondary
  meterlink read tcp://192.168.1.20:10001 5
  meterlink modbus read tcp://192.168.1.30 holding:0 --unit 5

meterlink COMMAND --help says more about each command.)";

int run(int argc, char* argv[]) {
    using namespace meterlink;
    CLI::App app{meterlink_description, "meterlink"};
    app.set_version_flag("--version", "meterlink " + std::string{version_string},
                         "Print the version and exit");
    app.footer(meterlink_footer);
    app.require_subcommand(1);
    app.get_formatter()->label("SUBCOMMAND", "COMMAND");
    app.get_formatter()->label("Positionals", "Arguments");
    std::function<int()> command;
    cli::add_decode(app, command);
    cli::add_explain(app, command);
    cli::add_listen(app, command);
    cli::add_scan(app, command);
    cli::add_read(app, command);
    cli::add_bus_commands(app, command);
    cli::add_clock_commands(app, command);
    cli::add_assign(app, command);
    cli::add_send(app, command);
    cli::add_bridge(app, command);
    cli::add_simulate(app, command);
    cli::add_modbus(app, command);
    try {
        std::vector<std::string> arguments{argv + 1, argv + argc};
        cli::put_recording_in_place_of_url(app, arguments);
        std::ranges::reverse(arguments); // as CLI11 wants them
        app.parse(std::move(arguments));
    } catch (const CLI::ParseError& e) {
        // What CLI11 does not understand it quotes, and that may be a key.
        std::ostringstream out;
        std::ostringstream err;
        const auto is_good = app.exit(e, out, err) == 0;
        std::fputs(out.str().c_str(), stdout);
        std::fputs(cli::without_keys(err.str()).c_str(), stderr);
        return is_good ? cli::all_good : cli::wrong_usage;
    }
    return command();
}

} // namespace

int main(int argc, char* argv[]) {
    try {
        meterlink::cli::prepare_standard_streams();
        return run(argc, argv);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "meterlink: %s\n", e.what());
        return meterlink::cli::wrong_usage;
    }
}
