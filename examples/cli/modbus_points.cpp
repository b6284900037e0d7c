#include "modbus_points.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <meterlink/core/decimal_text.hpp>
#include <meterlink/modbus/register_order.hpp>
#include <meterlink/modbus/register_type.hpp>

#include "modbus_units.hpp"

namespace meterlink::cli {

const char* const modbus_points_help =
    R"(Points: [TABLE:]ADDRESS[:TYPE[:ORDER]][*SCALE][+OFFSET][@UNIT], in quotes because of the *
  TABLE     holding (the default), input, coil or discrete
  ADDRESS   as it travels, from 0 on, or 0x6B; --notation tells other ways to write it: the same holding
            register is 107 with protocol (the default), 108 with number, 40108 with five_digit and 400108 with
            six_digit, which name the table themselves
  TYPE      uint16 (the default), int16, uint32, int32, uint64, int64, float32, float64, bcd16, bcd32, bcd64,
            text:N in N registers, bit:N, bits:M-N, and bit32:, bits32:, bit64:, bits64: of more registers
  ORDER     ABCD (the default), CDAB, BADC, DCBA, and of 64 bits also EFGHABCD, CDABGHEF, FEHGBADC, DCBAHGFE
  SCALE     value = registers * SCALE + OFFSET, exactly
  UNIT      of the value: kWh, m3/h, degC ...; values are given in the canonical unit, so 1.5 kWh as 1500 Wh
)";

namespace {

using modbus::register_table;

constexpr std::array<std::pair<std::string_view, register_table>, 8> short_tables{{
    {"coil", register_table::coils},
    {"discrete", register_table::discrete_inputs},
    {"input", register_table::input_registers},
    {"holding", register_table::holding_registers},
    {"c", register_table::coils},
    {"d", register_table::discrete_inputs},
    {"i", register_table::input_registers},
    {"h", register_table::holding_registers},
}};

/// The pieces of a point, each with the column where it stands.
struct point_text {
    struct piece {
        std::string_view text;
        std::size_t column = 0;
    };
    std::optional<piece> table;
    piece address;
    std::optional<piece> type;
    std::optional<piece> order;
    std::optional<piece> scale;
    std::optional<piece> offset;
    std::optional<piece> unit;
};

/// Cuts what stands behind the first `mark` off.
std::optional<point_text::piece> cut_behind(point_text::piece& from, char mark) {
    const auto at = from.text.find(mark);
    if (at == std::string_view::npos)
        return std::nullopt;
    const point_text::piece out{from.text.substr(at + 1), from.column + at + 1};
    from.text = from.text.substr(0, at);
    return out;
}

point_text pieces_of(std::string_view text) {
    point_text out;
    point_text::piece rest{text};
    out.unit = cut_behind(rest, '@');
    out.scale = cut_behind(rest, '*');
    auto& before_offset = out.scale ? *out.scale : rest;
    out.offset = cut_behind(before_offset, '+');
    auto behind = cut_behind(rest, ':');
    if (modbus_table_from(rest.text)) {
        out.table = rest;
        rest = behind.value_or(point_text::piece{{}, text.size()});
        behind = cut_behind(rest, ':');
    }
    out.address = rest;
    if (!behind)
        return out;
    // Of the colons in TYPE:ORDER, one may belong to the type: text:6:BADC.
    out.type = behind;
    const auto colon = behind->text.rfind(':');
    if (colon != std::string_view::npos && modbus::register_order_from(behind->text.substr(colon + 1))) {
        out.order = point_text::piece{behind->text.substr(colon + 1), behind->column + colon + 1};
        out.type->text = behind->text.substr(0, colon);
    }
    return out;
}

/// Reads one point, and says what is wrong with it.
class point_reader {
public:
    point_reader(const std::string& text, const modbus_point_options& options, std::string what,
                 complaints& errors)
        : text_{text}, options_{options}, what_{std::move(what)}, errors_{errors} {}

