// meterlink modbus serve: a Modbus device that is described by a file.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <CLI/CLI.hpp>
#include <asio/io_context.hpp>

#include <meterlink/io/driver.hpp>
#include <meterlink/io/modbus_line.hpp>
#include <meterlink/io/modbus_server.hpp>
#include <meterlink/modbus/server.hpp>

#include "command.hpp"
#include "modbus_command.hpp"
#include "modbus_device.hpp"
#include "modbus_options.hpp"
#include "modbus_serving.hpp"
#include "modbus_space.hpp"
#include "pty.hpp"
#include "serving.hpp"

namespace meterlink::cli {

namespace {

struct modbus_serve_options {
    std::string file;
    modbus_serving_options where;
    bool is_pty = false;
    std::uint32_t baud = 19200;
    std::string units;
    std::string values;
    std::vector<std::string> settings;
    std::string policy = "refuse";
    bool tells_events = false;
    colour_choice colour = colour_choice::automatic;
};

constexpr auto modbus_serve_description = "Be a Modbus device: serve the points of a device description.";

constexpr auto modbus_serve_footer = R"(The device
  FILE is a device description: docs/modbus.md describes it. Points can be read, and written where it calls
  them writable. Their values come from --values, a JSON object of values by the names of points, and from --set,
  which goes before it. A point without a value holds what stands for "not available", or 0.
  With several units, each is a device of its own with the same points.

Where it listens
  --listen tcp://HOST:PORT, tls://HOST:PORT?ca=FILE&cert=FILE&key=FILE, udp://HOST:PORT, or serial:DEVICE
  --pty makes a pseudo terminal, for what speaks to serial devices.
  &echo=on behind the URL is for RS-485 lines that give back what is sent: the echo is taken out.
  Without both it is tcp://127.0.0.1:1502. Under TLS, --writer-role lets only clients write whose certificate
  has this role.

Units that are not there
  --wrong-unit refuse   exception 0B over TCP, as a gateway whose device is silent; no answer on a line. The default
  --wrong-unit ignore   no answer
  --wrong-unit answer   as if the request were for the first unit
  Over TCP, units 0 and 255 are the first unit in any case.

The first line of the output names the place when it is ready: `meterlink modbus read` takes it as it is. What
clients write is told on the standard output. Ctrl-C ends.

Exit code
  0 Ctrl-C; 2 wrong usage, a file that cannot be used, or a port that cannot be opened

Examples
  meterlink modbus serve examples/data/modbus_heat_meter.json --set energy=48213000
  meterlink modbus serve meter.json --values values.json --listen tcp://*:1502 --unit 1-3 --max-clients 4
  meterlink modbus serve meter.json --pty --baud 9600
)";

/// The values of --values and --set; none where they are wrong.
std::optional<std::map<std::string, std::string>> values_of(const modbus_serve_options& options,
                                                            complaints& errors) {
    std::map<std::string, std::string> out;
    if (!options.values.empty()) {
        auto loaded = load_modbus_values(options.values, errors);
        if (!loaded)
            return std::nullopt;
        out = std::move(*loaded);
    }
    for (const auto& text : options.settings) {
        const auto equals = text.find('=');
        if (equals == std::string::npos) {
            errors.plain("--set takes POINT=VALUE, not " + without_controls(text));
            return std::nullopt;
        }
        out[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return out;
}

modbus::server_options session_options(const modbus_serve_options& options) {
    modbus::server_options out;
    out.wrong_units = options.policy == "ignore"   ? modbus::wrong_unit::ignore
                      : options.policy == "answer" ? modbus::wrong_unit::answer
                                                   : modbus::wrong_unit::refuse;
    out.authorise = modbus_authorisation(options.where);
    return out;
}

/// What is told while devices are served.
class served_story {
public:
    served_story(const modbus_serve_options& options, const modbus_device& device,
                 modbus::register_space& space, output& out, complaints& errors)
        : options_{options}, device_{device}, space_{space}, out_{out}, errors_{errors} {}

    void begin(const std::vector<std::uint8_t>& units, const std::string& place) {
        std::string text;
        for (const auto unit : units)
            text += (text.empty() ? "" : ",") + std::to_string(unit);
        out_.text() += (units.size() == 1 ? "unit " : "units ") + text + " at " + place + '\n';
        out_.flush();
    }

    void take(const modbus::server_event& event) {
        if (const auto* written = std::get_if<modbus::values_written>(&event)) {
            auto told = *written;
            // Units that are not there, as 0 and 255 over TCP, were answered for by the first one.
            if (const auto first = space_.first(); first && space_.find(told.unit) == nullptr)
                told.unit = *first;
            out_.text() += text_of_write(device_, space_, told);
            out_.flush();
        } else if (!options_.tells_events) {
            return;
        } else if (const auto* refused = std::get_if<modbus::request_refused>(&event)) {
            errors_.note("unit " + std::to_string(refused->unit) + ": " +
                         std::string{name(refused->function)} +
                         " refused: " + std::string{name(refused->code)});
        } else if (const auto* noise = std::get_if<modbus::garbage>(&event)) {
            errors_.note(std::to_string(noise->count) + (noise->count == 1 ? " octet" : " octets") +
                         " that are no request: " + to_string(noise->why));
        }
    }

private:
    const modbus_serve_options& options_;
    const modbus_device& device_;
    modbus::register_space& space_;
    output& out_;
    complaints& errors_;
};

/// Serves at a pseudo terminal until somebody interrupts.
int serve_pty(const modbus_serve_options& options, const std::vector<std::uint8_t>& units,
              modbus::register_space& space, served_story& story, complaints& errors) {
    asio::io_context context{1};
    pty device{context.get_executor(), options.baud};
    if (device.error()) {
        errors.plain("cannot make a pseudo terminal: " + device.error().message());
        return wrong_usage;
    }
    const auto place = "serial:" + device.path() + "?baud=" + std::to_string(options.baud);
    auto how = session_options(options);
    how.framing = modbus_framing_named(options.where.framing).value_or(modbus::framing::rtu);
    how.timing = modbus::line_timing{options.baud};
    io::driver<pty, modbus::server> server{std::move(device), modbus::server{space, std::move(how)}};
    server.on_event([&](const io::driver_event<modbus::server>& event) {
        if (const auto* happened = std::get_if<modbus::server_event>(&event))
            story.take(*happened);
    });
    const interrupt_watch interrupts{context};
    story.begin(units, place);
    server.start();
    context.run();
    return all_good;
}

/// Serves at an endpoint until somebody interrupts.
int serve_endpoint(const modbus_serve_options& options, const std::vector<std::uint8_t>& units,
                   modbus::register_space& space, served_story& story, complaints& errors) {
    const auto where = modbus_place(options.where, errors);
    if (!where)
        return wrong_usage;
    asio::io_context context{1};
    io::modbus_server_options how;
    how.session = session_options(options);
    how.most_clients = options.where.most_clients;
    how.on_client = [&](const io::client_event& event) {
        if (options.tells_events || event.what == io::client_change::refused ||
            event.what == io::client_change::given_up)
            errors.note(text_of_client(event));
    };
    how.on_event = [&](const io::served_client&, const modbus::server_event& event) { story.take(event); };
    io::modbus_server server{context.get_executor(), *where, space, std::move(how)};
    if (const auto failure = server.start()) {
        const auto more = server.explanation();
        errors.plain("cannot listen on " + modbus_place_text(*where, where->port) + ": " +
                     (more.empty() ? failure.message() : without_controls(more)));
        return wrong_usage;
    }
    const interrupt_watch interrupts{context};
    story.begin(units, modbus_place_text(*where, server.port()));
    context.run();
    return all_good;
}

int modbus_serve(const modbus_serve_options& options) {
    complaints errors{options.colour};
    output out{options.colour};
    const auto device = load_modbus_device(options.file, errors);
    const auto values = device ? values_of(options, errors) : std::nullopt;
    if (!values)
        return wrong_usage;
    if (options.is_pty && !options.where.writer_role.empty()) {
        errors.plain("--writer-role: nobody at a pseudo terminal has a role");
        return wrong_usage;
    }
    const auto units = options.units.empty() ? std::vector{device->unit_id.value_or(1)}
                                             : parse_modbus_units(options.units, 0, 255);
    modbus::register_space space;
    for (const auto unit : units) {
        serve_device(*device, *values, space.unit(unit), errors);
        if (errors.count() != 0)
            return wrong_usage;
    }
    served_story story{options, *device, space, out, errors};
    return options.is_pty ? serve_pty(options, units, space, story, errors)
                          : serve_endpoint(options, units, space, story, errors);
}

} // namespace

void add_modbus_serve(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<modbus_serve_options>();
    auto* command = app.add_subcommand("serve", modbus_serve_description);
    command->add_option("FILE", options->file, "The device description, JSON")->option_text("")->required();
    auto* listen = add_modbus_listen_option(*command, options->where);
    auto* pty_flag = command
                         ->add_flag("--pty", options->is_pty,
                                    "A pseudo terminal instead, for what speaks to serial devices")
                         ->excludes(listen);
    command->add_option("--baud", options->baud, "Bit rate of the pseudo terminal: 19200 unless given")
        ->type_name("RATE")
        ->check(CLI::IsMember({300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 115200}).description(""))
        ->needs(pty_flag);
    add_modbus_framing(*command, options->where.framing);
    add_modbus_client_limit(*command, options->where);
    add_modbus_unit_option(*command, options->units);
    command->add_option("--values", options->values, "Values of points, a JSON object")->option_text("FILE");
    command->add_option("--set", options->settings, "The value of a point; may be given several times")
        ->option_text("POINT=VALUE")
        ->allow_extra_args(false);
    command
        ->add_option(
            "--wrong-unit", options->policy,
            "Requests for units that are not there: refuse (the default), ignore or\nanswer; see below")
        ->type_name("POLICY")
        ->check(CLI::IsMember({"refuse", "ignore", "answer"}).description(""));
    add_modbus_writer_role(*command, options->where);
    command->add_flag("--events", options->tells_events,
                      "Tell on the standard error who comes and goes, and what is refused");
    add_colour_option(*command, options->colour);
    command->footer(modbus_serve_footer);
    command->callback([options, &run] { run = [options] { return modbus_serve(*options); }; });
}

} // namespace meterlink::cli
