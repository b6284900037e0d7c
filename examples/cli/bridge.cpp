// meterlink bridge: a TCP port for one client, tunnelled to a line.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <CLI/CLI.hpp>
#include <asio/io_context.hpp>

#include <meterlink/io/any_stream.hpp>
#include <meterlink/io/driver.hpp>
#include <meterlink/io/single_client_server.hpp>
#include <meterlink/mbus/packing.hpp>

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

A second client reads why it is refused, and by whom, and its connection is closed.

The first line of the output names the port when it is ready. Ctrl-C ends.

Exit code
  0 Ctrl-C; 2 wrong usage, or a port that cannot be opened

Examples
  meterlink bridge --listen tcp://*:50000 serial:/dev/ttyUSB0?baud=2400
  meterlink bridge --listen tcp://127.0.0.1:10002 --packing transparent --interval 20 --idle 15 tcp://10.0.0.7:10001
)";

/// What came in at one side, to go out at the other.
using piece = std::vector<std::uint8_t>;

/// One side of the bridge: packs what comes in, and sends what the other side has packed.
class bridge_side {
public:
    using event = std::variant<piece, mbus::garbage>;

    explicit bridge_side(mbus::packing_options options) : incoming_{options} {}

    void handle_input(bytes_view octets, instant now) { incoming_.handle_input(octets, now); }
    void handle_timeout(instant now) {
        incoming_.handle_timeout(now);
        if (worthless_at_ && now >= *worthless_at_)
            forget_outgoing();
    }

    [[nodiscard]] std::optional<bytes_view> poll_transmit() {
        if (outgoing_.empty())
            return std::nullopt;
        given_.swap(outgoing_);
        outgoing_.clear();
        return bytes_view{given_};
    }
    [[nodiscard]] std::optional<instant> poll_timeout() const {
        return earliest(incoming_.poll_timeout(), worthless_at_);
    }
    [[nodiscard]] std::optional<event> poll_event() {
        if (const auto dropped = incoming_.poll_event())
            return event{*dropped};
        if (const auto octets = incoming_.poll_transmit())
            return event{piece{octets->begin(), octets->end()}};
        return std::nullopt;
    }

    /// Nobody wants the rest of what another one began.
    void handle_link(bool is_up, instant) {
        if (is_up)
            return;
        incoming_.reset();
        forget_outgoing();
    }

    /// Sends what the other side has packed; false, and nothing is, where too much waits already.
    [[nodiscard]] bool send(bytes_view octets, instant now) {
        constexpr std::size_t most_waiting = 65536;
        constexpr auto patience = std::chrono::seconds{1}; // a request is worth nothing after that
        if (outgoing_.size() + octets.size() > most_waiting)
            return false;
        outgoing_.insert(outgoing_.end(), octets.begin(), octets.end());
        worthless_at_ = now + patience;
        return true;
    }

private:
    void forget_outgoing() {
        outgoing_.clear();
        worthless_at_.reset();
    }

    mbus::packing incoming_;
    std::vector<std::uint8_t> outgoing_;
    std::vector<std::uint8_t> given_;
    std::optional<instant> worthless_at_;
};

/// Both sides, and what is told of them.
class bridge_joint {
public:
    using client_side = io::driver<io::single_client_server, bridge_side>;
    using line_side = io::driver<io::any_stream, bridge_side>;

    bridge_joint(client_side& client, line_side& line, std::string line_name, complaints& errors)
        : client_{client}, line_{line}, line_name_{std::move(line_name)}, errors_{errors} {
        client_.on_event([this](const client_side::event& event) {
            if (const auto* change = std::get_if<io::link_event>(&event))
                errors_.note("client " + to_string(*change));
            else
                pass(std::get<bridge_side::event>(event), line_, client_is_cut_);
        });
        line_.on_event([this](const line_side::event& event) {
            if (const auto* change = std::get_if<io::link_event>(&event))
                errors_.note(line_name_ + ' ' + to_string(*change));
            else if (client_.state() == io::link_state::connected)
                pass(std::get<bridge_side::event>(event), client_, line_is_cut_);
        });
    }

private:
    template <class To>
    void pass(const bridge_side::event& event, To& to, bool& is_cut) {
        if (const auto* dropped = std::get_if<mbus::garbage>(&event)) {
            errors_.note(std::to_string(dropped->count) + (dropped->count == 1 ? " octet" : " octets") +
                         " of the client dropped: " + to_string(dropped->why));
            return;
        }
        const auto& octets = std::get<piece>(event);
        const auto sent = to.command([&](bridge_side& side, instant now) { return side.send(octets, now); });
        if (!sent && !std::exchange(is_cut, true))
            errors_.note("octets are lost: the other side takes them too slowly");
        if (sent)
            is_cut = false;
    }

    client_side& client_;
    line_side& line_;
    std::string line_name_;
    complaints& errors_;
    bool client_is_cut_ = false;
    bool line_is_cut_ = false;
};

int bridge(const bridge_options& options) {
    complaints errors{options.colour};
    output out{options.colour};
    const auto port = endpoint_to_listen_on(options.listen, errors);
    if (!port)
        return wrong_usage;
    const auto where = io::endpoint::parse(options.line);
    if (!where) {
        errors.plain(without_controls(io::endpoint_error_text(options.line, where.error())));
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
    const mbus::packing_options to_line{mode, {}};
    const mbus::packing_options to_client{mbus::packing_mode::transparent,
                                          std::chrono::milliseconds{options.interval}};
    bridge_joint::client_side client{std::move(server), bridge_side{to_line}, keeping};
    bridge_joint::line_side line{io::any_stream{context.get_executor(), *where}, bridge_side{to_client},
                                 io::driver_options::from(*where)};
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
