#pragma once

/// Points as people write them on a command line.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

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
/// `; 40101 looks like five digits: try --notation five_digit`; empty where `address` looks like none of
/// them, or `notation` is not that of the protocol.
[[nodiscard]] std::string modbus_notation_hint(std::string_view address, modbus::address_notation notation);
/// `p`, and `count` - 1 more behind it. Complains where there are not so many entries.
[[nodiscard]] std::vector<modbus::point> repeated(const modbus::point& p, unsigned count, complaints& errors);

/// What the help of commands that take points says of them.
extern const char* const modbus_points_help;

} // namespace meterlink::cli
