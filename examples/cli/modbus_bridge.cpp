// meterlink modbus bridge: several clients over TCP share the devices of one line.

#include <chrono>
#include <cstdint>
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
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <meterlink/io/any_stream.hpp>
#include <meterlink/io/driver.hpp>
#include <meterlink/io/modbus_line.hpp>
#include <meterlink/io/tcp_connection.hpp>
#include <meterlink/io/tcp_server.hpp>
#include <meterlink/modbus/bridge.hpp>
#include <meterlink/modbus/bridge_upstream.hpp>

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
  as 5.

The line
  serial:/dev/ttyUSB0?baud=9600     RTU; 19200 bit/s, 8E1 unless the URL says otherwise; --framing ascii
  tcp://HOST:PORT --framing rtu     a converter in the network

The first line of the output names the port when it is ready. A line that is lost is opened again. Ctrl-C ends.

Exit code
  0 Ctrl-C; 2 wrong usage, or a port that cannot be opened

Examples
  meterlink modbus bridge serial:/dev/ttyUSB0?baud=9600 --listen tcp://*:502
  meterlink modbus bridge tcp://10.0.0.7:10001 --framing rtu --listen tcp://127.0.0.1:1502 --max-clients 4
)";

/// The line's side of the bridge, which lives as long as its clients.
struct bridged_line_side {
    std::shared_ptr<modbus::bridge> bridge;

    void handle_link(bool up, instant now) { bridge->handle_link(up, now); }
    void handle_input(bytes_view octets, instant now) { bridge->handle_input(octets, now); }
    void handle_timeout(instant now) { bridge->handle_timeout(now); }
    [[nodiscard]] std::optional<bytes_view> poll_transmit() { return bridge->poll_transmit(); }
    [[nodiscard]] std::optional<instant> poll_timeout() const { return bridge->poll_timeout(); }
    [[nodiscard]] std::optional<modbus::bridge_event> poll_event() { return bridge->poll_event(); }
    [[nodiscard]] bool wants_reconnect() const { return bridge->wants_reconnect(); }
};

/// The side of one client.
struct bridged_client_side {
    explicit bridged_client_side(std::shared_ptr<modbus::bridge> of)
        : bridge{std::move(of)}, session{*bridge} {}

    void handle_link(bool up, instant now) { session.handle_link(up, now); }
    void handle_input(bytes_view octets, instant now) { session.handle_input(octets, now); }
    void handle_timeout(instant now) { session.handle_timeout(now); }
    [[nodiscard]] std::optional<bytes_view> poll_transmit() { return session.poll_transmit(); }
    [[nodiscard]] std::optional<instant> poll_timeout() const { return session.poll_timeout(); }
    [[nodiscard]] std::optional<modbus::line_ready> poll_event() { return session.poll_event(); }
    [[nodiscard]] bool wants_close() const { return session.wants_close(); }

    std::shared_ptr<modbus::bridge> bridge;
    modbus::bridge_upstream session;
};

/// A port with its clients, and the line behind it.
class modbus_gateway {
public:
    modbus_gateway(asio::io_context& context, const io::endpoint& line, const modbus::bridge_options& how,
                   const modbus_bridge_options& options, complaints& errors)
        : context_{context}, options_{options}, errors_{errors},
          bridge_{std::make_shared<modbus::bridge>(how)}, server_{context.get_executor()}, retry_{context},
          line_name_{without_controls(io::to_string(line))},
          line_{io::any_stream{context.get_executor(), line}, bridged_line_side{bridge_},
                io::driver_options::from(line)} {
        line_.on_event([this](const line_driver::event& event) {
            if (const auto* change = std::get_if<io::link_event>(&event))
                errors_.note(line_name_ + ' ' + to_string(*change));
            else
                take(std::get<modbus::bridge_event>(event));
        });
    }

    [[nodiscard]] asio::error_code start(const io::endpoint& where) {
        if (const auto error = server_.listen(where.host, where.port))
            return error;
        // A line that has not come up yet is not up.
        line_.command([](bridged_line_side& side, instant now) { side.handle_link(false, now); });
        line_.start();
        accept();
        return {};
    }
    [[nodiscard]] unsigned port() const { return server_.port(); }

private:
    using line_driver = io::driver<io::any_stream, bridged_line_side>;
    using client_driver = io::driver<io::tcp_connection, bridged_client_side>;

    struct gateway_client {
        std::string name;
        std::unique_ptr<client_driver> driver;
    };

