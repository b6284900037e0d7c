// meterlink listen: telegrams as a receiver hears them.

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <meterlink/wmbus/mode.hpp>
#include <meterlink/wmbus/receivers/feed.hpp>
#include <meterlink/wmbus/receivers/receiver_choice.hpp>

#include "command.hpp"
#include "listening.hpp"
#include "platform.hpp"
#include "port.hpp"

namespace meterlink::cli {

namespace {

struct listen_options {
    std::string receiver;
    std::string from = "-";
    std::string mode;
    std::string name;
    std::string format;
    bool shows_repetitions = false;
    reading_options reading;
    colour_choice colour = colour_choice::automatic;
};

constexpr auto listen_description =
    "Listen to a receiver for wireless M-Bus, and show telegrams as they come.";

constexpr auto listen_footer = R"(Output formats
  table  a line per meter with its last values, in its place on a terminal; the default there. Where the
         output is no terminal it is written once, at the end
  json   one object per line and telegram; the default where the output is no terminal
  Copies of a telegram, from repeaters and other receivers, are told by their content within a minute; JSON
  leaves them out unless --repetitions is given. What was damaged on its way goes to the standard error.
  Meters of the neighbourhood, for which there is no key, are no mistake: their state says no_key.

A serial port is opened with the speed that the receiver is sold with, 8N1. The receiver keeps its settings
unless --mode is given.

Ctrl-C ends, and at the end a summary stands on the standard error.

Exit code
  0 the input ended, or Ctrl-C; 1 some input was bad, or rows of the key file; 2 wrong usage, or a file or
  port that cannot be used

Examples
  rtl_wmbus | meterlink listen --receiver rtl-wmbus --keys keys.csv
  meterlink listen --receiver cul --from /dev/ttyUSB0 --mode T1
  meterlink listen --receiver hex --from telegrams.log --format table
)";

instant now() { return instant{std::chrono::steady_clock::now().time_since_epoch()}; }

std::string receiver_list() {
    std::string out = "What the octets come from:";
    for (const auto& kind : wmbus::receiver_kinds)
        out += "\n  " + std::string{kind.name} + std::string(20 - kind.name.size(), ' ') +
               std::string{kind.description};
    return out;
}

/// A receiver at a port, driven until its input ends, somebody interrupts, or nobody reads any more.
class connection {
public:
    connection(wmbus::any_receiver& receiver, const port& line, listener& to)
        : receiver_{receiver}, line_{line}, to_{to} {}

    /// Returns 0, or the `errno` of the port.
    int run() {
        std::vector<std::uint8_t> octets(1U << 16U);
        for (;;) {
            if (!send())
                return errno;
            const auto waited = line_.wait(patience());
            if (waited == port::wait_result::interrupted)
                break;
            if (waited == port::wait_result::timeout) {
                receiver_.handle_timeout(now());
            } else {
                const auto time = arrival();
                const auto count = line_.read(octets);
                if (count < 0)
                    return errno;
                if (count == 0)
                    break;
                take({octets.data(), static_cast<std::size_t>(count)}, time);
            }
            take_events();
            if (is_time_to_show() && !to_.show())
                break;
        }
        end();
        return 0;
    }

private:
    void take(bytes_view octets, instant time) {
        wmbus::feed(receiver_, octets, time, [this](const wmbus::receiver_event& event) { to_.on(event); });
    }

    /// When the octets that are there now came. However late we look, because our own output was waited for,
    /// it was before the session had to be woken: else the wait for them had timed out. What the session
    /// takes for idle is the line, and not us. A file has no clock: all of it is there at once.
    [[nodiscard]] instant arrival() {
        if (is_recording_)
            return started_;
        const auto wake = receiver_.poll_timeout();
        const auto time = now();
        return wake ? std::min(time, *wake - session_clock::duration{1}) : time;
    }

    void take_events() {
        while (const auto event = receiver_.poll_event())
            to_.on(*event);
    }

    /// Files can be answered neither by us nor by anybody.
    [[nodiscard]] bool send() {
        while (const auto octets = receiver_.poll_transmit())
            if (line_.is_serial() && !line_.write(*octets))
                return false;
        return true;
    }

    /// Until the receiver's session has to be woken; a file is never waited for.
    [[nodiscard]] std::optional<std::chrono::milliseconds> patience() {
        if (is_recording_)
            return std::nullopt;
        const auto wake = receiver_.poll_timeout();
        if (!wake)
            return std::nullopt;
        return std::chrono::ceil<std::chrono::milliseconds>(
            std::max(*wake - now(), session_clock::duration::zero()));
    }

    /// When nothing more is there at the moment, or it has been too long.
    [[nodiscard]] bool is_time_to_show() {
        constexpr auto longest = std::chrono::milliseconds{200};
        const auto time = now();
        if (time - last_shown_ < longest &&
            line_.wait(std::chrono::milliseconds{0}) == port::wait_result::ready)
            return false;
        last_shown_ = time;
        return true;
    }

    /// Nothing completes what has begun.
    void end() {
        constexpr int most_timers = 4;
        for (int i = 0; i < most_timers; ++i)
            if (const auto wake = receiver_.poll_timeout())
                receiver_.handle_timeout(*wake);
        take_events();
    }

