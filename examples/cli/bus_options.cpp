#include "bus_options.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <string_view>

#include <meterlink/mbus/baud_rate.hpp>
#include <meterlink/mbus/secondary_address_text.hpp>
#include <meterlink/mbus/timing_profile.hpp>

#include "command.hpp"

namespace meterlink::cli {

namespace {

constexpr auto common_footer = R"(
URL of the line
  serial:/dev/ttyUSB0?baud=2400     a level converter at a serial port; 8E1 unless &parity=, &data=, &stop=
  tcp://HOST:PORT                   a converter in the network; &echo=on for lines that give back what is sent
  tcp-listen://HOST:PORT  udp://HOST:PORT  udp-listen://HOST:PORT
  replay:FILE                       a record of --record, as --replay FILE; ?pace=real for its times
  Put URLs with & into quotes.

Timing
  quick    what the standard and a converter in a network need: 1.5 s for an answer, asked three times
  readout  with long pauses, for old meters and long lines: 10 s after a reset, 1 s between requests
  search   as readout, but each question is asked twice and waits 1 s
  --timeout, --retries and the options behind them change single values of a profile.

Recordings
  What --record has written, --replay FILE answers with in place of a line, for the same command: what is sent
  has to be what was sent then. "meterlink decode --input FILE" reads what meters have answered.

Exit code
  0 everything was done; 1 something failed, and the standard error says what and what to do; 2 wrong usage
)";

/// Allows for adapters and converters that hold octets back and pass them on in pieces.
constexpr auto serial_latency = std::chrono::milliseconds{40};
constexpr auto network_latency = std::chrono::milliseconds{150};

std::optional<unsigned> parse_number(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::string known_rates() {
    std::string out;
    for (const auto& row : mbus::baud_rate_rows)
        out += (out.empty()                                    ? ""
                : row.baud == mbus::baud_rate_rows.back().baud ? " or "
                                                               : ", ") +
               std::to_string(row.baud);
    return out;
}

/// Whoever forgets the URL gives the address in its place.
std::string address_in_place_of_url(const std::string& text) {
    constexpr std::size_t longest_primary = 3;
    const auto is_address = (parse_number(text) && text.size() <= longest_primary) ||
                            mbus::parse_secondary_address(text).has_value();
    return is_address ? text + " is an address; the URL of the line stands before it, as serial:DEVICE or "
                               "tcp://HOST:PORT"
                      : std::string{};
}

void add_milliseconds(CLI::App& command, const std::string& option, std::optional<std::uint32_t>& value,
                      const std::string& description) {
    command.add_option(option, value, description)
        ->option_text("MS")
        ->check(CLI::Range(0U, 600'000U).description(""));
}

/// The values of a profile one by one.
void add_timing_options(CLI::App& command, bus_options& options) {
    command.add_option("--select-retries", options.select_retries, "The same for selections alone")
        ->option_text("N")
        ->check(CLI::Range(0U, 100U).description(""));
    add_milliseconds(command, "--wait-after-init", options.wait_after_init,
                     "Pause so many milliseconds behind a reset");
    add_milliseconds(command, "--collision-recovery", options.collision_recovery,
                     "Pause so many milliseconds behind a collision");
    add_milliseconds(command, "--wait-between", options.wait_between,
                     "Pause so many milliseconds between requests");
}

} // namespace

void add_bus_options(CLI::App& command, bus_options& options) {
    command.add_option("URL", options.url, "The line: serial:DEVICE, tcp://HOST:PORT ...; see below")
        ->option_text("")
        ->required()
        ->check(CLI::Validator{address_in_place_of_url, ""});
    command
        .add_option("--timing", options.timing,
                    "Pauses and attempts: quick (the default), readout or search; see below")
        ->type_name("PROFILE")
        ->check(CLI::IsMember({"quick", "readout", "search"}).description(""));
    command
        .add_option("--timeout", options.timeout,
                    "Wait so many milliseconds for an answer to begin, never less than the\nstandard demands")
        ->option_text("MS")
        ->check(CLI::Range(0U, 600'000U).description(""));
    command.add_option("--retries", options.retries, "Ask so many times again when there is no good answer")
        ->option_text("N")
        ->check(CLI::Range(0U, 100U).description(""));
    add_timing_options(command, options);
    command
        .add_option("--latency", options.latency,
                    "Allow so many milliseconds for the way to the line and back; otherwise, with\n"
                    "--timing quick, 40 on a serial device and 150 in a network")
        ->option_text("MS")
        ->check(CLI::Range(0U, 60'000U).description(""));
    command.add_flag("--trace", options.shows_traffic,
                     "Show the octets on the line, with times, on the standard error");
    command.add_option("--record", options.record, "Write the octets on the line, with times, to FILE")
        ->option_text("FILE");
    command
        .add_option("--replay", options.replay,
                    "Answer from FILE, which --record has written, in place of a line; without URL")
        ->option_text("FILE");
    add_colour_option(command, options.colour);
}

void put_recording_in_place_of_url(const CLI::App& app, std::vector<std::string>& arguments) {
    constexpr std::string_view option = "--replay";
    const CLI::App* command = &app;
    std::ptrdiff_t depth = 0; // of the command among the arguments
    for (const auto& word : arguments) {
        const auto named =
            command->get_subcommands([&](const CLI::App* it) { return it->get_name() == word; });
        if (named.empty())
            break;
        command = named.front();
        ++depth;
    }
    if (command->get_option_no_throw(std::string{option}) == nullptr)
        return;
    const auto end = std::ranges::find(arguments, "--");
    const auto found = std::find_if(arguments.begin(), end, [&](std::string_view argument) {
        return argument == option ||
               (argument.starts_with(option) && argument.substr(option.size())[0] == '=');
    });
    if (found == end || (*found == option && found + 1 == end))
        return;
    if (std::ranges::any_of(arguments,
                            [](const std::string& text) { return io::endpoint::parse(text).has_value(); }))
        throw CLI::ExcludesError("URL", std::string{option});
    const auto file = *found == option ? *(found + 1) : found->substr(option.size() + 1);
    arguments.insert(arguments.begin() + depth, std::string{io::scheme(io::endpoint_kind::replay)} + file);
}

CLI::Validator known_baud_rate() {
    return CLI::Validator{[](const std::string& text) {
                              const auto rate = parse_number(text);
                              return rate && mbus::baud_rate_ci(*rate)
                                         ? std::string{}
                                         : text + " is no bit rate of the bus, which has " + known_rates();
                          },
                          ""};
}

std::string url_hint(const std::string& text) {
    const auto as_device = "serial:" + text;
    const auto as_host = "tcp://" + text;
    if ((text.starts_with('/') || text.starts_with("COM")) && io::endpoint::parse(as_device))
        return "; did you mean " + as_device + "?";
    if (text.find("//") == std::string::npos && io::endpoint::parse(as_host))
        return "; did you mean " + as_host + "?";
    return {};
}

void add_baud_option(CLI::App& command, bus_options& options) {
    command
        .add_option(
            "-b,--baud", options.baud,
            "Bit rate of the line: 300, 600, 1200, 2400, 4800, 9600, 19200 or 38400. Otherwise that of\n"
            "the URL, or 2400")
        ->option_text("RATE")
        ->check(known_baud_rate());
}

mbus::master::options master_options(const bus_options& options, io::endpoint_kind kind, std::uint32_t baud) {
    mbus::master::options out;
    out.baud = baud;
    if (options.timing == "readout")
        out.timing = mbus::timing_profile::readout();
    else if (options.timing == "search")
        out.timing = mbus::timing_profile::search();
    else {
        out.timing = mbus::timing_profile::standard(
            baud, kind == io::endpoint_kind::serial ? serial_latency : network_latency);
        out.timing.response_timeout = std::chrono::milliseconds{1500};
    }
    if (options.timeout)
        out.timing.response_timeout = std::chrono::milliseconds{*options.timeout};
    if (options.latency)
        out.timing.latency = std::chrono::milliseconds{*options.latency};
    if (options.retries) {
        out.timing.readout_retries = static_cast<std::uint8_t>(*options.retries);
        out.timing.select_retries = out.timing.readout_retries;
    }
    if (options.select_retries)
        out.timing.select_retries = static_cast<std::uint8_t>(*options.select_retries);
    const auto set = [](session_clock::duration& to, const std::optional<std::uint32_t>& wanted) {
        if (wanted)
            to = std::chrono::milliseconds{*wanted};
    };
    set(out.timing.wait_after_initialisation, options.wait_after_init);
    set(out.timing.collision_recovery, options.collision_recovery);
    set(out.timing.wait_between_communications, options.wait_between);
    return out;
}

std::optional<mbus::destination> parse_destination(const std::string& text, bool is_secondary,
                                                   complaints& errors, audience whom) {
    const auto number = parse_number(text);
    constexpr std::size_t longest_primary = 3;
    if (!is_secondary && number && text.size() <= longest_primary) {
        if (*number <= mbus::primary_address::highest_assignable || *number == 253 || *number == 254 ||
            (*number == 255 && whom == audience::all))
            return mbus::destination{static_cast<std::uint8_t>(*number)};
        errors.plain(
            "no meter answers at address " + text +
            ": primary addresses are 0 to 250, 253 for who is selected, and 254 for whoever is there" +
            (whom == audience::all ? "; 255 is for all, none of whom answers" : ""));
        return std::nullopt;
    }
    const auto address = mbus::parse_secondary_address(text);
    if (address)
        return mbus::destination{*address};
    errors.text({{"ADDRESS", 0},
                 (is_secondary ? "" : "a primary address is a number of 0 to 250, 253 or 254, and ") +
                     std::string{message(address.error().code)},
                 text,
                 address.error().offset});
    return std::nullopt;
}

std::string bus_footer(const std::string& before, const std::string& examples) {
    return before + common_footer + "\nExamples\n" + examples;
}

} // namespace meterlink::cli
