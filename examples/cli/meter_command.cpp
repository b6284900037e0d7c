#include "meter_command.hpp"

#include "terminal.hpp"

namespace meterlink::cli {

void add_address_option(CLI::App& command, meter_options& options) {
    command
        .add_option("ADDRESS", options.address,
                    "The meter: 0 to 250, 253, 254, 12345678 or 12345678.PAD.01.07, as in \"meterlink read\"")
        ->option_text("")
        ->required();
}

CLI::App* add_bus_command(CLI::App& app, const std::string& name, const std::string& description,
                          bus_options& options) {
    auto* command = app.add_subcommand(name, description);
    command->group("Commands on a wired bus");
    add_bus_options(*command, options);
    add_baud_option(*command, options);
    return command;
}

void say(const std::string& what) {
    output out{colour_choice::never};
    out.text() = what + '\n';
    out.flush();
}

} // namespace meterlink::cli
