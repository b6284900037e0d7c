// meterlink scan: who is on a wired bus.

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <CLI/CLI.hpp>

#include <meterlink/io/blocking.hpp>
#include <meterlink/mbus/primary_scan.hpp>
#include <meterlink/mbus/secondary_address_text.hpp>
#include <meterlink/mbus/secondary_search.hpp>

#include "bus_line.hpp"
#include "command.hpp"
#include "found_meters.hpp"
#include "port.hpp"
#include "scan_progress.hpp"

namespace meterlink::cli {

namespace {

struct scan_options : bus_options {
    bool is_primary = false;
    bool is_secondary = false;
    std::string mask;
    std::vector<std::uint32_t> bauds;
    std::size_t most = 0;
    std::string format;
};

constexpr auto description = "Find the meters on a wired bus.";

constexpr auto before = R"(What is asked
  --secondary  wildcard selection, digit by digit where several answer: finds every meter, also those that
               share a primary address. A dozen meters take a minute or two at 2400 bit/s. The
               default
  --primary    each of the addresses 0 to 250, about two minutes at 2400 bit/s. Meters that share an
               address are told, but not told apart
  --mask       only below this secondary address, with F for any digit: 12FFFFFF, FFFFFFFF.PAD.FF.07
  Meters are written as they are found. A bar shows how far the search is, or a line now and then where the
  standard error is no terminal. Ctrl-C ends the search; what was found stays.

Output formats
  table, the default on a terminal; json, one object per line and meter; csv
)";

constexpr auto examples = R"(  meterlink scan tcp://192.168.1.20:10001 --secondary
  meterlink scan serial:/dev/ttyUSB0 --secondary --baud 2400,9600,300 --format csv > meters.csv
  meterlink scan tcp://192.168.1.20:10001 --secondary --mask 5FFFFFFF
  meterlink scan serial:/dev/ttyUSB0 --primary
)";

/// What a search tells, with the octets that it only lends.
struct kept_event {
    mbus::search_event what;
    std::vector<std::uint8_t> telegram;
};

/// A search whose events can wait.
template <class Search>
struct kept_search {
    Search search;

    void handle_input(bytes_view octets, instant now) { search.handle_input(octets, now); }
    void handle_timeout(instant now) { search.handle_timeout(now); }
    [[nodiscard]] std::optional<bytes_view> poll_transmit() { return search.poll_transmit(); }
    [[nodiscard]] std::optional<instant> poll_timeout() const { return search.poll_timeout(); }
    [[nodiscard]] std::optional<kept_event> poll_event() {
        const auto event = search.poll_event();
        if (!event)
            return std::nullopt;
        kept_event out{*event, {}};
        if (auto* found = std::get_if<mbus::meter_found>(&out.what)) {
            out.telegram.assign(found->telegram.begin(), found->telegram.end());
            found->telegram = {};
        }
        return out;
    }
    [[nodiscard]] std::optional<std::uint32_t> line_rate() const { return search.line_rate(); }
};

/// Where slaves could not be told apart.
std::string place_of(const mbus::search_conflict& conflict) {
    if (conflict.primary)
        return std::to_string(conflict.primary->raw());
    return mbus::to_string(conflict.mask.address);
}

std::string_view advice(mbus::conflict_kind kind) {
    switch (kind) {
    case mbus::conflict_kind::equal:
        return "several meters have this address: give one of them another, with the others disconnected";
    case mbus::conflict_kind::unresolved:
        return "several answered together, but not one by one: search again below it with --mask, or with "
               "--timing search";
    case mbus::conflict_kind::mute: break;
    }
    return "somebody is there who sends no readable telegram: try --timing search or another bit rate";
}

/// A search on its line, until it has ended.
template <class Search>
class scan_run {
public:
    scan_run(const io::endpoint& where, Search search, traffic_log& log, found_meters& rows,
             complaints& errors)
        : where_{where}, rows_{rows}, errors_{errors}, line_{where, kept_search<Search>{std::move(search)}} {
        line_.line().on_traffic([this, &log](io::direction which, bytes_view octets, instant now) {
            progress_.clear();
            log.take(which, octets, now);
        });
    }

