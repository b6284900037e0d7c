// meterlink modbus read: values of points, once or again and again.

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include <meterlink/modbus/adaptive_plan.hpp>
#include <meterlink/modbus/bit_view.hpp>
#include <meterlink/modbus/read_coils.hpp>
#include <meterlink/modbus/read_discrete_inputs.hpp>
#include <meterlink/modbus/read_holding_registers.hpp>
#include <meterlink/modbus/read_input_registers.hpp>

#include "command.hpp"
#include "modbus_command.hpp"
#include "modbus_device.hpp"
#include "modbus_line.hpp"
#include "modbus_points.hpp"
#include "modbus_readings.hpp"
#include "port.hpp"

namespace meterlink::cli {

namespace {

struct modbus_read_options : modbus_options {
    std::vector<std::string> points;
    modbus_point_options defaults;
    std::string device;
    std::vector<std::string> names;
    std::string units;
    std::string format;
    std::optional<double> poll;
    unsigned cycles = 0;
    bool tells_plan = false;
};

constexpr auto modbus_read_description = "Read values from the registers and bits of Modbus devices.";

constexpr auto modbus_read_footer = R"(
Requests
  The points are read with as few and as cheap requests as the line allows: neighbours together, and holes
  between them where that is cheaper than another request. Where a device refuses, the request is divided, and
  what it does not have is asked for again every 60 s alone, and after the line was away. --plan shows the
  requests.

Output formats
  table, the default on a terminal; json, one object per line, unit and cycle; csv. Numbers are exact. A point
  that has no value is null, and "invalid" says why.

Device descriptions
  --device FILE.json has points by name, with all that the device demands: docs/modbus.md describes the file.
  Without --points all of them are read.
)";

constexpr auto modbus_read_examples =
    R"(  meterlink modbus read tcp://192.168.1.30 holding:0 holding:1 --unit 5
  meterlink modbus read tcp://192.168.1.30 'input:52:float32:CDAB@W' 'input:342:uint32*0.01@kWh'
  meterlink modbus read serial:/dev/ttyUSB0?baud=9600 40108 40110 --notation five_digit --type int32
  meterlink modbus read tcp://192.168.1.30 --device meter.json --points energy,power --poll 10 --format csv
)";

/// All that is read of every unit.
struct read_task {
    std::vector<modbus::point> points;
    std::vector<std::string> hints; ///< By point: what may be wrong where the device does not have it.
    modbus::device_caps caps;
    std::string device;
};

/// The points of the command line and of the device description; none where something was wrong.
std::optional<read_task> task_of(modbus_read_options& options, complaints& errors) {
    read_task out;
    if (!options.device.empty()) {
        const auto device = load_modbus_device(options.device, errors);
        if (!device)
            return std::nullopt;
        out.caps = device->caps;
        out.device = device->name;
        options.pause =
            std::max(options.pause, static_cast<unsigned>(device->pause_between_requests.count()));
        options.delay_after_connect =
            std::max(options.delay_after_connect, static_cast<unsigned>(device->pause_after_connect.count()));
        if (options.units.empty() && device->unit_id)
            options.units = std::to_string(*device->unit_id);
        if (options.names.empty() && options.points.empty())
            for (const auto& each : device->points)
                out.points.push_back(each.point);
        for (const auto& wanted : options.names) {
            if (const auto* found = device->find(wanted))
                out.points.push_back(found->point);
            else
                complain_of_unknown_point(*device, options.device, wanted, errors);
        }
    }
    const auto described = out.points.size();
    for (const auto& text : options.points)
        if (const auto point = parse_modbus_point(text, options.defaults, "POINT", errors))
            for (auto& each : repeated(*point, options.defaults.count, errors))
                out.points.push_back(std::move(each));
    const auto notation = modbus::address_notation_from(options.defaults.notation);
    for (std::size_t i = 0; i < out.points.size(); ++i)
        out.hints.push_back(
            i < described || !notation
                ? std::string{}
                : modbus_notation_hint(std::to_string(out.points[i].address.offset), *notation));
    if (errors.count() == 0 && out.points.empty())
        errors.plain("nothing to read: name points, as holding:0, or a device description with --device; "
                     "--help shows examples");
    return errors.count() == 0 ? std::optional{std::move(out)} : std::nullopt;
}