    std::optional<modbus::point> read() {
        const auto pieces = pieces_of(text_);
        modbus::point out;
        out.name = text_.substr(0, pieces.type ? pieces.type->column - 1 : text_.find_first_of("*+@"));
        if (!read_address(pieces, out) || !read_format(pieces, out) || !read_unit(pieces, out))
            return std::nullopt;
        if (!check(out))
            return refuse("the value would go on behind entry 65535", pieces.address.column);
        return out;
    }

private:
    std::optional<modbus::point> refuse(const std::string& why, std::size_t column) {
        errors_.text({{what_, 0}, why, text_, column});
        return std::nullopt;
    }
    bool refuse_option(const std::string& name, const std::string& value, const std::string& why) {
        errors_.plain(name + ": " + why + ", but not " + without_controls(value));
        return false;
    }

    bool read_address(const point_text& pieces, modbus::point& out) {
        const auto notation =
            modbus::address_notation_from(options_.notation).value_or(modbus::address_notation::protocol);
        auto table = pieces.table ? modbus_table_from(pieces.table->text) : modbus_table_from(options_.table);
        const auto names_table = notation == modbus::address_notation::five_digit ||
                                 notation == modbus::address_notation::six_digit;
        if (!table && !names_table)
            table = register_table::holding_registers;
        const auto address = modbus::parse_register_address(pieces.address.text, notation, table);
        if (!address) {
            const auto why = address.error().code == errc::value_out_of_range
                                 ? "there is no such address in this table and notation" +
                                       modbus_notation_hint(pieces.address.text, notation)
                                 : "this is neither a table nor an address in notation " + options_.notation;
            refuse(why, std::min(pieces.address.column + address.error().offset, text_.size()));
            return false;
        }
        out.address = *address;
        return true;
    }

    bool read_format(const point_text& pieces, modbus::point& out) {
        if (holds_bits(out.address.table) && (pieces.type || pieces.order))
            return refuse("coils and discrete inputs have no type",
                          pieces.type ? pieces.type->column : pieces.order->column)
                .has_value();
        const auto type_text = pieces.type ? pieces.type->text : std::string_view{options_.type};
        const auto type = modbus::register_type_from(type_text);
        constexpr auto types = "the types are uint16, int16, uint32, int32, uint64, int64, float32, float64, "
                               "bcd16, bcd32, bcd64, text:N, bit:N and bits:M-N";
        if (!type && !pieces.type)
            return refuse_option("--type", options_.type, types);
        if (!type)
            return refuse(std::string{types} + " (and behind them, an order: ABCD, CDAB ...)",
                          pieces.type->column)
                .has_value();
        out.format.type = *type;
        out.format.order =
            modbus::register_order_from(pieces.order ? pieces.order->text : std::string_view{options_.order})
                .value_or(modbus::register_order::abcd);
        return read_number(pieces.scale, "--scale", options_.scale, out.format.scale) &&
               read_number(pieces.offset, "--offset", options_.offset, out.format.offset) &&
               read_not_available(out);
    }

    bool read_number(const std::optional<point_text::piece>& piece, const char* option,
                     const std::string& otherwise, decimal& to) {
        const auto number = parse_decimal(piece ? piece->text : std::string_view{otherwise});
        if (!number && piece)
            return refuse("a number such as 0.001 has to stand here",
                          std::min(piece->column + number.error().offset, text_.size()))
                .has_value();
        if (!number)
            return refuse_option(option, otherwise, "takes a number such as 0.001");
        to = *number;
        return true;
    }

    bool read_not_available(modbus::point& out) {
        if (cli::read_not_available(options_.not_available, out.format))
            return true;
        return refuse_option("--not-available", options_.not_available,
                             "takes none, usual, or the bits in hex");
    }

    bool read_unit(const point_text& pieces, modbus::point& out) {
        const auto text = pieces.unit ? pieces.unit->text : std::string_view{options_.unit};
        const auto unit = scaled_unit_from(text);
        if (!unit && pieces.unit)
            return refuse("this unit is not known", pieces.unit->column).has_value();
        if (!unit)
            return refuse_option("--measure", options_.unit, "takes a unit that is known");
        return count_in(out, *unit).has_value() ||
               refuse("scale and unit together are beyond all numbers", 0).has_value();
    }

    const std::string& text_;
    const modbus_point_options& options_;
    std::string what_;
    complaints& errors_;
};

} // namespace

