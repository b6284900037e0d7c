// meterlink modbus write: values into registers and coils.

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <meterlink/modbus/mask_write_register.hpp>
#include <meterlink/modbus/read_coils.hpp>
#include <meterlink/modbus/read_holding_registers.hpp>
#include <meterlink/modbus/register_encoding.hpp>
#include <meterlink/modbus/write_multiple_coils.hpp>
#include <meterlink/modbus/write_multiple_registers.hpp>
#include <meterlink/modbus/write_single_coil.hpp>
#include <meterlink/modbus/write_single_register.hpp>

#include "command.hpp"
#include "modbus_command.hpp"
#include "modbus_device.hpp"
#include "modbus_line.hpp"
#include "modbus_points.hpp"
#include "modbus_values.hpp"

namespace meterlink::cli {

namespace {

struct modbus_write_options : modbus_options {
    std::vector<std::string> assignments;
    modbus_point_options defaults;
    std::string device;
    std::string unit;
    std::string function = "auto";
    bool verifies = false;
};

constexpr auto modbus_write_description = "Write values into registers and coils of a Modbus device.";

constexpr auto modbus_write_footer = R"(
Values: POINT=VALUE, in the order in which they are to be written
  A number, text for text:N, on or off for a coil or a single bit, or null for what stands for "not available".
  Values are written exactly: one that does not fit its type and scale is refused, and nothing at all is sent then.
  With --device, POINT is the name of one that the description calls writable.

Functions
  05 for a coil, 06 for one register, 10 for more; --function 0F and 10 are for devices that have only these.
  Bits of a register are changed by 16, which leaves the others alone.
)";

constexpr auto modbus_write_examples = R"(  meterlink modbus write tcp://192.168.1.30 holding:107=42 coil:3=on
  meterlink modbus write tcp://192.168.1.30 'holding:200:float32:CDAB=21.5' --verify
  meterlink modbus write tcp://192.168.1.30 --device meter.json target_temperature=21.5 --verify
)";

/// A value, and what its registers will be.
struct modbus_assignment {
    modbus::point point;
    std::string text;
    bool coil = false;
    std::vector<std::uint16_t> registers;
};

/// `assignment` with its registers; none where the value has no place in them, which has been said then.
std::optional<modbus_assignment> encoded(modbus_assignment assignment, complaints& errors) {
    const auto& p = assignment.point;
    const auto refuse = [&](const std::string& why) -> std::optional<modbus_assignment> {
        errors.plain(without_controls(p.name + ": " + why));
        return std::nullopt;
    };
    if (p.address.table == modbus::register_table::discrete_inputs ||
        p.address.table == modbus::register_table::input_registers)
        return refuse("the table " + std::string{name(p.address.table)} + " can only be read");
    const auto value = parse_modbus_value(assignment.text, p, errors);
    if (!value)
        return std::nullopt;
    if (holds_bits(p.address.table)) {
        const auto* number = std::get_if<decimal>(&*value);
        if (number == nullptr || (*number != decimal{0, 0} && *number != decimal{1, 0}))
            return refuse(misfit_text(assignment.text, p));
        assignment.coil = *number == decimal{1, 0};
        return assignment;
    }
    if (p.width() > 123)
        return refuse("one request writes 123 registers at most");
    assignment.registers.resize(p.width());
    if (!encode_registers(*value, p.format, assignment.registers))
        return refuse(misfit_text(assignment.text, p));
    return assignment;
}

