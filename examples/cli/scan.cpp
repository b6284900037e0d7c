// meterlink scan: who is on a wired bus.

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <asio/io_context.hpp>

#include <meterlink/mbus/meter_search.hpp>
#include <meterlink/mbus/secondary_address_text.hpp>

#include "bus_line.hpp"
#include "command.hpp"
#include "found_meters.hpp"
#include "line_scan.hpp"
#include "port.hpp"

namespace meterlink::cli {

namespace {

struct scan_options : bus_options {
    std::vector<std::string> more; ///< Lines behind the first.
    std::vector<std::string> order{"secondary"};
    bool is_primary = false;
    bool is_secondary = false;
    std::string mask;
    std::vector<std::uint32_t> bauds;
    std::size_t most = 0;
    std::string format;
};

constexpr auto scan_description = "Find the meters on a wired bus.";

constexpr auto scan_footer = R"(What is asked
  --secondary  wildcard selection, digit by digit where several answer: finds every meter, also those that
               share a primary address. A dozen meters take a minute or two at 2400 bit/s. The
               default
  --primary    each of the addresses 0 to 250, about two minutes at 2400 bit/s. Meters that share an
               address are told, but not told apart
  --order      several of primary, secondary and extended, the preferred one first: what one way cannot reach,
               the next may. Each meter is written once. Extended is secondary with the fabrication number, for
               meters that have the same address otherwise
  --mask       only below this secondary address, with F for any digit: 12FFFFFF, FFFFFFFF.PAD.FF.07
  Meters are written as they are found. A bar shows how far the search is, or a line now and then where the
  standard error is no terminal. Ctrl-C ends the search; what was found stays.

Several lines
  Further URLs are searched at the same time; each meter is then written with the line on which it was found.

Output formats
  table, the default on a terminal; json, one object per line and meter; csv
)";

constexpr auto scan_examples = R"(  meterlink scan tcp://192.168.1.20:10001 --secondary
  meterlink scan serial:/dev/ttyUSB0 --secondary --baud 2400,9600,300 --format csv > meters.csv
  meterlink scan tcp://192.168.1.20:10001 --secondary --mask 5FFFFFFF
  meterlink scan serial:/dev/ttyUSB0 --primary
  meterlink scan serial:/dev/ttyUSB0 tcp://192.168.1.20:10001 --order secondary,primary --most 20
)";

/// Timing of a search: no answer is the rule, so each question is asked once unless the user wants more.
mbus::timing_profile timing_of(const scan_options& options, io::endpoint_kind kind, std::uint32_t baud) {
    auto timing = master_options(options, kind, baud).timing;
    if (options.timing != "quick")
        return timing;
    if (!options.timeout)
        timing.response_timeout = {}; // what the bit rate demands
    if (!options.retries) {
        timing.select_retries = static_cast<std::uint8_t>(options.select_retries.value_or(0));
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

/// What is searched for, and how, on a line of that kind.
mbus::meter_search_options search_of(const scan_options& options, io::endpoint_kind kind,
                                     const std::vector<std::uint32_t>& bauds) {
    mbus::meter_search_options out;
    out.order.clear();
    for (const auto& each : options.order)
        out.order.push_back(mbus::addressing_named(each).value_or(mbus::addressing::secondary));
    if (options.is_primary)
        out.order = {mbus::addressing::primary};
    out.meter_limit = options.most;
    out.primary = search_options<mbus::primary_scan_options>(options, kind, bauds);
    if (options.timing == "quick" && !options.retries)
        out.primary.timing.readout_retries = 0;
    out.secondary = search_options<mbus::secondary_search_options>(options, kind, bauds);
    if (!options.mask.empty())
        out.secondary.start.address = mbus::parse_secondary_address(options.mask).value();
    return out;
}

/// The lines that are searched; none where one of them is wrong, which has been said then.
std::vector<io::endpoint> lines_of(const scan_options& options, complaints& errors) {
    std::vector<io::endpoint> out;
    if (const auto first = parse_line(options, errors))
        out.push_back(*first);
    for (const auto& url : options.more) {
        auto other = bus_options{options};
        other.url = url;
        if (const auto next = parse_line(other, errors))
            out.push_back(*next);
    }
    if (out.size() > 1 && (options.shows_traffic || !options.record.empty()))
        errors.plain(
            "--trace and --record show the octets of one line: search one after the other with them");
    return errors.count() == 0 ? out : std::vector<io::endpoint>{};
}

/// Searches on all lines at once, and writes what is found.
void search(const scan_options& options, std::vector<io::endpoint> lines, traffic_log& log,
            complaints& errors) {
    output out{options.colour};
    found_meters rows{options.format, out, lines.size() > 1};
    scan_board board{rows, errors};
    board.lines.resize(lines.size());
    board.limit = options.most;
    asio::io_context context{1};
    std::vector<std::unique_ptr<line_scan>> scans;
    for (std::size_t at = 0; at < lines.size(); ++at) {
        auto& where = lines[at];
        const auto bauds = options.bauds.empty() ? std::vector{where.serial.baud} : options.bauds;
        where.serial.baud = bauds.front();
        scans.push_back(std::make_unique<line_scan>(context, where,
                                                    lines.size() > 1 ? io::to_string(where) : std::string{},
                                                    search_of(options, where.kind, bauds), board, at));
    }
    if (scans.size() == 1)
        scans.front()->watch(log);
    for (const auto& each : scans)
        each->start();
    const auto all_over = [&] {
        return std::all_of(scans.begin(), scans.end(), [](const auto& each) { return each->is_over(); });
    };
    constexpr std::chrono::milliseconds slice{100};
    while (!all_over()) {
        if (context.stopped())
            context.restart();
        context.run_one_for(slice);
        for (const auto& each : scans) {
            each->check_patience();
            if (is_interrupted() || board.is_full() || board.is_closed)
                each->end();
        }
    }
    board.progress.clear();
    for (const auto& each : scans)
        each->tell_result();
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
    const auto lines = lines_of(options, errors);
    traffic_log log;
    if (lines.empty() || !log.open(options, errors))
        return wrong_usage;
    catch_interrupts();
    search(options, lines, log, errors);
    log.close(errors);
    return errors.count() != 0 ? some_bad_input : all_good;
}

} // namespace

void add_scan(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<scan_options>();
    auto* command = app.add_subcommand("scan", scan_description);
    command->group("Commands on a wired bus");
    add_bus_options(*command, *options);
    command->add_option("MORE", options->more, "Further lines, searched at the same time")
        ->option_text("...");
    auto* primary = command->add_flag("--primary", options->is_primary, "Ask every primary address");
    auto* secondary =
        command->add_flag("--secondary", options->is_secondary, "Search by secondary address (the default)")
            ->excludes(primary);
    command->add_option("--order", options->order, "Several ways of addressing in this order; see below")
        ->option_text("WAY,...")
        ->delimiter(',')
        ->check(CLI::IsMember({"primary", "secondary", "extended"}).description(""))
        ->excludes(primary)
        ->excludes(secondary);
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
        ->check(known_baud_rate());
    command->add_option("--most", options->most, "End the search with so many meters")->option_text("N");
    command->add_option("-f,--format", options->format, "Output format: table, json or csv; see below")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"table", "json", "csv"}).description(""));
    command->footer(bus_footer(scan_footer, scan_examples));
    command->callback([options, &run] { run = [options] { return scan(*options); }; });
}

} // namespace meterlink::cli