/// Reads the points of one unit, cycle after cycle.
class unit_reader {
public:
    unit_reader(std::uint8_t unit, const read_task& task, modbus_line& line)
        : unit_{unit}, task_{task}, line_{line},
          plan_{ranges_of(task.points), modbus_cost(line.where()), task.caps} {}

    /// The requests of the next cycle.
    [[nodiscard]] const std::vector<modbus::planned_read>& next() { return plan_.begin_cycle(); }

    /// Null when the line failed or Ctrl-C was pressed.
    std::optional<std::vector<modbus_reading>> read() {
        ask_again();
        readings_.clear();
        for (std::size_t i = 0; i < task_.points.size(); ++i)
            readings_.push_back(
                {.point = &task_.points[i], .failure = plan_.is_dead(i) ? known_failures_[i] : "not_read"});
        for (const auto i : plan_.impossible())
            fail(i, "impossible", "no request may read this point: see the caps of the device");
        for (const auto& each : plan_.begin_cycle())
            submit(each);
        while (!under_way_.empty()) {
            const auto answer = line_.wait();
            if (!answer)
                return std::nullopt;
            take(*answer);
        }
        return readings_;
    }

private:
    static std::vector<modbus::table_range> ranges_of(const std::vector<modbus::point>& points) {
        std::vector<modbus::table_range> out;
        for (const auto& each : points)
            out.push_back(range_of(each));
        return out;
    }

    void submit(const modbus::planned_read& read) {
        const auto id = [&] {
            const auto start = read.range.start;
            const auto count = read.range.count;
            switch (read.range.table) {
            case modbus::register_table::coils:
                return line_.submit(unit_, modbus::read_coils_request{start, count});
            case modbus::register_table::discrete_inputs:
                return line_.submit(unit_, modbus::read_discrete_inputs_request{start, count});
            case modbus::register_table::input_registers:
                return line_.submit(unit_, modbus::read_input_registers_request{start, count});
            default: return line_.submit(unit_, modbus::read_holding_registers_request{start, count});
            }
        }();
        if (id)
            under_way_.emplace(*id, read);
        else
            fail_all(read, "not_asked", "cannot be asked: " + to_string(id.error()));
    }

    void take(const modbus_answer& answer) {
        const auto found = under_way_.find(answer.id);
        if (found == under_way_.end())
            return;
        const auto read = found->second;
        under_way_.erase(found);
        if (answer.is_reply()) {
            plan_.answered(read);
            return decode(read, bytes_view{answer.response});
        }
        if (answer.how == modbus_answer::ending::exception) {
            const auto parts = plan_.refused(read, answer.code);
            for (const auto& part : parts)
                submit(part);
            if (parts.empty())
                fail_all(read, std::string{name(answer.code)},
                         explanation_of(answer) + hint_of(read, answer));
            return;
        }
        const auto is_bad = answer.how == modbus_answer::ending::bad_reply;
        fail_all(read,
                 is_bad                 ? "bad_answer"
                 : answer.line_was_away ? "no_line"
                                        : "no_answer",
                 explanation_of(answer));
    }

    /// Points that were refused are given another chance: devices get other software, and behind a line that
    /// was away there may be another one.
    void ask_again() {
        const auto now = std::chrono::steady_clock::now();
        if (std::exchange(returns_, line_.returns()) != line_.returns()) {
            plan_.probe_all();
            probed_at_ = now;
        } else if (now - probed_at_ >= probe_period) {
            for (const auto i : plan_.dead())
                plan_.probe(i);
            probed_at_ = now;
        }
    }

