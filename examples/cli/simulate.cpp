// meterlink simulate: meters on a line that is not there.

#include <algorithm>
#include <chrono>
#include <cstddef>
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

#include <meterlink/io/driver.hpp>
#include <meterlink/io/single_client_server.hpp>
#include <meterlink/mbus/baud_rate.hpp>
#include <meterlink/mbus/line_signal.hpp>
#include <meterlink/mbus/secondary_address_text.hpp>
#include <meterlink/mbus/simulated_line.hpp>
#include <meterlink/mbus/timing_profile.hpp>

#include "builtin_meters.hpp"
#include "bus_options.hpp"
#include "command.hpp"
#include "pty.hpp"
#include "serving.hpp"
#include "simulated_meters.hpp"

namespace meterlink::cli {

namespace {

struct simulate_options {
    std::vector<std::string> files;
    std::string listen = "tcp://127.0.0.1:10001";
    bool is_pty = false;
    std::uint32_t baud = 2400;
    bool numbers_meters = false;
    std::vector<std::string> faults;
    unsigned fault_rate = 100;
    unsigned latency = 0;
    std::size_t packet = 1;
    bool has_echo = false;
    std::uint64_t seed = 1;
    bool tells_events = false;
    colour_choice colour = colour_choice::automatic;
};

constexpr auto simulate_description =
    "Simulate wired meters on a TCP port or a pseudo terminal, with all that a line does to them.";

constexpr auto simulate_footer = R"(Meters
  Without FILE there are a dozen of different kinds, with the primary addresses 1 to 12.
  A FILE with telegrams in hex has what real meters answered. Telegrams of the same meter become its readout, in
  their order; requests and acknowledgements in between are passed over.
  A FILE that ends in .json describes meters, in a list or as "meters" of an object:
    [{"address": 5, "id": "12345678", "manufacturer": "ELS", "version": 1, "device_type": 7,
      "records": ["0C 13 27 04 85 02", "02 FD 17 00 00"]}]
  Each record is hex, from its DIF on. "telegrams" has several lists of them in place of "records". "address" and
  "version" are 0 where they are missing, and so is "status", the octet of the header. "fabrication_number", eight
  digits, is for enhanced selection.

The meters answer to primary and secondary addresses, and take commands: other addresses, bit rates, clocks,
application resets, selections. Octets take as long as they do at the bit rate, and two meters that answer at once
garble each other. A port of TCP follows the bit rate of the meters, as nobody can tell it one; at a pseudo
terminal, meters hear those who have set their bit rate.

The first line of the output names the line when it is ready: `meterlink read` and `scan` take it as it is. Ctrl-C
ends.

Faults, one at a time, for those requests that --fault-rate lets chance choose
  request_lost silence late noise_before noise_after noise_instead wrong_checksum wrong_stop wrong_start
  wrong_length flipped_bit dropped_octet doubled_octet truncated pause duplicate other_meter other_address
  ack_instead collision echo, or all of them: all

Exit code
  0 Ctrl-C; 2 wrong usage, a file that cannot be used, or a port that cannot be opened

Examples
  meterlink simulate --listen tcp://127.0.0.1:10001
  meterlink simulate meters.json --pty --baud 9600
  meterlink simulate heat_meter.hex water_meter.hex --number --faults wrong_checksum,silence --fault-rate 300
)";

/// The line as whoever is connected to its converter sees it.
class simulated_port {
public:
    using rate_source = std::function<std::optional<std::uint32_t>()>;

    /// `rate` gives the bit rate that the other side has set, where it can set one.
    /// `latency` is that of the line.
    explicit simulated_port(mbus::simulated_line line, session_clock::duration latency, rate_source rate = {})
        : line_{std::move(line)}, latency_{latency}, rate_{std::move(rate)} {}

    void handle_input(bytes_view octets, instant now) {
        if (rate_)
            if (const auto baud = rate_(); baud && *baud != line_.baud())
                line_.set_baud(*baud);
        octets = octets.first(std::min(octets.size(), room(now)));
        waiting_.insert(waiting_.end(), octets.begin(), octets.end());
        feed(now);
    }
    void handle_timeout(instant now) {
        feed(now);
        line_.handle_timeout(now);
    }

