// meterlink modbus scan: which units answer on a line, and what they say about themselves.

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include <meterlink/modbus/device_object.hpp>
#include <meterlink/modbus/read_coils.hpp>
#include <meterlink/modbus/read_device_identification.hpp>
#include <meterlink/modbus/read_discrete_inputs.hpp>
#include <meterlink/modbus/read_holding_registers.hpp>
#include <meterlink/modbus/read_input_registers.hpp>
#include <meterlink/modbus/register_text.hpp>
#include <meterlink/modbus/report_server_id.hpp>

#include "command.hpp"
#include "modbus_command.hpp"
#include "modbus_line.hpp"
#include "modbus_points.hpp"
#include "modbus_readings.hpp"
#include "port.hpp"
#include "scan_progress.hpp"

namespace meterlink::cli {

namespace {

struct modbus_scan_options : modbus_options {
    std::string units = "1-247";
    std::string probe = "holding:0";
    bool is_quick = false;
    std::string format;
};

constexpr auto modbus_scan_description = "Find the Modbus devices on a line.";

constexpr auto modbus_scan_footer = R"(What is asked
  Each unit is asked for one register, holding register 0 unless --probe names another entry. Whoever answers
  is there, also with an exception; only a gateway that says that nobody is behind it (exceptions 0A and 0B)
  finds nobody. Those who are there are asked for their identification (43/14) and for their server id (11),
  unless --quick.
  Silence costs the whole --timeout. On a line (serial, or --framing rtu or ascii) it is 300 ms unless given: 247
  units take up to 75 s. Over Modbus/TCP it is 1000 ms, because a gateway waits for the devices behind it, 500 ms
  and more, before it says that one is silent: --timeout has to be longer than its own. --window 16 asks 16 units
  at once there; that is for devices that serve many units themselves, not for gateways of one line, where the
  requests wait for each other.
  On a line, unit 0 is everybody, and nobody answers to it.
  Units are written as they are found. Ctrl-C ends the search; what was found stays.

Output formats
  table, the default on a terminal; json, one object per line and unit; csv
)";

constexpr auto modbus_scan_examples = R"(  meterlink modbus scan serial:/dev/ttyUSB0?baud=9600
  meterlink modbus scan tcp://192.168.1.30 --window 16 --format csv
  meterlink modbus scan serial:/dev/ttyUSB0?baud=9600 --units 1-32 --probe input:0 --timeout 100
)";

/// So many answers hold the identification of any device that ends it at all.
constexpr unsigned most_identification_requests = 10;

/// A gateway waits for the devices behind it before it says that one is silent.
constexpr std::chrono::milliseconds scan_timeout_of_lines{300};
constexpr std::chrono::milliseconds scan_timeout_over_tcp{1000};

/// A unit that has answered, and what it says.
struct found_unit {
    std::uint8_t unit = 0;
    std::string answer;
    using named_text = std::pair<std::string, std::string>;
    std::vector<named_text> identification;
    std::string server_id;

    [[nodiscard]] std::string object(std::string_view wanted) const {
        for (const auto& [name, text] : identification)
            if (name == wanted)
                return text;
        return {};
    }
};

/// Text of the device with a question mark for what is no printable ASCII.
std::string printable(bytes_view octets) {
    std::string out;
    for (const auto each : octets)
        out += modbus::is_printable(each) ? static_cast<char>(each) : '?';
    return out;
}

std::string hex_text(bytes_view octets) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const auto each : octets) {
        out += digits[each >> 4U];
        out += digits[each & 0xFU];
    }
    return out;
}

/// Writes units as they are found.
class found_units {
public:
    found_units(const std::string& format, output& out) : out_{out} {
        format_ = !format.empty() ? format : out.is_terminal() ? "table" : "json";
        if (format_ == "csv")
            out_.text() += "unit_id,answer,vendor_name,product_code,major_minor_revision,server_id\n";
    }

    bool write(const found_unit& found) {
        auto& text = out_.text();
        if (format_ == "json")
            write_json(found);
        else if (format_ == "csv")
            text += std::to_string(found.unit) + ',' + found.answer + ',' +
                    csv_text(found.object("vendor_name")) + ',' + csv_text(found.object("product_code")) +
                    ',' + csv_text(found.object("major_minor_revision")) + ',' + found.server_id + '\n';
        else
            write_row(found);
        return out_.flush();
    }

private:
    void write_row(const found_unit& found) {
        const auto cell = [](std::string text, std::size_t width) {
            text.resize(std::max(text.size() + 2, width), ' ');
            return text;
        };
        auto& text = out_.text();
        if (std::exchange(is_first_, false))
            text += "UNIT  ANSWER                DEVICE\n";
        std::string device;
        for (const auto* each : {"vendor_name", "product_code", "major_minor_revision"})
            if (const auto part = found.object(each); !part.empty())
                device += (device.empty() ? "" : "  ") + part;
        if (!found.server_id.empty())
            device += (device.empty() ? "server id " : "  server id ") + found.server_id;
        auto row = cell(std::to_string(found.unit), 6) + cell(found.answer, 22) + device;
        row.resize(row.find_last_not_of(' ') + 1);
        text += row + '\n';
    }

