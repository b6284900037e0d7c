// meterlink modbus bridge: several clients over TCP share the devices of one line.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <CLI/CLI.hpp>
#include <asio/io_context.hpp>

#include <meterlink/io/modbus_bridge.hpp>
#include <meterlink/modbus/bridge_event.hpp>
#include <meterlink/modbus/unit_mapping.hpp>

#include "command.hpp"
#include "modbus_command.hpp"
#include "modbus_options.hpp"
#include "modbus_serving.hpp"
#include "serving.hpp"

namespace meterlink::cli {

namespace {

struct modbus_bridge_options {
    modbus_options line;
    modbus_serving_options place;
    std::vector<std::string> mapping;
    bool is_read_only = false;
    bool tells_events = false;
};

constexpr auto modbus_bridge_description =
    "Let several clients over Modbus/TCP share the devices of one line.";

constexpr auto modbus_bridge_footer =
    R"(The clients take turns on the line, one request each, so that a busy one does not hold up the others. Where there
is no answer, they get an exception: 0B for a device that is silent, 0A while the line is down and for units that
are not mapped, 06 when too much waits. What a client repeats is its own affair: requests are sent once, unless
--retries says otherwise.

Units
  1 to 247 are those of the line. With --map, only the units that it names: --map 5=17 lets clients reach unit 17
  as 5, --map 1-10=21-30 units 21 to 30 as 1 to 10, and --map 5-17 units 5 to 17 as themselves.

Who may write
  Everybody who may connect, unless --read-only says that nobody may, or --writer-role who: that needs
  --listen tls://HOST:PORT?ca=FILE&cert=FILE&key=FILE, where clients have certificates. Whoever may not gets
  exception 01.

The line
  serial:/dev/ttyUSB0?baud=9600     RTU; 19200 bit/s, 8E1 unless the URL says otherwise; --framing ascii
  tcp://HOST:PORT --framing rtu     a converter in the network
  &echo=on for RS-485 lines that give back what is sent: the echo is taken out

The first line of the output names the port when it is ready. A line that is lost is opened again. Ctrl-C ends.

Exit code
  0 Ctrl-C; 2 wrong usage, or a port that cannot be opened

Examples
  meterlink modbus bridge serial:/dev/ttyUSB0?baud=9600 --listen tcp://*:502
  meterlink modbus bridge tcp://10.0.0.7:10001 --framing rtu --listen tcp://127.0.0.1:1502 --max-clients 4
  meterlink modbus bridge serial:/dev/ttyUSB0?baud=9600 --listen tcp://*:502 --read-only
  meterlink modbus bridge serial:/dev/ttyUSB0 --listen 'tls://*:802?ca=ca.pem&cert=me.pem&key=me.key' \
      --writer-role operator
)";

/// Tells what happens.
void watch_bridge(io::modbus_bridge_options& how, const modbus_bridge_options& options,
                  const std::string& line, complaints& errors) {
    how.on_line = [line, &errors](const io::link_event& event) {
        errors.note(line + ' ' + to_string(event));
    };
    how.on_client = [&](const io::client_event& event) {
        if (options.tells_events || event.what == io::client_change::refused ||
            event.what == io::client_change::given_up)
            errors.note(text_of_client(event));
    };
    if (!options.tells_events)
        return;
    how.on_event = [&](const modbus::bridge_event& event) {
        if (const auto* refused = std::get_if<modbus::request_refused>(&event))
            errors.note("unit " + std::to_string(refused->unit) + ": " +
                        std::string{name(refused->function)} +
                        " refused: " + std::string{name(refused->code)});
        else if (const auto* noise = std::get_if<modbus::garbage>(&event))
            errors.note(std::to_string(noise->count) + (noise->count == 1 ? " octet" : " octets") +
                        " of the line that are no answer: " + to_string(noise->why));
    };
}

/// The units that `options` let clients reach. Complains about what is no mapping.
std::optional<modbus::unit_mapping> mapping_of(const modbus_bridge_options& options, complaints& errors) {
    if (options.mapping.empty())
        return modbus::unit_mapping::identity();
    auto out = modbus::unit_mapping::none();
    for (const auto& text : options.mapping) {
        const auto equals = text.find('=');
        const auto asked = parse_modbus_units(text.substr(0, equals), 0, 255);
        const auto there =
            equals == std::string::npos ? asked : parse_modbus_units(text.substr(equals + 1), 0, 247);
        if (asked.empty() || asked.size() != there.size()) {
            errors.plain("--map takes ASKED=UNIT, as 5=17 or 1-10=21-30, not " + without_controls(text));
            return std::nullopt;
        }
        for (std::size_t i = 0; i < asked.size(); ++i)
            out.set(asked[i], there[i]);
    }
    return out;
}

int modbus_bridge(const modbus_bridge_options& options) {
    complaints errors{options.line.colour};
    output out{options.line.colour};
    const auto units = mapping_of(options, errors);
    const auto line = units ? modbus_endpoint(options.line, errors) : std::nullopt;
    const auto place = line ? modbus_place(options.place, errors) : std::nullopt;
    if (!place)
        return wrong_usage;
    if (place->kind != io::endpoint_kind::tcp_listen && place->kind != io::endpoint_kind::tls_listen) {
        errors.plain("--listen takes tcp://HOST:PORT or tls://HOST:PORT, not " +
                     without_controls(options.place.listen));
        return wrong_usage;
    }
    const auto line_name = without_controls(io::to_string(*line));
    io::modbus_bridge_options how;
    how.most_clients = options.place.most_clients;
    how.session.units = *units;
    how.session.is_read_only = options.is_read_only;
    how.session.authorise = modbus_authorisation(options.place);
    const auto usual = how.session.line;
    how.session.line = modbus_client_options(options.line, *line);
    if (!options.line.timeout)
        how.session.line.response_timeout = usual.response_timeout;
    if (!options.line.retries)
        how.session.line.retries = usual.retries;
    watch_bridge(how, options, line_name, errors);
    asio::io_context context{1};
    io::modbus_bridge bridge{context.get_executor(), *place, *line, std::move(how)};
    if (const auto failure = bridge.start()) {
        const auto more = bridge.explanation();
        errors.plain("cannot listen on " + modbus_place_text(*place, place->port) + ": " +
                     (more.empty() ? failure.message() : without_controls(more)));
        return wrong_usage;
    }
    const interrupt_watch interrupts{context};
    out.text() += "bridge from " + modbus_place_text(*place, bridge.port()) + " to " +
                  without_controls(io::to_string(*line)) + '\n';
    out.flush();
    context.run();
    return all_good;
}

} // namespace

