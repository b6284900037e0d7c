// meterlink bridge: a TCP port for one client, tunnelled to a line.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include <CLI/CLI.hpp>
#include <asio/io_context.hpp>

#include <meterlink/io/any_stream.hpp>
#include <meterlink/io/driver.hpp>
#include <meterlink/io/single_client_server.hpp>
#include <meterlink/mbus/packing.hpp>
#include <meterlink/mbus/timing_profile.hpp>

#include "bridge_sides.hpp"
#include "bus_options.hpp"
#include "command.hpp"
#include "serving.hpp"

namespace meterlink::cli {

namespace {

struct bridge_options {
    std::string line;
    std::string listen;
    std::string packing = "mbus";
    unsigned interval = 0;
    unsigned idle = 0;
    colour_choice colour = colour_choice::automatic;
};

constexpr auto bridge_description =
    "Tunnel a line to a TCP port: one client at a time speaks to the meters with its own tools.";

constexpr auto bridge_footer = R"(The line
  serial:DEVICE?baud=2400, tcp://HOST:PORT or udp://HOST:PORT, with the options that `meterlink read` takes. It is
  opened at once, and again when it is lost. What a client sends while it is lost, is lost too.

Packing
  mbus         what the client sends reaches the line where it is an intact frame, and as one piece; anything
               else is dropped, and told on the standard error. The default
  transparent  everything reaches the line unread
  What comes from the line always reaches the client unread. --interval collects it until the line has been
  silent for so long, which saves packets.

What a client sends waits for the line, but no more than two long frames; the rest is dropped. When it leaves, so is
what waits, and the next one is served once the line is silent: no client gets the answer to another.

A second client reads why it is refused, and by whom, and its connection is closed.

The first line of the output names the port when it is ready. Ctrl-C ends.

Exit code
  0 Ctrl-C; 2 wrong usage, or a port that cannot be opened

Examples
  meterlink bridge --listen tcp://*:50000 serial:/dev/ttyUSB0?baud=2400
  meterlink bridge --listen tcp://127.0.0.1:10002 --packing transparent --interval 20 --idle 15 tcp://10.0.0.7:10001
)";

std::string octets_text(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " octet" : " octets");
}

/// Both sides, and what is told of them.
class bridge_joint {
public:
    using client_side = io::driver<io::single_client_server, bridge_client_side>;
    using line_side = io::driver<io::any_stream, bridge_line_side>;

    bridge_joint(client_side& client, line_side& line, std::string line_name, complaints& errors)
        : client_{client}, line_{line}, line_name_{std::move(line_name)}, errors_{errors} {
        client_.on_event([this](const client_side::event& event) {
            if (const auto* change = std::get_if<io::link_event>(&event))
                take(*change);
            else
                std::visit([this](const auto& it) { take_of_client(it); }, std::get<bridge_event>(event));
        });
        line_.on_event([this](const line_side::event& event) {
            if (const auto* change = std::get_if<io::link_event>(&event))
                errors_.note(line_name_ + ' ' + to_string(*change));
            else
                std::visit([this](const auto& it) { take_of_line(it); }, std::get<bridge_event>(event));
        });
    }

private:
    void take(const io::link_event& change) {
        errors_.note("client " + to_string(change));
        if (change.what != io::link_event::change::lost)
            return;
        const auto dropped =
            line_.command([](bridge_line_side& side, instant now) { return side.forget_client(now); });
        if (dropped != 0)
            errors_.note(octets_text(dropped) + " of the client dropped: it left before the line took them");
        if (const auto cut = std::exchange(cut_of_client_, 0); cut != 0)
            errors_.note(octets_text(cut) +
                         " of the client dropped: they came faster than the line takes them");
    }

    void take_of_client(const mbus::garbage& dropped) {
        errors_.note(octets_text(dropped.count) + " of the client dropped: " + to_string(dropped.why));
    }
    void take_of_client(const bridge_piece& octets) {
        const auto sent =
            line_.command([&](bridge_line_side& side, instant now) { return side.send(octets, now); });
        if (!sent && std::exchange(cut_of_client_, cut_of_client_ + octets.size()) == 0)
            errors_.note("the client sends faster than the line takes it: some of it is dropped");
    }
    void take_of_client(const overdue_octets&) {}

