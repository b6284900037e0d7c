#pragma once

/// What VIF and VIFE together say about a value.

#include <cstdint>

#include <meterlink/apl/data_type.hpp>
#include <meterlink/core/quantity.hpp>
#include <meterlink/core/unit.hpp>

namespace meterlink::apl {

/// Quantity, unit and scale of a record's value; the corrections of the VIFE are folded in:
/// value = raw * 10^`exponent10` + offset, in `unit`.
struct measurement {
    meterlink::quantity quantity = quantity::reserved;
    meterlink::unit unit = unit::none;
    std::int8_t exponent10 = 0;
    std::int8_t prefix10 = 0; ///< Power of ten of the unit as the standard prints it: 6 for MWh.
    data_type type = data_type::signed_integer;
    bool counts_4096th = false;           ///< The raw value counts 1/4096 (2^-12).
    bool is_historical = false;           ///< The code is from an edition before 2004.
    bool is_profile = false;              ///< The data is a compact profile.
    std::uint8_t record_error = 0;        ///< The VIFE with which the meter refused the value; 0 for none.
    std::uint16_t offset_thousandths = 0; ///< Additive correction, counted in 10^(`prefix10` - 3).

    [[nodiscard]] friend constexpr bool operator==(const measurement&, const measurement&) noexcept = default;
};

} // namespace meterlink::apl
