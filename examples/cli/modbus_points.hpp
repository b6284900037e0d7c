#pragma once

/// Points as people write them on a command line, and values as they are written to them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include <meterlink/core/result.hpp>
#include <meterlink/modbus/point.hpp>
#include <meterlink/modbus/register_address.hpp>
#include <meterlink/modbus/register_value.hpp>

#include "terminal.hpp"

namespace meterlink::cli {

/// What a point has that does not say it itself.
struct modbus_point_options {
    std::string table;
    std::string notation = "protocol";
    std::string type = "uint16";
    std::string order = "ABCD";
    std::string scale = "1";
    std::string offset = "0";
    std::string unit;
    std::string not_available = "none";
    unsigned count = 1;
};

/// Adds --table, --notation, --type, --order, --scale, --offset, --measure and --not-available to `command`.
void add_modbus_point_options(CLI::App& command, modbus_point_options& options);

/// A unit as people write it, and by what values in it are multiplied: kWh is 1000 Wh.
struct scaled_unit {
    meterlink::unit unit = meterlink::unit::none;
    decimal factor{1, 0};
};

/// `kWh`, `m3/h`, `l`; none for others.
[[nodiscard]] std::optional<scaled_unit> scaled_unit_from(std::string_view text);
/// Has `p`, which counts in `of`, give its values in the canonical unit. `errc::decimal_overflow`.
[[nodiscard]] result<void> count_in(modbus::point& p, const scaled_unit& of);

/// The table that `text` names: `holding`, `input`, `coil`, `discrete`, or as `modbus::name` has it.
[[nodiscard]] std::optional<modbus::register_table> modbus_table_from(std::string_view text);
/// The short name: `holding`.
[[nodiscard]] std::string_view short_name(modbus::register_table table);

/// `none`, `usual` for `type`, or the bits in hex. False where `text` is none of them.
[[nodiscard]] bool read_not_available(std::string_view text, modbus::register_format& format);

/// The point of `[TABLE:]ADDRESS[:TYPE[:ORDER]][*SCALE][+OFFSET][@UNIT]`. Complains about one that is none,
/// under the name of `what`.
[[nodiscard]] std::optional<modbus::point> parse_modbus_point(const std::string& text,
                                                              const modbus_point_options& options,
                                                              const std::string& what, complaints& errors);
/// `p`, and `count` - 1 more behind it. Complains where there are not so many entries.
[[nodiscard]] std::vector<modbus::point> repeated(const modbus::point& p, unsigned count, complaints& errors);

/// What the help of commands that take points says of them.
extern const char* const modbus_points_help;

/// A value that somebody wants in a point: a number, `on`, `off`, text, or `null` for "not available".
/// Complains, under the name of the point, about what it cannot be.
[[nodiscard]] std::optional<modbus::register_value>
parse_modbus_value(const std::string& text, const modbus::point& p, complaints& errors);
/// Why `value` has no place in `p`.
[[nodiscard]] std::string misfit_text(const std::string& value, const modbus::point& p);

/// The value as people, and JSON, write it: a number exactly, text as it is, nothing for `invalid`.
[[nodiscard]] std::string modbus_value_text(const modbus::register_value& value);
/// Whether `value` is a number.
[[nodiscard]] bool is_number(const modbus::register_value& value);

} // namespace meterlink::cli