    void take_of_line(const mbus::garbage&) {}
    void take_of_line(const bridge_piece& octets) {
        if (client_.state() != io::link_state::connected)
            return;
        const auto sent =
            client_.command([&](bridge_client_side& side, instant) { return side.send(octets); });
        if (!sent && !line_is_cut_)
            errors_.note("octets of the line are lost: the client takes them too slowly");
        line_is_cut_ = !sent;
    }
    void take_of_line(const overdue_octets& dropped) {
        errors_.note(octets_text(dropped.count) + " of the client dropped: the line does not take them");
    }

    client_side& client_;
    line_side& line_;
    std::string line_name_;
    complaints& errors_;
    std::size_t cut_of_client_ = 0; ///< Octets that were too many.
    bool line_is_cut_ = false;
};

/// What is known of a line, and counted with where it is not.
bridge_line_options line_options_of(const io::endpoint& where, unsigned interval) {
    constexpr std::chrono::milliseconds device_latency{40};
    constexpr std::chrono::milliseconds network_answer_time{500};
    bridge_line_options out;
    out.packing = {mbus::packing_mode::transparent, std::chrono::milliseconds{interval}};
    out.answer_time = network_answer_time;
    if (where.kind == io::endpoint_kind::serial) {
        out.baud = where.serial.baud;
        out.answer_time = mbus::minimum_response_timeout(out.baud) + device_latency;
    }
    return out;
}

int bridge(const bridge_options& options) {
    complaints errors{options.colour};
    output out{options.colour};
    const auto port = endpoint_to_listen_on(options.listen, errors);
    if (!port)
        return wrong_usage;
    const auto where = io::endpoint::parse(options.line);
    if (!where) {
        errors.plain(
            without_controls(io::endpoint_error_text(options.line, where.error()) + url_hint(options.line)));
        return wrong_usage;
    }
    asio::io_context context{1};
    io::single_client_server server{context.get_executor(), port->host, port->port, one_client(errors)};
    if (const auto failure = server.listen()) {
        errors.plain("cannot listen on " + address_of(*port, port->port) + ": " + failure.message());
        return wrong_usage;
    }
    const auto place = address_of(*port, server.port());
    auto keeping = io::driver_options::from(*port);
    if (options.idle > 0)
        keeping.idle_timeout = std::chrono::seconds{options.idle};
    const auto mode = options.packing == "mbus" ? mbus::packing_mode::mbus : mbus::packing_mode::transparent;
    bridge_joint::line_side line{io::any_stream{context.get_executor(), *where},
                                 bridge_line_side{line_options_of(*where, options.interval)},
                                 io::driver_options::from(*where)};
    bridge_joint::client_side client{std::move(server), bridge_client_side{{mode, {}}}, keeping};
    const auto line_name = without_controls(io::to_string(*where));
    const bridge_joint joint{client, line, line_name, errors};
    const interrupt_watch interrupts{context};
    line.start();
    client.start();
    out.text() += "bridge from " + place + " to " + line_name + '\n';
    out.flush();
    context.run();
    return all_good;
}

} // namespace

void add_bridge(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<bridge_options>();
    auto* command = app.add_subcommand("bridge", bridge_description);
    command->group("Commands");
    command->add_option("URL", options->line, "The line; see below")->required()->option_text("");
    command
        ->add_option("--listen", options->listen,
                     "The port for the client: tcp://HOST:PORT, with * for every\n"
                     "interface and 0 for any free port")
        ->option_text("URL")
        ->required();
    command
        ->add_option("--packing", options->packing,
                     "What may reach the line: mbus (the default) or transparent")
        ->type_name("MODE")
        ->check(CLI::IsMember({"mbus", "transparent"}).description(""));
    command
        ->add_option("--interval", options->interval,
                     "Packing interval: what comes from the line waits for so many milliseconds of silence;\n"
                     "0, the default, hands it on at once")
        ->type_name("MS")
        ->check(CLI::Range(0, 60000).description(""));
    command
        ->add_option(
            "--idle", options->idle,
            "Inactivity timeout: a client that is silent for so many seconds, and to whom nothing is\n"
            "sent, is disconnected; 0, the default, never")
        ->type_name("S")
        ->check(CLI::Range(0, 86400).description(""));
    add_colour_option(*command, options->colour);
    command->footer(bridge_footer);
    command->callback([options, &run] { run = [options] { return bridge(*options); }; });
}

} // namespace meterlink::cli