    void write_json(const found_unit& found) {
        auto& text = out_.text();
        text += R"({"unit_id":)" + std::to_string(found.unit) + R"(,"answer":")" + found.answer + '"';
        if (!found.identification.empty()) {
            text += R"(,"identification":{)";
            for (const auto& [name, value] : found.identification)
                text += (&name == &found.identification.front().first ? "" : ",") + json_text(name) + ':' +
                        json_text(value);
            text += '}';
        }
        if (!found.server_id.empty())
            text += R"(,"server_id":")" + found.server_id + '"';
        text += "}\n";
    }

    output& out_;
    std::string format_;
    bool is_first_ = true;
};

/// The search on one line.
class unit_search {
public:
    unit_search(const modbus_scan_options& options, const modbus::point& probe, modbus_line& line)
        : options_{options}, probe_{probe}, line_{line}, out_{options.colour}, rows_{options.format, out_} {
        line.before_traffic([this] { progress_.clear(); });
    }

    void run(const std::vector<std::uint8_t>& units) {
        progress_.show(0, units.size(), 0);
        for (std::size_t next = 0; line_.can_go_on() && !is_closed_;) {
            for (; next < units.size() && under_way_.size() < options_.window && found_.empty(); ++next)
                ask(units[next]);
            if (under_way_.empty())
                break;
            const auto answer = line_.wait();
            if (!answer)
                break;
            take(*answer, units.size());
        }
        progress_.clear();
        tell(units.size());
    }

private:
    void ask(std::uint8_t unit) {
        const auto at = probe_.address.offset;
        const auto id = [&] {
            switch (probe_.address.table) {
            case modbus::register_table::coils: return line_.submit(unit, modbus::read_coils_request{at, 1});
            case modbus::register_table::discrete_inputs:
                return line_.submit(unit, modbus::read_discrete_inputs_request{at, 1});
            case modbus::register_table::input_registers:
                return line_.submit(unit, modbus::read_input_registers_request{at, 1});
            default: return line_.submit(unit, modbus::read_holding_registers_request{at, 1});
            }
        }();
        if (id) {
            under_way_[*id] = unit;
            return;
        }
        ++asked_;
        progress_.clear();
        line_.errors().telegram({"unit " + std::to_string(unit)},
                                "cannot be asked: " + to_string(id.error()));
    }

    void take(const modbus_answer& answer, std::size_t all) {
        using ending = modbus_answer::ending;
        const auto found = under_way_.find(answer.id);
        if (found == under_way_.end())
            return;
        const auto unit = found->second;
        under_way_.erase(found);
        ++asked_;
        const auto is_unreachable = answer.how == ending::exception &&
                                    answer.code == modbus::exception_code::gateway_path_unavailable;
        const auto is_nobody =
            is_unreachable || (answer.how == ending::exception &&
                               answer.code == modbus::exception_code::gateway_target_failed_to_respond);
        unreachable_ += is_unreachable ? 1 : 0;
        if (answer.how == ending::bad_reply) {
            progress_.clear();
            line_.errors().telegram({"unit " + std::to_string(unit)}, explanation_of(answer));
        } else if (answer.is_reply() || (answer.how == ending::exception && !is_nobody)) {
            found_.push_back({unit, answer.is_reply() ? "values" : std::string{name(answer.code)}, {}, {}});
        }
        // Who was found is asked more when nothing else is under way: the next answer is its own then.
        if (under_way_.empty())
            write_found();
        progress_.show(asked_, all - asked_, count_ + found_.size());
    }

    void write_found() {
        std::ranges::sort(found_, {}, &found_unit::unit);
        for (auto& each : std::exchange(found_, {})) {
            if (!options_.is_quick)
                identify(each);
            progress_.clear();
            ++count_;
            if (!rows_.write(each))
                is_closed_ = true;
        }
    }

    void identify(found_unit& unit) {
        std::optional<modbus::device_object_id> next = modbus::device_object_id::vendor_name;
        for (auto left = most_identification_requests; next && left > 0; --left)
            next = identify_from(*next, unit);
        const auto id = line_.ask(unit.unit, modbus::report_server_id_request{});
        if (id && id->is_reply())
            if (const auto parsed = modbus::report_server_id_response_view::parse(id->response))
                unit.server_id = hex_text(parsed->data());
    }