void add_modbus_bridge(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<modbus_bridge_options>();
    auto* command = app.add_subcommand("bridge", modbus_bridge_description);
    command->add_option("URL", options->line.url, "The line; see below")->option_text("")->required();
    add_modbus_listen_option(*command, options->place);
    add_modbus_framing(*command, options->line.framing);
    add_modbus_client_limit(*command, options->place);
    command
        ->add_option("--timeout", options->line.timeout,
                     "Wait so many milliseconds for a device: 500 unless given")
        ->option_text("MS")
        ->check(CLI::Range(1U, 600'000U).description(""));
    command->add_option("--retries", options->line.retries, "Ask so many times again: 0 unless given")
        ->option_text("N")
        ->check(CLI::Range(0U, 100U).description(""));
    command
        ->add_option("--pause", options->line.pause,
                     "Wait so many milliseconds before each further request on the line")
        ->option_text("MS")
        ->check(CLI::Range(0U, 60'000U).description(""));
    command
        ->add_option("--map", options->mapping,
                     "What clients ask as ASKED is UNIT on the line, and others are not reached")
        ->option_text("ASKED[=UNIT] ...");
    command->add_flag("--read-only", options->is_read_only, "Pass requests to read alone");
    add_modbus_writer_role(*command, options->place);
    command->add_flag("--events", options->tells_events,
                      "Tell on the standard error who comes and goes, and what is refused");
    add_colour_option(*command, options->line.colour);
    command->footer(modbus_bridge_footer);
    command->callback([options, &run] { run = [options] { return modbus_bridge(*options); }; });
}

} // namespace meterlink::cli