    [[nodiscard]] std::string hint_of(const modbus::planned_read& read, const modbus_answer& answer) const {
        return answer.code == modbus::exception_code::illegal_data_address ? task_.hints[read.wanted.front()]
                                                                           : std::string{};
    }

    void decode(const modbus::planned_read& read, bytes_view response) {
        for (const auto i : read.wanted) {
            const auto& p = task_.points[i];
            const auto at = static_cast<std::size_t>(p.address.offset) - read.range.start;
            readings_[i].failure.clear();
            known_failures_.erase(i);
            if (const auto value = holds_bits(read.range.table) ? bit_value(p, read.range, at, response)
                                                                : register_value(p, read.range, at, response))
                readings_[i].value = *value;
            else
                fail(i, "bad_answer", to_string(value.error()));
        }
    }

    static result<modbus::register_value> bit_value(const modbus::point& p, const modbus::table_range& range,
                                                    std::size_t at, bytes_view response) {
        const modbus::bit_view bits{response.subspan(2), range.count}; // the reply fits the request
        return decode_point(p, bits[at]);
    }
    static result<modbus::register_value> register_value(const modbus::point& p, const modbus::table_range&,
                                                         std::size_t at, bytes_view response) {
        const modbus::register_view registers{response.subspan(2)};
        return decode_point(p, registers.subview(at, p.width()));
    }

    /// It is said when a point begins to fail, not in each cycle; `why` is for people.
    void fail(std::size_t i, const std::string& failure, const std::string& why) {
        readings_[i].failure = failure;
        if (known_failures_[i] == failure)
            return;
        known_failures_[i] = failure;
        line_.errors().telegram({"unit " + std::to_string(unit_) + ", " + task_.points[i].name}, why);
    }
    void fail_all(const modbus::planned_read& read, const std::string& failure, const std::string& why) {
        const auto is_new =
            std::ranges::any_of(read.wanted, [&](std::size_t i) { return known_failures_[i] != failure; });
        for (const auto i : read.wanted) {
            readings_[i].failure = failure;
            known_failures_[i] = failure;
        }
        if (!is_new)
            return;
        auto whom = "unit " + std::to_string(unit_) + ", " + task_.points[read.wanted.front()].name;
        if (read.wanted.size() > 1)
            whom += " to " + task_.points[read.wanted.back()].name;
        line_.errors().telegram({whom}, why);
    }

    /// Refusals are known for so long: one request each in this time is little beside all those of --poll.
    static constexpr std::chrono::seconds probe_period{60};

    std::uint8_t unit_;
    const read_task& task_;
    modbus_line& line_;
    modbus::adaptive_plan plan_;
    std::map<modbus::request_id, modbus::planned_read> under_way_;
    std::vector<modbus_reading> readings_;
    std::map<std::size_t, std::string> known_failures_;
    std::chrono::steady_clock::time_point probed_at_ = std::chrono::steady_clock::now();
    unsigned returns_ = 0;
};

void tell_plan(const std::vector<modbus::planned_read>& reads, std::uint8_t unit, complaints& errors) {
    for (const auto& each : reads)
        errors.note("unit " + std::to_string(unit) + ": " +
                    std::string{name(read_function(each.range.table))} + ' ' +
                    std::to_string(each.range.start) + ", " + std::to_string(each.range.count) +
                    (each.range.count == 1 ? " entry" : " entries") + " for " +
                    std::to_string(each.wanted.size()) + (each.wanted.size() == 1 ? " point" : " points"));
}

