// meterlink modbus types: what registers may mean, tried with every type and order.

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include <meterlink/modbus/read_holding_registers.hpp>
#include <meterlink/modbus/read_input_registers.hpp>
#include <meterlink/modbus/register_plausibility.hpp>
#include <meterlink/modbus/register_value.hpp>
#include <meterlink/modbus/register_view.hpp>
#include <meterlink/modbus/table_range.hpp>

#include "command.hpp"
#include "modbus_command.hpp"
#include "modbus_line.hpp"
#include "modbus_points.hpp"
#include "modbus_readings.hpp"
#include "modbus_values.hpp"

namespace meterlink::cli {

namespace {

struct modbus_types_options : modbus_options {
    std::string point;
    modbus_point_options defaults;
    std::string unit;
    std::string registers;
    std::string later;
    std::optional<double> again;
    unsigned limit = 8;
    std::string format;
};

constexpr auto modbus_types_description =
    "Find out the type of registers: show them as every type, the most plausible first.";

constexpr auto modbus_types_footer = R"(What is shown
  The registers as each type and order that they can be, the most plausible first, with what speaks for it.
  Meters report small integers, reals with few digits, decimal digits and text, seldom anything else. Of
  equally plausible types the more usual stands first: with several readings it is easier to tell.

Registers
  Best are exactly those of one value: --count 1, 2 or 4. --again SECONDS reads them a second time: a counter
  has grown a little then, and what looks like one in the wrong order has jumped.
  --registers has them in hex in place of a device, and --later a second reading of them.

Output formats
  table, the default on a terminal; json, one object for all guesses
)";

constexpr auto modbus_types_examples = R"(  meterlink modbus types tcp://192.168.1.30 holding:52 --unit 5
  meterlink modbus types serial:/dev/ttyUSB0?baud=9600 input:0 --count 4 --again 30
  meterlink modbus types --registers "4366 199A"
)";

using register_list = std::vector<std::uint16_t>;

/// `4366 199A`: four hex digits each, with anything usual between them. Complains about what is none.
std::optional<register_list> registers_from(const std::string& text, const std::string& option,
                                            complaints& errors) {
    register_list out;
    constexpr std::string_view between = " ,;\t";
    for (std::size_t at = 0; (at = text.find_first_not_of(between, at)) != std::string::npos;) {
        const auto end = std::min(text.find_first_of(between, at), text.size());
        auto digits = std::string_view{text}.substr(at, end - at);
        if (digits.starts_with("0x") || digits.starts_with("0X"))
            digits.remove_prefix(2);
        std::uint16_t value = 0;
        const auto [last, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (digits.size() > 4 || failed != std::errc{} || last != digits.data() + digits.size()) {
            errors.text({{option, 0}, "a register of up to four hex digits has to stand here", text, at});
            return std::nullopt;
        }
        out.push_back(value);
        at = end;
    }
    if (out.empty() || out.size() > modbus::max_text_registers) {
        errors.plain(option + " takes 1 to 125 registers");
        return std::nullopt;
    }
    return out;
}

std::string hex_of(const register_list& registers) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const auto each : registers) {
        out += out.empty() ? "" : " ";
        for (const auto shift : {12U, 8U, 4U, 0U})
            out += digits[each >> shift & 0xFU];
    }
    return out;
}

std::string order_of(const modbus::type_guess& guess) {
    const auto is_text = guess.type.kind() == modbus::register_kind::text;
    if (is_text || guess.type.width() == 1)
        return swaps_octets(guess.order) ? "BA" : "AB";
    return std::string{guess.type.width() == 4 ? long_name(guess.order) : name(guess.order)};
}

/// The registers as the guess has them.
std::optional<modbus::register_value> value_of(const modbus::type_guess& guess,
                                               const register_list& registers) {
    const auto value = decode_registers(registers, guess.format());
    return value ? std::optional{*value} : std::nullopt;
}

