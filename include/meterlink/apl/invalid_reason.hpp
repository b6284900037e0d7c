#pragma once

/// Why a record that is well formed nevertheless carries no value.

#include <cstdint>
#include <string_view>

namespace meterlink::apl {

/// Reasons for an `invalid` value. They come from the wire and are data, not errors.
enum class invalid_reason : std::uint8_t {
    no_value,          ///< All BCD digits F, the most negative type B, type C or a date of all ones.
    bcd_digit,         ///< A nibble A..E, or F elsewhere than as the sign.
    not_a_number,      ///< A real that is NaN.
    infinite,          ///< A real that is infinite.
    time_invalid,      ///< The meter flags its own clock as invalid (bit IV).
    date_out_of_range, ///< Month 13, minute 61 …
    record_error,      ///< A VIFE 01..1C of the meter says what is wrong.
    too_large,         ///< More digits than 64 bits hold.
};

/// Stable identifier, as it stands in JSON: `"no_value"`.
[[nodiscard]] constexpr std::string_view name(invalid_reason reason) noexcept {
    switch (reason) {
    case invalid_reason::no_value: return "no_value";
    case invalid_reason::bcd_digit: return "bcd_digit";
    case invalid_reason::not_a_number: return "not_a_number";
    case invalid_reason::infinite: return "infinite";
    case invalid_reason::time_invalid: return "time_invalid";
    case invalid_reason::date_out_of_range: return "date_out_of_range";
    case invalid_reason::record_error: return "record_error";
    case invalid_reason::too_large: break;
    }
    return "too_large";
}

} // namespace meterlink::apl