    /// Asks for the objects from `first` on, and says where those begin that did not fit into the answer.
    std::optional<modbus::device_object_id> identify_from(modbus::device_object_id first, found_unit& unit) {
        const auto who = line_.ask(unit.unit, modbus::read_device_identification_request{
                                                  modbus::identification_access::basic, first});
        if (!who || !who->is_reply())
            return std::nullopt;
        const auto parsed = modbus::read_device_identification_response_view::parse(who->response);
        if (!parsed)
            return std::nullopt;
        for (const auto& object : parsed->objects()) {
            const std::string known{modbus::name(object.id)};
            const auto label =
                known == "unknown" ? "object_" + std::to_string(static_cast<unsigned>(object.id)) : known;
            if (std::ranges::find(unit.identification, label, &found_unit::named_text::first) ==
                unit.identification.end())
                unit.identification.emplace_back(label, printable(object.value));
        }
        const auto head = parsed->head();
        return head.more_follows ? std::optional{head.next_object} : std::nullopt;
    }

    void tell(std::size_t all) {
        write_found_unasked();
        const auto result = std::to_string(count_) + (count_ == 1 ? " device" : " devices") + " found with " +
                            std::to_string(asked_) + (asked_ == 1 ? " probe" : " probes");
        out_.flush();
        if (out_.has_failed())
            line_.errors().plain("cannot write everything to the standard output");
        if (asked_ < all && is_interrupted())
            line_.errors().note(result + "; there may be more");
        else if (count_ == 0 && line_.can_go_on())
            line_.errors().plain("no device has answered: check the bit rate, parity and wiring, and try "
                                 "--timeout with more milliseconds");
        else if (asked_ != 0)
            line_.errors().note(result);
        if (unreachable_ != 0)
            line_.errors().plain(std::to_string(unreachable_) + (unreachable_ == 1 ? " unit" : " units") +
                                 " could not be asked: the gateway has lost its line (exception 10), or does "
                                 "not let them be reached");
    }

    /// What was found before Ctrl-C is kept, if without its identification.
    void write_found_unasked() {
        for (const auto& each : std::exchange(found_, {})) {
            ++count_;
            static_cast<void>(rows_.write(each));
        }
    }

    const modbus_scan_options& options_;
    const modbus::point& probe_;
    modbus_line& line_;
    output out_;
    found_units rows_;
    scan_progress progress_{"device"};
    std::map<modbus::request_id, std::uint8_t> under_way_;
    std::vector<found_unit> found_;
    std::size_t asked_ = 0;
    std::size_t count_ = 0;
    std::size_t unreachable_ = 0; ///< A gateway could not ask them.
    bool is_closed_ = false;
};

int modbus_scan(const modbus_scan_options& options) {
    complaints errors{options.colour};
    const auto probe = parse_modbus_point(options.probe, {}, "--probe", errors);
    const auto where = probe ? modbus_endpoint(options, errors) : std::nullopt;
    if (!where)
        return wrong_usage;
    auto how = modbus_client_options(options, *where);
    const auto is_on_line = is_line(how.framing);
    if (!options.timeout)
        how.response_timeout = is_on_line ? scan_timeout_of_lines : scan_timeout_over_tcp;
    how.retries = static_cast<std::uint8_t>(options.retries.value_or(0));
    how.degradation.failures = 0;
    how.reconnect_after = 0; // silence is the rule
    const auto units = parse_modbus_units(options.units, 0, 255);
    if (is_on_line && std::ranges::find(units, 0) != units.end()) {
        errors.plain("--units: on a line, unit 0 is everybody, and nobody answers to it; ask 1 to 247");
        return wrong_usage;
    }
    const auto line = modbus_line::open(options, *where, how, errors);
    if (!line)
        return wrong_usage;
    unit_search{options, *probe, *line}.run(units);
    return line->finish();
}

} // namespace

void add_modbus_scan(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<modbus_scan_options>();
    auto* command = app.add_subcommand("scan", modbus_scan_description);
    add_modbus_options(*command, *options);
    command->add_option("--units", options->units, "The units to ask: 1-247 unless given; 1-32,100 ...")
        ->option_text("N-M,...")
        ->check(CLI::Validator{[](const std::string& text) {
                                   return parse_modbus_units(text, 0, 255).empty()
                                              ? "units are numbers of 0 to 255, as 1-32,100"
                                              : "";
                               },
                               ""});
    command->add_option("--probe", options->probe, "The entry that is asked for: holding:0 unless given")
        ->option_text("TABLE:ADDRESS");
    command->add_flag("--quick", options->is_quick, "Do not ask for identifications");
    command->add_option("-f,--format", options->format, "Output format: table, json or csv; see below")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"table", "json", "csv"}).description(""));
    command->footer(modbus_footer(modbus_scan_footer, modbus_scan_examples));
    command->callback([options, &run] { run = [options] { return modbus_scan(*options); }; });
}

} // namespace meterlink::cli
