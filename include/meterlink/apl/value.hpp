#pragma once

/// What a record says: one of a few kinds of value, exact and without allocation.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <variant>

#include <meterlink/apl/date_time.hpp>
#include <meterlink/apl/invalid_reason.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/decimal.hpp>

namespace meterlink::apl {

/// A record without data, or whose data only selects something.
struct no_data {
    [[nodiscard]] friend constexpr bool operator==(no_data, no_data) noexcept = default;
};

/// A real32 (type H) as it was sent, with the decimal scale of its VIF kept beside it.
struct real {
    float significand = 0;
    std::int8_t exponent10 = 0;

    /// The value as a double, rounded once.
    [[nodiscard]] double to_double() const noexcept {
        const auto power = std::pow(10.0, exponent10 < 0 ? -exponent10 : exponent10);
        return exponent10 < 0 ? double{significand} / power : double{significand} * power;
    }
    [[nodiscard]] friend constexpr bool operator==(const real&, const real&) noexcept = default;
};

/// Latin-1 text as it travels, usually last character first. `for_each_character` reads it forwards.
struct text {
    bytes_view wire;
    bool is_reversed = true;

    /// Calls `use(octet)` for each Latin-1 character in reading order; the zeros that some meters pad the
    /// text with are left out.
    template <class Use>
    constexpr void for_each_character(Use use) const {
        const auto at = [this](std::size_t i) { return wire[is_reversed ? wire.size() - 1 - i : i]; };
        auto size = wire.size();
        while (size > 0 && at(size - 1) == 0)
            --size;
        for (std::size_t i = 0; i < size; ++i)
            use(at(i));
    }
};

/// Type D: bits that each mean something of their own.
struct bit_flags {
    std::uint64_t bits = 0;
    [[nodiscard]] friend constexpr bool operator==(bit_flags, bit_flags) noexcept = default;
};

/// Octets that the standard leaves to others, or of a layout that is not known.
struct opaque {
    bytes_view octets;
};

/// There should be a value and is none.
struct invalid {
    invalid_reason reason = invalid_reason::no_value;
    [[nodiscard]] friend constexpr bool operator==(invalid, invalid) noexcept = default;
};

/// The value of one record. Numbers are exact decimals in the unit of the record's measurement.
using record_value =
    std::variant<no_data, decimal, real, date, date_time, time_of_day, text, bit_flags, opaque, invalid>;

} // namespace meterlink::apl