    /// What meters say when nobody is connected is lost, and what they still say to somebody who has left.
    [[nodiscard]] std::optional<bytes_view> poll_transmit() {
        auto octets = line_.poll_transmit();
        if (octets)
            quiet_at_ = std::max(quiet_at_, now_ + answer_time());
        while (octets && (!is_up_ || deaf_until_))
            octets = line_.poll_transmit();
        return octets;
    }
    [[nodiscard]] std::optional<instant> poll_timeout() {
        auto next = line_.poll_timeout();
        if (!waiting_.empty() && !deaf_until_)
            next = earliest(next, std::optional{free_at_ - lead});
        return deaf_until_ ? earliest(next, std::optional{std::min(*deaf_until_, quiet_at_)}) : next;
    }
    [[nodiscard]] std::optional<mbus::line_event> poll_event() { return line_.poll_event(); }
    void handle_link(bool is_up, instant now) {
        is_up_ = is_up;
        if (is_up)
            return;
        waiting_.clear();
        if (now < quiet_at_)
            deaf_until_ = quiet_at_ + most_deafness;
    }

    [[nodiscard]] const mbus::simulated_line& line() const noexcept { return line_; }

private:
    /// What a converter keeps until it is on the line; the rest is lost, so that no flood blocks it for
    /// hours.
    static constexpr std::size_t most_waiting = 1024;
    /// What is on the line cannot be taken back when its sender leaves, so little is put there at once ...
    static constexpr std::size_t most_on_line = 16;
    /// ... and the next so early that there is no gap.
    static constexpr std::chrono::milliseconds lead{5};
    /// A line that never falls silent does not keep everybody away.
    static constexpr std::chrono::seconds most_deafness{5};

    void look(instant now) {
        now_ = now;
        if (deaf_until_ && (now >= quiet_at_ || now >= *deaf_until_))
            deaf_until_.reset();
    }
    void feed(instant now) {
        look(now);
        while (!deaf_until_ && !waiting_.empty() && free_at_ - lead <= now) {
            const auto count = std::min(waiting_.size(), most_on_line);
            free_at_ = std::max(free_at_, now) + time_of(count);
            quiet_at_ = std::max(quiet_at_, free_at_ + answer_time());
            line_.handle_input(bytes_view{waiting_}.first(count), now);
            waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
        }
    }
    /// The longest time from a request to its answer, at the client.
    [[nodiscard]] session_clock::duration answer_time() const {
        return mbus::minimum_response_timeout(line_.baud()) + latency_;
    }
    [[nodiscard]] session_clock::duration time_of(std::size_t count) const {
        return mbus::character_time(count, line_.baud());
    }
    /// For how many more octets there is room.
    [[nodiscard]] std::size_t room(instant now) const {
        const auto on_line = std::max(free_at_ - now, session_clock::duration::zero()) / time_of(1);
        return most_waiting - std::min(most_waiting, waiting_.size() + static_cast<std::size_t>(on_line));
    }