std::string shown_value(const std::optional<modbus::register_value>& value) {
    if (!value)
        return {};
    if (const auto* none = std::get_if<modbus::invalid>(&*value))
        return '(' + std::string{name(none->reason)} + ')';
    return std::holds_alternative<modbus::register_text>(*value) ? '"' + modbus_value_text(*value) + '"'
                                                                 : modbus_value_text(*value);
}

/// What was read, once or twice.
struct typed_registers {
    register_list first;
    register_list later; ///< Empty where they were read once.
};

void write_type_table(const typed_registers& read, const modbus::type_ranking& ranking, unsigned limit,
                      output& out) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& guess : ranking) {
        if (rows.size() == limit || !guess.is_possible())
            break;
        rows.push_back({std::to_string(rows.size() + 1), to_string(guess.type), order_of(guess),
                        shown_value(value_of(guess, read.first)),
                        read.later.empty() ? std::string{} : shown_value(value_of(guess, read.later)),
                        std::string{message(guess.reason)}});
    }
    out.text() += "registers  " + hex_of(read.first) +
                  (read.later.empty() ? "" : "\nlater      " + hex_of(read.later)) + "\n\n" +
                  aligned_table({"rank", "type", "order", "value", "later", "reason"}, std::move(rows), 3);
}

std::string json_value_of(const std::optional<modbus::register_value>& value) {
    if (!value || std::holds_alternative<modbus::invalid>(*value))
        return "null";
    return is_number(*value) ? modbus_value_text(*value) : json_text(modbus_value_text(*value));
}

void write_type_json(const typed_registers& read, const modbus::type_ranking& ranking, unsigned limit,
                     output& out) {
    auto& text = out.text();
    text += R"({"registers":")" + hex_of(read.first) + '"' +
            (read.later.empty() ? std::string{} : R"(,"later":")" + hex_of(read.later) + '"') +
            R"(,"guesses":[)";
    unsigned rank = 0;
    for (const auto& guess : ranking) {
        if (rank == limit || !guess.is_possible())
            break;
        text += std::string{rank == 0 ? "" : ","} + R"({"rank":)" + std::to_string(rank + 1) +
                R"(,"type":")" + to_string(guess.type) + R"(","order":")" + std::string{name(guess.order)} +
                R"(","value":)" + json_value_of(value_of(guess, read.first));
        if (!read.later.empty())
            text += R"(,"later":)" + json_value_of(value_of(guess, read.later));
        text += R"(,"reason":")" + std::string{message(guess.reason)} + R"("})";
        ++rank;
    }
    text += "]}\n";
}

int show_types(const typed_registers& read, const modbus_types_options& options) {
    output out{options.colour};
    const auto ranking =
        read.later.empty() ? modbus::rank_types(read.first) : modbus::rank_types(read.first, read.later);
    if (options.format == "json" || (options.format.empty() && !out.is_terminal()))
        write_type_json(read, ranking, options.limit, out);
    else
        write_type_table(read, ranking, options.limit, out);
    out.flush();
    return all_good;
}

/// The registers of the device; none where it did not give them, which has been said then.
std::optional<register_list> registers_of(modbus_line& line, std::uint8_t unit,
                                          const modbus::table_range& range) {
    const auto answer =
        range.table == modbus::register_table::input_registers
            ? line.ask(unit, modbus::read_input_registers_request{range.start, range.count})
            : line.ask(unit, modbus::read_holding_registers_request{range.start, range.count});
    if (!answer)
        return std::nullopt;
    if (!answer->is_reply()) {
        line.errors().telegram({"unit " + std::to_string(unit) + ", " + std::string{short_name(range.table)} +
                                ':' + std::to_string(range.start)},
                               explanation_of(*answer));
        return std::nullopt;
    }
    const modbus::register_view registers{bytes_view{answer->response}.subspan(2)};
    return register_list{registers.begin(), registers.end()};
}