void add_modbus_point_options(CLI::App& command, modbus_point_options& options) {
    command
        .add_option("--table", options.table,
                    "Table of points that name none: holding (the default), input, coil or discrete")
        ->type_name("TABLE")
        ->check(CLI::Validator{[](const std::string& text) {
                                   return modbus_table_from(text) ? "" : "holding, input, coil or discrete";
                               },
                               ""});
    command
        .add_option(
            "--notation", options.notation,
            "How addresses are written: protocol (the default), number, five_digit or\nsix_digit; see below")
        ->type_name("NOTATION")
        ->check(CLI::IsMember({"protocol", "number", "five_digit", "six_digit"}).description(""));
    command.add_option("-t,--type", options.type, "Type of points that name none: uint16 unless given")
        ->option_text("TYPE");
    command.add_option("--order", options.order, "Order of points that name none: ABCD unless given")
        ->option_text("ORDER")
        ->check(CLI::Validator{[](const std::string& text) {
                                   return modbus::register_order_from(text)
                                              ? ""
                                              : "an order is ABCD, CDAB, BADC, DCBA, or of 64 bits EFGHABCD, "
                                                "CDABGHEF, FEHGBADC or DCBAHGFE";
                               },
                               ""});
    command.add_option("--scale", options.scale, "Scale of points that name none: 1 unless given")
        ->option_text("SCALE");
    command.add_option("--offset", options.offset, "Offset of points that name none: 0 unless given")
        ->option_text("OFFSET");
    command.add_option("--measure", options.unit, "Unit of measure of points that name none")
        ->option_text("UNIT");
    command
        .add_option(
            "--not-available", options.not_available,
            "What stands for \"no value\": none (the default), usual for what is usual with the\ntype (8000, "
            "FFFF ..., a NaN), or the bits in hex")
        ->option_text("HEX");
}

std::optional<modbus::register_table> modbus_table_from(std::string_view text) {
    for (const auto& [name, table] : short_tables)
        if (name == text)
            return table;
    return modbus::register_table_from(text);
}

std::string_view short_name(modbus::register_table table) {
    for (const auto& [name, each] : short_tables)
        if (each == table)
            return name;
    return "unknown";
}

bool read_not_available(std::string_view text, modbus::register_format& format) {
    format.not_available.reset();
    if (text == "none")
        return true;
    if (text == "usual") {
        format.not_available = usual_not_available(format.type);
        return true;
    }
    if (text.starts_with("0x") || text.starts_with("0X"))
        text.remove_prefix(2);
    std::uint64_t bits = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), bits, 16);
    if (text.empty() || failed != std::errc{} || end != text.data() + text.size())
        return false;
    format.not_available = bits;
    return true;
}

std::optional<modbus::point> parse_modbus_point(const std::string& text, const modbus_point_options& options,
                                                const std::string& what, complaints& errors) {
    return point_reader{text, options, what, errors}.read();
}

std::string modbus_notation_hint(std::string_view address, modbus::address_notation notation) {
    if (notation != modbus::address_notation::protocol)
        return {};
    for (const auto& [other, digits] : {std::pair{modbus::address_notation::five_digit, "five"},
                                        std::pair{modbus::address_notation::six_digit, "six"}})
        if (modbus::parse_register_address(address, other))
            return "; " + std::string{address} + " looks like " + digits + " digits: try --notation " +
                   std::string{name(other)};
    return {};
}

std::vector<modbus::point> repeated(const modbus::point& p, unsigned count, complaints& errors) {
    std::vector<modbus::point> out{p};
    for (unsigned i = 1; i < count; ++i) {
        auto next = out.back();
        const auto offset = next.address.offset + next.width();
        if (offset + next.width() > 65536) {
            errors.plain("--count: there is no room for " + std::to_string(count) + " values from " + p.name +
                         " on");
            return {};
        }
        next.address.offset = static_cast<std::uint16_t>(offset);
        next.name = std::string{short_name(next.address.table)} + ':' + std::to_string(offset);
        out.push_back(std::move(next));
    }
    return out;
}

} // namespace meterlink::cli