    mbus::simulated_line line_;
    session_clock::duration latency_;
    rate_source rate_;
    bool is_up_ = false;
    std::vector<std::uint8_t> waiting_; // of the client, not yet on the line
    instant free_at_{};                 // when the last octet is on the line
    instant now_{};
    instant quiet_at_{}; // no meter answers any more, unless one has begun
    std::optional<instant> deaf_until_;
};

std::optional<mbus::fault_plan> faults_of(const simulate_options& options, complaints& errors) {
    std::vector<mbus::line_fault> faults;
    for (const auto& name : options.faults) {
        const auto fault = mbus::line_fault_named(name);
        if (name == "all") {
            faults.insert(faults.end(), mbus::line_faults.begin(), mbus::line_faults.end());
        } else if (fault && *fault != mbus::line_fault::none) {
            faults.push_back(*fault);
        } else {
            errors.plain("--faults: there is no fault " + without_controls(name) + "; --help names them");
            return std::nullopt;
        }
    }
    return faults.empty() ? mbus::fault_plan{}
                          : mbus::fault_plan::random(options.seed, options.fault_rate, std::move(faults));
}

/// Meters that no primary address tells apart are as real as they are annoying. Those with 0 were never given
/// one.
void note_equal_addresses(const std::vector<mbus::slave_description>& meters, complaints& errors) {
    std::map<unsigned, std::size_t> counts;
    for (const auto& meter : meters)
        ++counts[meter.address.raw()];
    for (const auto& [address, count] : counts)
        if (address != 0 && count > 1)
            errors.note(std::to_string(count) + " meters have the primary address " +
                        std::to_string(address) + "; --number gives each its own");
}

/// The line with its meters; none where something was wrong, which has been said then.
std::optional<mbus::simulated_line> line_of(const simulate_options& options, complaints& errors) {
    auto faults = faults_of(options, errors);
    if (!faults)
        return std::nullopt;
    std::vector<mbus::slave_description> meters;
    if (options.files.empty())
        meters = builtin_meters();
    bool is_good = true;
    for (const auto& file : options.files)
        is_good = load_meters(file, meters, errors) && is_good;
    if (!is_good)
        return std::nullopt;
    if (!options.numbers_meters)
        note_equal_addresses(meters, errors);
    mbus::line_options behaviour;
    behaviour.baud = options.baud;
    behaviour.follows_slaves = !options.is_pty;
    behaviour.has_echo = options.has_echo;
    behaviour.latency = std::chrono::milliseconds{options.latency};
    behaviour.packet_size = options.packet;
    behaviour.faults = std::move(*faults);
    behaviour.seed = options.seed;
    mbus::simulated_line line{std::move(behaviour)};
    mbus::slave_options manners;
    manners.baud = options.baud;
    std::uint8_t count = 0;
    for (auto& meter : meters) {
        if (options.numbers_meters)
            meter.address = mbus::primary_address{count = static_cast<std::uint8_t>(count % 250 + 1)};
        const auto name = mbus::to_string(meter.secondary);
        auto made = mbus::slave::make(std::move(meter), manners);
        if (!made) {
            errors.plain("meter " + name + ": " + to_string(made.error()));
            return std::nullopt;
        }
        line.add(std::move(*made));
    }
    return line;
}

/// `meter 3 (12345678...): primary_address_set 5`; empty for what happens all the time.
std::string text_of(const mbus::line_event& event, const mbus::simulated_line& line) {
    if (event.fault != mbus::line_fault::none)
        return "fault: " + std::string{mbus::name(event.fault)} + '\n';
    const auto kind = event.what.kind;
    if (kind == mbus::slave_event_kind::selected || kind == mbus::slave_event_kind::deselected)
        return {};
    return "meter " + std::to_string(event.slave + 1) + " (" +
           mbus::to_string(line.at(event.slave).meter().secondary()) + "): " + std::string{mbus::name(kind)} +
           ' ' + std::to_string(event.what.value) + '\n';
}

/// Says that the line is ready, and lets the meters answer until somebody interrupts.
template <class Stream>
int serve(asio::io_context& context, io::driver<Stream, simulated_port>& meters, const std::string& place,
          const simulate_options& options, output& out, complaints& errors) {
    meters.on_event([&](const io::driver_event<simulated_port>& event) {
        const auto* happened = std::get_if<mbus::line_event>(&event);
        if (happened == nullptr || !options.tells_events)
            return;
        out.text() += text_of(*happened, meters.peer().line());
        out.flush();
    });
    const interrupt_watch interrupts{context};
    const auto count = meters.peer().line().size();
    out.text() += std::to_string(count) + (count == 1 ? " meter" : " meters") + " at " + place + '\n';
    out.flush();
    meters.start();
    context.run();
    const auto& line = meters.peer().line();
    errors.note(std::to_string(line.requests()) + " requests, " + std::to_string(line.answers()) +
                " answers");
    return all_good;
}

int simulate(const simulate_options& options) {
    complaints errors{options.colour};
    output out{options.colour};
    const std::chrono::milliseconds latency{options.latency};
    auto line = line_of(options, errors);
    if (!line)
        return wrong_usage;
    asio::io_context context{1};
    if (options.is_pty) {
        pty device{context.get_executor(), options.baud};
        if (device.error()) {
            errors.plain("cannot make a pseudo terminal: " + device.error().message());
            return wrong_usage;
        }
        const auto place =
            "serial:" + device.path() + (options.baud == 2400 ? "" : "?baud=" + std::to_string(options.baud));
        const auto descriptor = device.device();
        io::driver<pty, simulated_port> meters{
            std::move(device),
            simulated_port{std::move(*line), latency, [descriptor] { return pty_baud(descriptor); }}};
        return serve(context, meters, place, options, out, errors);
    }
    const auto where = endpoint_to_listen_on(options.listen, errors);
    if (!where)
        return wrong_usage;
    io::driver_options keeping = io::driver_options::from(*where);
    io::single_client_server server{context.get_executor(), where->host, where->port, one_client(errors)};
    if (const auto failure = server.listen()) {
        errors.plain("cannot listen on " + address_of(*where, where->port) + ": " + failure.message());
        return wrong_usage;
    }
    const auto place = address_of(*where, server.port());
    io::driver<io::single_client_server, simulated_port> meters{
        std::move(server), simulated_port{std::move(*line), latency}, keeping};
    return serve(context, meters, place, options, out, errors);
}

void add_line_options(CLI::App& command, simulate_options& options) {
    command
        .add_option("--baud", options.baud,
                    "Bit rate of the meters: 300, 600, 1200, 2400 (the default), 4800, 9600, 19200, 38400")
        ->type_name("RATE")
        ->check(known_baud_rate());
    command
        .add_option("--faults", options.faults,
                    "What goes wrong, by names with commas between them; see below")
        ->type_name("KIND,...")
        ->delimiter(',');
    command
        .add_option("--fault-rate", options.fault_rate,
                    "How many of a thousand requests meet a fault: 100 unless given")
        ->type_name("N")
        ->check(CLI::Range(0, 1000).description(""));
    command
        .add_option("--latency", options.latency,
                    "How long octets take from the line to the client on top, in milliseconds")
        ->type_name("MS")
        ->check(CLI::Range(0, 60000).description(""));
    command
        .add_option("--packet", options.packet,
                    "The converter collects so many octets, or what there is when the line falls silent")
        ->type_name("N")
        ->check(CLI::Range(1, 4096).description(""));
    command.add_flag("--echo", options.has_echo, "The line gives back what is sent");
    command.add_option("--seed", options.seed, "Another number makes other faults; the same makes the same")
        ->type_name("N");
}

} // namespace

void add_simulate(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<simulate_options>();
    auto* command = app.add_subcommand("simulate", simulate_description);
    command->group("Commands");
    command
        ->add_option("FILE", options->files, "Meters: telegrams in hex, or a description in JSON; see below")
        ->option_text("...");
    auto* listen = command
                       ->add_option("--listen", options->listen,
                                    "The port for one client at a time: tcp://127.0.0.1:10001 unless given;\n"
                                    "port 0 is any free one")
                       ->option_text("URL");
    command
        ->add_flag("--pty", options->is_pty, "A pseudo terminal instead, for what speaks to serial devices")
        ->excludes(listen);
    command->add_flag("--number", options->numbers_meters,
                      "Give the meters the primary addresses 1, 2, 3 ... in their order");
    add_line_options(*command, *options);
    command->add_flag("--events", options->tells_events,
                      "Tell what commands do to the meters, and which faults there are");
    add_colour_option(*command, options->colour);
    command->footer(simulate_footer);
    command->callback([options, &run] { run = [options] { return simulate(*options); }; });
}

} // namespace meterlink::cli
