#pragma once

/// Values of points as people write and read them.

#include <optional>
#include <string>

#include <meterlink/modbus/point.hpp>
#include <meterlink/modbus/register_value.hpp>

#include "terminal.hpp"

namespace meterlink::cli {

/// A value that somebody wants in a point: a number, text, or `null` for "not available"; `on` and `off` for
/// a coil or a single bit.
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