/// What the command line wants written; none where something was wrong.
std::optional<std::vector<modbus_assignment>> assignments_of(modbus_write_options& options,
                                                             complaints& errors) {
    std::optional<modbus_device> device;
    if (!options.device.empty()) {
        device = load_modbus_device(options.device, errors);
        if (!device)
            return std::nullopt;
        options.pause =
            std::max(options.pause, static_cast<unsigned>(device->pause_between_requests.count()));
        options.delay_after_connect =
            std::max(options.delay_after_connect, static_cast<unsigned>(device->pause_after_connect.count()));
        if (options.unit.empty() && device->unit_id)
            options.unit = std::to_string(*device->unit_id);
    }
    std::vector<modbus_assignment> out;
    for (const auto& text : options.assignments) {
        const auto equals = text.find('=');
        if (equals == std::string::npos) {
            errors.plain("POINT=VALUE has to stand here, not " + without_controls(text));
            continue;
        }
        modbus_assignment next;
        const auto whom = text.substr(0, equals);
        next.text = text.substr(equals + 1);
        if (device) {
            const auto* found = device->find(whom);
            if (found == nullptr) {
                complain_of_unknown_point(*device, options.device, whom, errors);
                continue;
            }
            if (!found->is_writable) {
                errors.plain(without_controls(whom + " is not writable, says " + options.device));
                continue;
            }
            next.point = found->point;
        } else if (const auto point = parse_modbus_point(whom, options.defaults, "POINT", errors)) {
            next.point = *point;
        } else {
            continue;
        }
        if (auto whole = encoded(std::move(next), errors))
            out.push_back(std::move(*whole));
    }
    return errors.count() == 0 ? std::optional{std::move(out)} : std::nullopt;
}

/// Writes one value after the other.
class value_writer {
public:
    value_writer(const modbus_write_options& options, std::uint8_t unit, modbus_line& line)
        : options_{options}, unit_{unit}, line_{line}, out_{options.colour} {}

    /// False where the rest is better not written.
    bool write(const modbus_assignment& what) {
        const auto answer = send(what);
        if (!answer)
            return false;
        const auto whom = "unit " + std::to_string(unit_) + ", " + what.point.name;
        if (!answer->is_reply() && answer->how != modbus_answer::ending::broadcast) {
            line_.errors().telegram({whom}, explanation_of(*answer, modbus_purpose::writing));
            return false;
        }
        if (options_.verifies && answer->is_reply() && !verify(what, whom))
            return false;
        out_.text() += without_controls(what.point.name) + " = " + without_controls(what.text) +
                       (options_.verifies ? ", verified" : "") + '\n';
        return out_.flush();
    }

private:
    std::optional<modbus_answer> send(const modbus_assignment& what) {
        const auto& p = what.point;
        const auto start = p.address.offset;
        if (holds_bits(p.address.table)) {
            if (options_.function == "0F") {
                const std::array<bool, 1> values{what.coil};
                return ask(modbus::write_multiple_coils_request::make(start, std::span{values}));
            }
            return line_.ask(unit_, modbus::write_single_coil_request{start, what.coil});
        }
        if (changes_bits(what))
            return line_.ask(unit_, mask_request(what));
        if (what.registers.size() == 1 && options_.function != "10")
            return line_.ask(unit_, modbus::write_single_register_request{start, what.registers.front()});
        return ask(modbus::write_multiple_registers_request::make(start, what.registers));
    }

    template <class Request>
    std::optional<modbus_answer> ask(const result<Request>& made) {
        if (made)
            return line_.ask(unit_, *made);
        return modbus_answer{.how = modbus_answer::ending::bad_reply, .why = made.error()};
    }

    static std::uint16_t mask_of(const modbus_assignment& what) {
        return in_order(static_cast<std::uint16_t>(what.point.format.type.mask()), what.point.format.order);
    }
    static bool changes_bits(const modbus_assignment& what) {
        return what.point.format.type.kind() == modbus::register_kind::bits && mask_of(what) != 0xFFFF;
    }
    static modbus::mask_write_register_request mask_request(const modbus_assignment& what) {
        return {what.point.address.offset, static_cast<std::uint16_t>(~mask_of(what)),
                what.registers.front()};
    }