    void run() {
        while (!is_over_) {
            constexpr std::chrono::milliseconds slice{100};
            const auto event = line_.wait_event(slice);
            if (event)
                std::visit([this](const auto& it) { this->take(it); }, *event);
            else if (!has_started_ && std::chrono::steady_clock::now() > give_up_)
                lose(std::make_error_code(std::errc::timed_out));
            if (is_interrupted() && !is_over_ && !is_ending_)
                end();
        }
        progress_.clear();
        tell_result();
    }

private:
    void take(const io::link_event& event) {
        if (event.what == io::link_event::change::connected) {
            has_started_ = true;
            is_away_ = false;
            line_.command([](kept_search<Search>& it, instant now) { it.search.start(now); });
        } else if (event.what == io::link_event::change::lost) {
            if (!has_started_ || !where_.retry)
                return lose(event.error);
            if (!std::exchange(is_away_, true)) {
                progress_.clear();
                errors_.note("the line was lost, and is being opened again");
                line_.command([](kept_search<Search>& it, instant) { it.search.cancel(); });
            }
        }
    }

    void take(const kept_event& event) {
        std::visit([this](const auto& it) { this->take_search(it); }, event.what);
    }

    void take_search(const mbus::search_progress& now) {
        last_ = now;
        progress_.show(now.probes, now.left, now.meters);
    }
    void take_search(const mbus::meter_found& found) {
        progress_.clear();
        ++count_;
        if (!rows_.write(found.meter))
            end();
        if (found.meter.is_stranger)
            errors_.note(mbus::to_string(found.meter.address) +
                         ": answered to a selection that does not fit its address");
    }
    void take_search(const mbus::search_conflict& conflict) {
        progress_.clear();
        errors_.telegram({place_of(conflict)}, advice(conflict.kind));
    }
    void take_search(const mbus::baud_rate_changed&) {}
    void take_search(const mbus::search_finished& end) {
        if (end.why == mbus::search_end::cancelled && is_away_ && !is_ending_)
            return; // goes on when the line is there again
        why_ = end.why;
        is_over_ = true;
    }

    void end() {
        is_ending_ = true;
        line_.command([](kept_search<Search>& it, instant) { it.search.cancel(); });
        if (!has_started_ || is_away_)
            is_over_ = true;
        why_ = mbus::search_end::cancelled;
    }

    void lose(std::error_code why) {
        progress_.clear();
        errors_.plain((has_started_ ? "lost " : "cannot open ") + io::to_string(where_) + ": " +
                      why.message() +
                      (where_.kind == io::endpoint_kind::serial
                           ? "; check the device and your rights to it"
                           : "; check host and port, and that nobody else is connected"));
        is_over_ = true;
        has_failed_ = true;
    }

    void tell_result() {
        if (has_failed_ && count_ == 0)
            return;
        const auto found = (count_ == 1 ? "1 meter" : std::to_string(count_) + " meters") + " found with " +
                           std::to_string(last_.probes) + (last_.probes == 1 ? " probe" : " probes");
        if (why_ == mbus::search_end::cancelled)
            errors_.plain("interrupted: " + found + "; there may be more");
        else if (why_ == mbus::search_end::probe_limit)
            errors_.plain("too much noise on the line to go on: " + found);
        else if (count_ == 0)
            errors_.plain(
                "no meter has answered: check the bit rate (--baud), the wiring and the power of the "
                "bus, and try --timing search for a slow converter");
        else
            errors_.note(found);
    }

    io::endpoint where_;
    found_meters& rows_;
    complaints& errors_;
    scan_progress progress_;
    io::blocking_driver<kept_search<Search>> line_;
    std::chrono::steady_clock::time_point give_up_ =
        std::chrono::steady_clock::now() + where_.connect_timeout + std::chrono::seconds{1};
    mbus::search_progress last_{};
    mbus::search_end why_ = mbus::search_end::complete;
    std::size_t count_ = 0;
    bool has_started_ = false;
    bool is_away_ = false;
    bool is_ending_ = false;
    bool is_over_ = false;
    bool has_failed_ = false;
};