    void accept() {
        server_.async_accept([this](asio::error_code error, io::tcp_connection connection) {
            if (error == asio::error::operation_aborted)
                return;
            if (!error) {
                admit(std::move(connection));
                return accept();
            }
            // Out of descriptors, say: trying again at once would only burn time.
            retry_.expires_after(std::chrono::milliseconds{100});
            retry_.async_wait([this](asio::error_code stopped) {
                if (!stopped)
                    accept();
            });
        });
    }

    void admit(io::tcp_connection connection) {
        const auto peer = connection.peer();
        const auto name = peer.address().to_string() + ':' + std::to_string(peer.port());
        if (clients_.size() >= options_.place.most_clients) {
            errors_.note(name + " was refused: there are as many clients as may be");
            return connection.close();
        }
        tell(name + " has come");
        io::driver_options how;
        how.retry.reset();
        const auto number = ++last_number_;
        auto& client = clients_[number];
        client.name = name;
        client.driver =
            std::make_unique<client_driver>(std::move(connection), bridged_client_side{bridge_}, how);
        client.driver->on_event([this, number](const client_driver::event& event) {
            if (const auto* change = std::get_if<io::link_event>(&event)) {
                if (change->what == io::link_event::change::lost)
                    remove(number);
            } else {
                wake_line();
            }
        });
        client.driver->start();
    }

    void remove(std::uint64_t number) {
        asio::post(context_, [this, number] {
            if (const auto found = clients_.find(number); found != clients_.end()) {
                tell(found->second.name + " has left");
                clients_.erase(found);
                wake_line();
            }
        });
    }

    /// Neither side is driven from within the other.
    void wake_line() {
        if (!std::exchange(line_is_woken_, true))
            asio::post(context_, [this] {
                line_is_woken_ = false;
                line_.command([](bridged_line_side&, instant) {});
            });
    }

    void take(const modbus::bridge_event& event) {
        if (const auto* ready = std::get_if<modbus::upstream_ready>(&event)) {
            asio::post(context_, [this, which = ready->which] {
                for (auto& [number, client] : clients_)
                    if (client.driver->peer().session.id() == which)
                        return client.driver->command([](bridged_client_side&, instant) {});
            });
        } else if (const auto* refused = std::get_if<modbus::request_refused>(&event)) {
            tell("unit " + std::to_string(refused->unit) + ": " + std::string{name(refused->function)} +
                 " refused: " + std::string{name(refused->code)});
        } else if (const auto* noise = std::get_if<modbus::garbage>(&event)) {
            tell(std::to_string(noise->count) + (noise->count == 1 ? " octet" : " octets") +
                 " of the line that are no answer: " + to_string(noise->why));
        }
    }

    void tell(const std::string& what) {
        if (options_.tells_events)
            errors_.note(what);
    }

    asio::io_context& context_;
    const modbus_bridge_options& options_;
    complaints& errors_;
    std::shared_ptr<modbus::bridge> bridge_;
    io::tcp_server server_;
    asio::steady_timer retry_;
    std::string line_name_;
    line_driver line_;
    std::map<std::uint64_t, gateway_client> clients_;
    std::uint64_t last_number_ = 0;
    bool line_is_woken_ = false;
};

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
    if (place->kind != io::endpoint_kind::tcp_listen) {
        errors.plain("--listen takes tcp://HOST:PORT, not " + without_controls(options.place.listen));
        return wrong_usage;
    }
    modbus::bridge_options how;
    how.units = *units;
    const auto usual = how.line;
    how.line = modbus_client_options(options.line, *line);
    if (!options.line.timeout)
        how.line.response_timeout = usual.response_timeout;
    if (!options.line.retries)
        how.line.retries = usual.retries;
    asio::io_context context{1};
    modbus_gateway gateway{context, *line, how, options, errors};
    if (const auto failure = gateway.start(*place)) {
        errors.plain("cannot listen on " + modbus_place_text(*place, place->port) + ": " + failure.message());
        return wrong_usage;
    }
    const interrupt_watch interrupts{context};
    out.text() += "bridge from " + modbus_place_text(*place, gateway.port()) + " to " +
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
        ->option_text("ASKED=UNIT ...");
    command->add_flag("--events", options->tells_events,
                      "Tell on the standard error who comes and goes, and what is refused");
    add_colour_option(*command, options->line.colour);
    command->footer(modbus_bridge_footer);
    command->callback([options, &run] { run = [options] { return modbus_bridge(*options); }; });
}

} // namespace meterlink::cli