    bool verify(const modbus_assignment& what, const std::string& whom) {
        const auto start = what.point.address.offset;
        const auto is_coil = holds_bits(what.point.address.table);
        const auto answer =
            is_coil ? line_.ask(unit_, modbus::read_coils_request{start, 1})
                    : line_.ask(unit_, modbus::read_holding_registers_request{
                                           start, static_cast<std::uint16_t>(what.registers.size())});
        if (!answer)
            return false;
        if (!answer->is_reply()) {
            line_.errors().telegram({whom},
                                    "was written, but cannot be read back: " + explanation_of(*answer));
            return false;
        }
        const auto octets = bytes_view{answer->response}.subspan(2);
        if (is_coil ? (octets[0] & 1U) == (what.coil ? 1U : 0U) : holds(what, modbus::register_view{octets}))
            return true;
        const auto now = is_coil ? decode_point(what.point, (octets[0] & 1U) != 0)
                                 : decode_point(what.point, modbus::register_view{octets});
        line_.errors().telegram({whom}, what.text + " was written, but it holds " +
                                            (now ? modbus_value_text(*now) : to_string(now.error())) +
                                            " now");
        return false;
    }
    static bool holds(const modbus_assignment& what, const modbus::register_view& now) {
        const std::uint16_t mask = changes_bits(what) ? mask_of(what) : 0xFFFF;
        for (std::size_t i = 0; i < what.registers.size(); ++i)
            if ((now[i] & mask) != what.registers[i])
                return false;
        return true;
    }

    const modbus_write_options& options_;
    std::uint8_t unit_;
    modbus_line& line_;
    output out_;
};

/// Complains about values that the function that was asked for does not write.
void check_function(const modbus_write_options& options, const std::vector<modbus_assignment>& all,
                    complaints& errors) {
    for (const auto& each : all) {
        const auto is_coil = holds_bits(each.point.address.table);
        const auto is_bits = each.point.format.type.kind() == modbus::register_kind::bits && !is_coil;
        const auto width = each.registers.size();
        if (is_bits && width > 1)
            errors.plain(without_controls(each.point.name) +
                         ": only bits of a single register can be written");
        const auto& wanted = options.function;
        const auto fits = wanted == "auto" || (is_coil && (wanted == "05" || wanted == "0F")) ||
                          (!is_coil && !is_bits && (wanted == "10" || (wanted == "06" && width == 1))) ||
                          (is_bits && wanted == "16");
        if (!fits)
            errors.plain(without_controls(each.point.name) + ": function " + wanted + " does not write it");
    }
}

int modbus_write(modbus_write_options options) {
    complaints errors{options.colour};
    const auto assignments = assignments_of(options, errors);
    if (assignments)
        check_function(options, *assignments, errors);
    const auto units = parse_modbus_units(options.unit.empty() ? "1" : options.unit, 0, 255);
    if (units.size() > 1)
        errors.plain("--unit: values are written to one unit at a time");
    const auto where = errors.count() == 0 ? modbus_endpoint(options, errors) : std::nullopt;
    if (!where)
        return wrong_usage;
    const auto line = modbus_line::open(options, *where, modbus_client_options(options, *where), errors);
    if (!line)
        return wrong_usage;
    value_writer writer{options, units.front(), *line};
    for (std::size_t i = 0; i < assignments->size(); ++i) {
        if (writer.write((*assignments)[i]))
            continue;
        if (i + 1 < assignments->size())
            errors.note("what stands behind it was not written");
        break;
    }
    return line->finish();
}

} // namespace

void add_modbus_write(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<modbus_write_options>();
    auto* command = app.add_subcommand("write", modbus_write_description);
    add_modbus_options(*command, *options);
    command
        ->add_option("POINT=VALUE", options->assignments,
                     "What to write: holding:107=42, coil:3=on ...; see below")
        ->option_text("...")
        ->required();
    add_modbus_unit_option(*command, options->unit);
    add_modbus_point_options(*command, options->defaults);
    add_modbus_device_options(*command, options->device);
    command
        ->add_option(
            "--function", options->function,
            "Function code: auto (the default), 05, 06, 0F, 10 or 16, in hex as the standard\nhas them")
        ->type_name("CODE")
        ->check(CLI::IsMember({"auto", "05", "06", "0F", "10", "16"}).description(""));
    command->add_flag("--verify", options->verifies, "Read each value back, and compare");
    command->footer(
        modbus_footer(std::string{modbus_points_help} + modbus_write_footer, modbus_write_examples));
    command->callback([options, &run] { run = [options] { return modbus_write(*options); }; });
}

} // namespace meterlink::cli
