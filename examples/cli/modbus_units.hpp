#pragma once

/// Units of measure as people write them, with their prefixes.

#include <optional>
#include <string_view>

#include <meterlink/core/decimal.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/unit.hpp>
#include <meterlink/modbus/point.hpp>

namespace meterlink::cli {

/// A unit as people write it, and by what values in it are multiplied: kWh is 1000 Wh.
struct scaled_unit {
    meterlink::unit unit = meterlink::unit::none;
    decimal factor{1, 0};
};

/// `kWh`, `m3/h`, `l`; none for others.
[[nodiscard]] std::optional<scaled_unit> scaled_unit_from(std::string_view text);
/// Has `p`, which counts in `of`, give its values in the canonical unit. `errc::decimal_overflow`.
[[nodiscard]] result<void> count_in(modbus::point& p, const scaled_unit& of);

} // namespace meterlink::cli