/// Timing of a search: no answer is the rule, so each question is asked once unless the user wants more.
mbus::timing_profile timing_of(const scan_options& options, io::endpoint_kind kind, std::uint32_t baud) {
    auto timing = master_options(options, kind, baud).timing;
    if (options.timing != "quick")
        return timing;
    if (!options.timeout)
        timing.response_timeout = {}; // what the bit rate demands
    if (!options.retries) {
        timing.select_retries = 0;
        timing.readout_retries = 1;
    }
    return timing;
}

/// What both kinds of search take; the profile is that of the slowest rate.
template <class Options>
Options search_options(const scan_options& options, io::endpoint_kind kind,
                       const std::vector<std::uint32_t>& bauds) {
    Options out;
    out.timing = timing_of(options, kind, *std::min_element(bauds.begin(), bauds.end()));
    out.bauds = bauds;
    out.meter_limit = options.most;
    return out;
}

/// Searches on the line of `where`, and writes what is found.
void search(const scan_options& options, const io::endpoint& where, const std::vector<std::uint32_t>& bauds,
            traffic_log& log, complaints& errors) {
    output out{options.colour};
    found_meters rows{options.format, out};
    if (options.is_primary) {
        auto how = search_options<mbus::primary_scan_options>(options, where.kind, bauds);
        if (options.timing == "quick" && !options.retries)
            how.timing.readout_retries = 0;
        scan_run{where, mbus::primary_scan{how}, log, rows, errors}.run();
    } else {
        auto how = search_options<mbus::secondary_search_options>(options, where.kind, bauds);
        if (!options.mask.empty())
            how.start.address = mbus::parse_secondary_address(options.mask).value();
        scan_run{where, mbus::secondary_search{how}, log, rows, errors}.run();
    }
    out.flush();
    if (out.has_failed())
        errors.plain("cannot write everything to the standard output");
}

int scan(const scan_options& options) {
    complaints errors{options.colour};
    if (!options.mask.empty())
        if (const auto mask = mbus::parse_secondary_address(options.mask); !mask)
            errors.text(
                {{"--mask", 0}, std::string{message(mask.error().code)}, options.mask, mask.error().offset});
    auto where = errors.count() == 0 ? parse_line(options, errors) : std::nullopt;
    traffic_log log;
    if (!where || !log.open(options, errors))
        return wrong_usage;
    auto bauds = options.bauds;
    if (bauds.empty())
        bauds.push_back(where->serial.baud);
    where->serial.baud = bauds.front();
    catch_interrupts();
    search(options, *where, bauds, log, errors);
    log.close(errors);
    return errors.count() != 0 ? some_bad_input : all_good;
}

} // namespace

void add_scan(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<scan_options>();
    auto* command = app.add_subcommand("scan", description);
    command->group("Commands on a wired bus");
    add_bus_options(*command, *options);
    auto* primary = command->add_flag("--primary", options->is_primary, "Ask every primary address");
    command->add_flag("--secondary", options->is_secondary, "Search by secondary address (the default)")
        ->excludes(primary);
    command->add_option("--mask", options->mask, "Search below this secondary address only; see below")
        ->option_text("ADDRESS")
        ->excludes(primary);
    command
        ->add_option(
            "-b,--baud", options->bauds,
            "Bit rates to search at, one after the other: 300,2400,9600. Otherwise that of the URL,\n"
            "or 2400")
        ->option_text("RATE,...")
        ->delimiter(',')
        ->check(CLI::IsMember({300, 600, 1200, 2400, 4800, 9600, 19200, 38400}).description(""));
    command->add_option("--most", options->most, "End the search with so many meters")->option_text("N");
    command->add_option("-f,--format", options->format, "Output format: table, json or csv; see below")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"table", "json", "csv"}).description(""));
    command->footer(bus_footer(before, examples));
    command->callback([options, &run] { run = [options] { return scan(*options); }; });
}

} // namespace meterlink::cli
