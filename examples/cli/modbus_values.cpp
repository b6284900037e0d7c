#include "modbus_values.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <variant>

#include <meterlink/core/decimal_text.hpp>
#include <meterlink/modbus/register_text.hpp>
#include <meterlink/modbus/register_type.hpp>

namespace meterlink::cli {

namespace {

bool is_single_bit(const modbus::point& p) {
    return holds_bits(p.address.table) ||
           (p.format.type.kind() == modbus::register_kind::bits && std::has_single_bit(p.format.type.mask()));
}

} // namespace

std::optional<modbus::register_value> parse_modbus_value(const std::string& text, const modbus::point& p,
                                                         complaints& errors) {
    if (text == "null")
        return modbus::register_value{modbus::invalid{}};
    if (!holds_bits(p.address.table) && p.format.type.kind() == modbus::register_kind::text) {
        const auto copied = modbus::register_text::from(text);
        if (copied)
            return modbus::register_value{*copied};
        errors.plain(without_controls(p.name + ": the text is longer than 250 characters"));
        return std::nullopt;
    }
    const bool is_on = text == "on" || text == "true";
    if (is_on || text == "off" || text == "false") {
        if (is_single_bit(p))
            return modbus::register_value{decimal{is_on ? 1 : 0, 0}};
        errors.plain(without_controls(p.name + ": on and off are for coils and single bits"));
        return std::nullopt;
    }
    const auto number = parse_decimal(text);
    if (number)
        return modbus::register_value{*number};
    errors.text({{without_controls(p.name), 0},
                 number.error().code == errc::decimal_overflow
                     ? "this number has too many digits"
                     : "a number, on, off or null has to stand here",
                 text,
                 number.error().offset});
    return std::nullopt;
}

std::string misfit_text(const std::string& value, const modbus::point& p) {
    if (holds_bits(p.address.table))
        return value + " is neither on (1) nor off (0)";
    auto out = value + " cannot be written exactly as " + to_string(p.format.type);
    if (p.format.scale != decimal{1, 0})
        out += " * " + to_string(p.format.scale);
    if (p.format.offset.mantissa != 0)
        out += " + " + to_string(p.format.offset);
    if (value == "null" && !p.format.not_available)
        out += ": nothing stands for \"not available\" in this point";
    else if (p.format.type.kind() == modbus::register_kind::text)
        out += ": it is too long";
    return out;
}

bool is_number(const modbus::register_value& value) {
    return std::holds_alternative<decimal>(value) || std::holds_alternative<modbus::real>(value);
}

std::string modbus_value_text(const modbus::register_value& value) {
    if (const auto* number = std::get_if<decimal>(&value))
        return to_string(*number);
    if (const auto* text = std::get_if<modbus::register_text>(&value))
        return to_string(*text);
    const auto* sent = std::get_if<modbus::real>(&value);
    if (sent == nullptr)
        return {};
    if (const auto exact = sent->shortest())
        return to_string(*exact);
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), sent->to_double());
    return {buffer.data(), end.ptr};
}

} // namespace meterlink::cli