int types_offline(const modbus_types_options& options, complaints& errors) {
    if (!options.url.empty())
        errors.plain("--registers stands in place of URL and POINT: give either");
    const auto first = registers_from(options.registers, "--registers", errors);
    const auto later =
        options.later.empty() ? register_list{} : registers_from(options.later, "--later", errors);
    if (first && later && !later->empty() && later->size() != first->size())
        errors.plain("--later has " + std::to_string(later->size()) + " registers, and --registers " +
                     std::to_string(first->size()));
    if (errors.count() != 0 || !first || !later)
        return wrong_usage;
    return show_types({*first, *later}, options);
}

int modbus_types(const modbus_types_options& options) {
    complaints errors{options.colour};
    if (!options.registers.empty())
        return types_offline(options, errors);
    if (options.url.empty() || options.point.empty())
        errors.plain("nothing to look at: give URL and POINT, or --registers; --help shows examples");
    const auto point = errors.count() == 0
                           ? parse_modbus_point(options.point, options.defaults, "POINT", errors)
                           : std::nullopt;
    if (point && holds_bits(point->address.table))
        errors.plain("POINT: the bits of the table " + std::string{name(point->address.table)} +
                     " have no types");
    if (point && point->address.offset + options.defaults.count > 65536)
        errors.plain("--count: there are not so many registers from " + point->name + " on");
    const auto where = errors.count() == 0 ? modbus_endpoint(options, errors) : std::nullopt;
    const auto units = parse_modbus_units(options.unit.empty() ? "1" : options.unit, 0, 255);
    if (!where)
        return wrong_usage;
    const auto line = modbus_line::open(options, *where, modbus_client_options(options, *where), errors);
    if (!line)
        return wrong_usage;
    const modbus::table_range range{point->address.table, point->address.offset,
                                    static_cast<std::uint16_t>(options.defaults.count)};
    typed_registers read;
    if (const auto first = registers_of(*line, units.front(), range)) {
        read.first = *first;
        if (options.again) {
            line->pass_time(std::chrono::steady_clock::now() +
                            std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                std::chrono::duration<double>(*options.again)));
            read.later = registers_of(*line, units.front(), range).value_or(register_list{});
        }
        static_cast<void>(show_types(read, options));
    }
    return line->finish();
}

} // namespace

void add_modbus_types(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<modbus_types_options>();
    options->defaults.count = 2;
    auto* command = app.add_subcommand("types", modbus_types_description);
    add_modbus_options(*command, *options, false);
    command->add_option("POINT", options->point, "The first register: holding:52, input:0x10 ...")
        ->option_text("");
    add_modbus_unit_option(*command, options->unit);
    command
        ->add_option("--notation", options->defaults.notation,
                     "How the address is written: protocol (the default, from 0 on), number (from 1 on),\n"
                     "five_digit (40001) or six_digit (400001)")
        ->type_name("NOTATION")
        ->check(CLI::IsMember({"protocol", "number", "five_digit", "six_digit"}).description(""));
    command->add_option("--count", options->defaults.count, "How many registers: 2 unless given")
        ->option_text("N")
        ->check(CLI::Range(1U, 125U).description(""));
    command
        ->add_option("--again", options->again,
                     "Read them again after so many seconds, and take both into account")
        ->option_text("SECONDS")
        ->check(CLI::Range(0.0, 86400.0).description(""));
    auto* registers = command
                          ->add_option("--registers", options->registers,
                                       "The registers in hex, without a device: \"4366 199A\"")
                          ->option_text("HEX");
    command->add_option("--later", options->later, "The same registers, read later")
        ->option_text("HEX")
        ->needs(registers);
    command->add_option("--limit", options->limit, "Show so many guesses: 8 unless given")
        ->option_text("N")
        ->check(CLI::Range(1U, 100U).description(""));
    command->add_option("-f,--format", options->format, "Output format: table or json")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"table", "json"}).description(""));
    command->footer(modbus_footer(modbus_types_footer, modbus_types_examples));
    command->callback([options, &run] { run = [options] { return modbus_types(*options); }; });
}

} // namespace meterlink::cli