/// Reads once, or until Ctrl-C, and writes what was read.
void read_cycles(const modbus_read_options& options, const std::vector<std::uint8_t>& units,
                 const read_task& task, modbus_line& line) {
    output out{options.colour};
    modbus_readings rows{options.format, out, task.device, options.poll.has_value()};
    std::vector<std::unique_ptr<unit_reader>> readers;
    for (const auto unit : units)
        readers.push_back(std::make_unique<unit_reader>(unit, task, line));
    const auto period = std::chrono::duration_cast<std::chrono::steady_clock::duration>(
        std::chrono::duration<double>(options.poll.value_or(0)));
    auto next = std::chrono::steady_clock::now();
    for (unsigned cycle = 1;; ++cycle) {
        for (std::size_t i = 0; i < units.size() && line.can_go_on(); ++i) {
            if (options.tells_plan && cycle == 1)
                tell_plan(readers[i]->next(), units[i], line.errors());
            const auto readings = readers[i]->read();
            if (readings && !rows.write(units[i], *readings))
                return;
        }
        if (!options.poll || cycle == options.cycles || !line.can_go_on())
            break;
        // A cycle that took too long does not make the next ones hurry.
        next = std::max(next + period, std::chrono::steady_clock::now());
        line.pass_time(next);
        if (!line.can_go_on())
            break;
    }
    out.flush();
    if (out.has_failed())
        line.errors().plain("cannot write everything to the standard output");
}

int modbus_read(modbus_read_options options) {
    complaints errors{options.colour};
    const auto task = task_of(options, errors);
    const auto units = parse_modbus_units(options.units.empty() ? "1" : options.units, 0, 255);
    const auto where = task ? modbus_endpoint(options, errors) : std::nullopt;
    if (!where)
        return wrong_usage;
    const auto line = modbus_line::open(options, *where, modbus_client_options(options, *where), errors);
    if (!line)
        return wrong_usage;
    read_cycles(options, units, *task, *line);
    return line->finish(options.poll.has_value());
}

} // namespace

void add_modbus_unit_option(CLI::App& command, std::string& units) {
    command
        .add_option("-u,--unit", units,
                    "The device, or several: 5, 1,2,7-9; otherwise that of the description, or 1")
        ->option_text("N,...")
        ->check(CLI::Validator{[](const std::string& text) {
                                   return parse_modbus_units(text, 0, 255).empty()
                                              ? "units are numbers of 0 to 255, as 5 or 1,2,7-9"
                                              : "";
                               },
                               ""});
}

void add_modbus_device_options(CLI::App& command, std::string& device) {
    command
        .add_option("--device", device, "Description of the device, with its points by name: docs/modbus.md")
        ->option_text("FILE");
}

void add_modbus_read(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<modbus_read_options>();
    auto* command = app.add_subcommand("read", modbus_read_description);
    add_modbus_options(*command, *options);
    command
        ->add_option("POINT", options->points,
                     "What to read: holding:107, 'input:0:uint32*0.001@m3' ...; see below")
        ->option_text("...");
    add_modbus_unit_option(*command, options->units);
    add_modbus_point_options(*command, options->defaults);
    command->add_option("--count", options->defaults.count, "So many values from each POINT on")
        ->option_text("N")
        ->check(CLI::Range(1U, 65536U).description(""));
    add_modbus_device_options(*command, options->device);
    command->add_option("--points", options->names, "Points of the device description, by their names")
        ->option_text("NAME,...")
        ->delimiter(',');
    auto* poll =
        command->add_option("--poll", options->poll, "Read again every so many seconds, until Ctrl-C")
            ->option_text("SECONDS")
            ->check(CLI::Range(0.0, 86400.0).description(""));
    command->add_option("--cycles", options->cycles, "With --poll, end after so many readings")
        ->option_text("N")
        ->check(CLI::Range(1U, 4'000'000'000U).description(""))
        ->needs(poll);
    command->add_flag("--plan", options->tells_plan, "Tell the requests on the standard error");
    command->add_option("-f,--format", options->format, "Output format: table, json or csv; see below")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"table", "json", "csv"}).description(""));
    command->footer(
        modbus_footer(std::string{modbus_points_help} + modbus_read_footer, modbus_read_examples));
    command->callback([options, &run] { run = [options] { return modbus_read(*options); }; });
}

} // namespace meterlink::cli