    wmbus::any_receiver& receiver_;
    const port& line_;
    listener& to_;
    const bool is_recording_ = line_.is_recording();
    const instant started_ = now();
    instant last_shown_{};
};

/// Opens and sets up what the options name. Null when that fails; why has been said then.
std::unique_ptr<port> open_line(const listen_options& options, const wmbus::receiver_kind& kind,
                                complaints& errors) {
    if (options.from == "-" && is_terminal(standard_stream::in)) {
        errors.plain("nothing to listen to. Name a port or a file with --from, or pipe the receiver's output "
                     "into the standard input. --help shows examples.");
        return nullptr;
    }
    auto line = std::make_unique<port>(options.from);
    if (!line->is_open()) {
        errors.plain("cannot open " + options.from + ": " + std::strerror(errno));
        return nullptr;
    }
    if (!line->is_serial())
        return line;
    if (kind.baud == 0) {
        errors.plain(options.from + " is a serial port, and " + std::string{kind.name} + " has none");
        return nullptr;
    }
    if (const auto failure = line->set_up(kind.baud); failure != 0) {
        errors.plain("cannot set " + options.from + " to " + std::to_string(kind.baud) +
                     " Bd: " + std::strerror(failure));
        return nullptr;
    }
    return line;
}

/// The mode that the options name; an unknown one was refused before.
std::optional<wmbus::mode> mode_of(const listen_options& options) {
    return options.mode.empty() ? std::nullopt : wmbus::parse_mode(options.mode);
}

/// The receiver that the options name, of a kind that there is. Where it is told its mode, its telegrams have
/// none before it has obeyed.
result<wmbus::any_receiver> receiver_for(const listen_options& options, const port& line) {
    wmbus::receiver_options itself{options.name.empty() ? options.receiver : options.name, mode_of(options)};
    auto receiver = wmbus::make_receiver(options.receiver, itself);
    if (!receiver || !line.is_serial() || !receiver->can_set_mode())
        return receiver;
    itself.mode.reset();
    return wmbus::make_receiver(options.receiver, itself);
}

/// Tells a receiver at a serial port its mode. False for one that it has not.
bool set_mode(wmbus::any_receiver& receiver, const port& line, const listen_options& options,
              complaints& errors) {
    const auto mode = mode_of(options);
    if (!mode || !line.is_serial() || !receiver.can_set_mode() || receiver.set_mode(*mode, now()))
        return true;
    errors.plain(std::string{receiver.kind().name} + " cannot listen to mode " +
                 std::string{wmbus::name(*mode)});
    return false;
}

int listen(const listen_options& options) {
    complaints errors{options.colour};
    output out{options.colour};
    telegram_reader reader{options.reading};
    const auto* kind = wmbus::find_receiver_kind(options.receiver);
    if (kind == nullptr || !reader.load(errors))
        return wrong_usage;
    const auto line = open_line(options, *kind, errors);
    if (!line)
        return wrong_usage;
    auto receiver = receiver_for(options, *line);
    if (!receiver || !set_mode(*receiver, *line, options, errors))
        return wrong_usage;
    const origin from{options.from == "-" ? "stdin" : options.from};
    const auto is_table = options.format.empty() ? out.is_terminal() : options.format == "table";
    listener to{from, {is_table, options.shows_repetitions, !line->is_recording()}, reader, out, errors};
    catch_interrupts();
    const auto failure = connection{*receiver, *line, to}.run();
    if (failure != 0)
        errors.plain("cannot go on with " + from.name + ": " + std::strerror(failure));
    to.finish();
    reader.save(errors);
    if (out.has_failed())
        errors.plain("cannot write everything to the standard output");
    return failure != 0 ? wrong_usage : errors.count() != 0 ? some_bad_input : all_good;
}

void add_options(CLI::App& command, listen_options& options) {
    std::vector<std::string> kinds;
    for (const auto& kind : wmbus::receiver_kinds)
        kinds.emplace_back(kind.name);
    command.add_option("-r,--receiver", options.receiver, receiver_list())
        ->type_name("KIND")
        ->check(CLI::IsMember(kinds).description(""))
        ->required();
    command
        .add_option("--from", options.from,
                    "Where it is: a serial port, a file, or - for the standard input (the default)")
        ->option_text("PORT");
    command
        .add_option("--mode", options.mode,
                    "Radio mode: S1, T1, C1 ... A receiver at a serial port is told to listen to it; other\n"
                    "telegrams are taken for it where the receiver does not tell")
        ->option_text("MODE")
        ->check(CLI::Validator{[](const std::string& text) {
                                   return wmbus::parse_mode(text) ? "" : "there is no such radio mode";
                               },
                               ""});
    command
        .add_option("--name", options.name, "What the receiver is called in the output; otherwise its kind")
        ->option_text("NAME");
    command.add_option("-f,--format", options.format, "Output format: table or json; see below")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"table", "json"}).description(""));
    command.add_flag("--repetitions", options.shows_repetitions, "Show copies of a telegram too (json only)");
    add_reading_options(command, options.reading);
    add_colour_option(command, options.colour);
}

} // namespace

void add_listen(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<listen_options>();
    auto* command = app.add_subcommand("listen", listen_description);
    command->group("Commands");
    add_options(*command, *options);
    command->footer(listen_footer);
    command->callback([options, &run] { run = [options] { return listen(*options); }; });
}

} // namespace meterlink::cli
