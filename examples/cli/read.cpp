// meterlink read: meters on a wired bus.

#include <charconv>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "bus_line.hpp"
#include "bus_reading.hpp"
#include "command.hpp"

namespace meterlink::cli {

namespace {

struct read_options : bus_options {
    std::vector<std::string> addresses;
    bool is_secondary = false;
    std::string multi = "auto";
    std::optional<unsigned> reset;
    bool has_no_init = false;
    bus_reading_options output;
};

constexpr auto read_description = "Read meters on a wired bus, by primary or secondary address.";

constexpr auto read_footer = R"(Addresses
  0 to 250          the primary address of a meter
  253               whoever was selected before; 254: whoever is there, for a line with one meter
  12345678          the identification number of a meter, whatever its other fields
  12345678.PAD.01.07  with manufacturer, version and device type; digits F stand for any
  12345678,5        both of one meter: the second is tried where the first does not work
  The meters are read one after the other; one that fails does not keep the others from being read.

Output formats
  table, json, csv and xml, as "meterlink decode --help" describes them. The standard output holds readings
  only. A meter with several telegrams gives one reading for each.
)";

constexpr auto read_examples = R"(  meterlink read tcp://192.168.1.20:10001 5
  meterlink read 'serial:/dev/ttyUSB0?baud=2400' 1 2 3 --format csv > readings.csv
  meterlink read tcp://192.168.1.20:10001 12345678.PAD.01.07 --multi 3 --key @key.txt
  meterlink read serial:/dev/ttyUSB0 254 --trace
)";

/// `auto`, `off` or a number of telegrams, where 0 is `auto` too.
std::optional<mbus::multi_telegram> parse_multi(const std::string& text) {
    if (text == "auto" || text == "0")
        return mbus::multi_telegram::automatic();
    if (text == "off")
        return mbus::multi_telegram::off();
    unsigned count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    constexpr unsigned most = 1000;
    if (error != std::errc{} || end != text.data() + text.size() || count == 0 || count > most)
        return std::nullopt;
    return mbus::multi_telegram::limit(count);
}

/// A meter as the user wrote it, and the ways of addressing it that this names.
struct target {
    std::string text;
    std::vector<mbus::destination> ways;
};

/// Null for addresses that are none, all of which have been complained about.
std::optional<std::vector<target>> targets_of(const read_options& options, complaints& errors) {
    std::vector<target> out;
    for (const auto& text : options.addresses) {
        target meter{text, {}};
        for (std::size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
            end = text.find(',', begin);
            if (const auto way =
                    parse_destination(text.substr(begin, end - begin), options.is_secondary, errors))
                meter.ways.push_back(*way);
        }
        out.push_back(std::move(meter));
    }
    return errors.count() == 0 ? std::optional{std::move(out)} : std::nullopt;
}

int read(const read_options& options) {
    complaints errors{options.colour};
    bus_readings to{options.output, options.colour, errors};
    const auto targets = targets_of(options, errors);
    if (!targets || !to.load())
        return wrong_usage;
    const auto line = bus_line::open(options, errors);
    if (!line)
        return wrong_usage;
    mbus::request_options how;
    how.multi_telegram = parse_multi(options.multi).value_or(how.multi_telegram);
    if (options.has_no_init)
        how.initialisation = mbus::initialisation::never;
    if (options.reset)
        how.application_reset = static_cast<std::uint8_t>(*options.reset);
    for (const auto& [text, ways] : *targets) {
        const auto answer = line->read(text, ways, how);
        if (answer)
            to.write(text, *answer);
        if (!line->can_go_on() || to.is_closed())
            break;
    }
    to.finish();
    return line->finish();
}

} // namespace

void add_read(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<read_options>();
    auto* command = app.add_subcommand("read", read_description);
    command->group("Commands on a wired bus");
    add_bus_options(*command, *options);
    add_baud_option(*command, *options);
    command->add_option("ADDRESS", options->addresses, "The meters; see below")
        ->option_text("...")
        ->required();
    command->add_flag("--secondary", options->is_secondary,
                      "All addresses are secondary ones; those of eight digits are so anyway");
    command
        ->add_option(
            "--multi", options->multi,
            "Telegrams of a meter that has several: auto for all of them (the default), off for the\n"
            "first one, or the most to read")
        ->option_text("auto|off|N")
        ->check(CLI::Validator{[](const std::string& text) {
                                   return parse_multi(text) ? "" : "auto, off or a number up to 1000";
                               },
                               ""});
    command
        ->add_option("--reset", options->reset,
                     "Send an application reset with this subcode first; 0 asks for all data")
        ->option_text("SUBCODE")
        ->check(CLI::Range(0U, 255U).description(""));
    command->add_flag("--no-init", options->has_no_init,
                      "Send no SND_NKE before the first request, which keeps what was selected for readout");
    add_bus_reading_options(*command, options->output);
    command->footer(bus_footer(read_footer, read_examples));
    command->callback([options, &run] { run = [options] { return read(*options); }; });
}

} // namespace meterlink::cli
