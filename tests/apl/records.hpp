#pragma once

/// Records and their values, written in hex.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <meterlink/apl/record.hpp>
#include <meterlink/apl/value.hpp>
#include <meterlink/core/decimal.hpp>

#include "support/octets.hpp"

namespace meterlink::test {

inline constexpr apl::record_options msb_first{byte_order::most_significant_first};
inline constexpr apl::record_options to_meter{byte_order::least_significant_first, apl::direction::to_meter};

/// A record together with the octets that it borrows.
struct sample {
    std::vector<std::uint8_t> octets;
    apl::record_view view;

    explicit sample(std::string_view hex, apl::record_options options = {})
        : octets{from_hex(hex)}, view{apl::record_view::parse(octets, options).value()} {}
    sample(const sample&) = delete;
    sample& operator=(const sample&) = delete;

    [[nodiscard]] const apl::measurement& measurement() const { return view.measurement(); }
    [[nodiscard]] apl::record_value value() const { return view.value(); }
};

/// The value of a record. Views into it (text, opaque) would dangle: see `text_of`, `opaque_of`.
inline apl::record_value value_of(std::string_view hex, apl::record_options options = {}) {
    return sample{hex, options}.value();
}

/// Whether `value` is this decimal, at this resolution.
inline bool is_number(const apl::record_value& value, std::int64_t mantissa, int exponent10) {
    const auto* number = std::get_if<decimal>(&value);
    return number != nullptr && number->mantissa == mantissa && number->exponent10 == exponent10;
}

/// Whether `value` is a `T` equal to `expected`; decimals of different resolution can be.
template <class T>
bool holds(const apl::record_value& value, const T& expected) {
    const auto* found = std::get_if<T>(&value);
    return found != nullptr && *found == expected;
}

inline bool is_invalid(const apl::record_value& value, apl::invalid_reason reason) {
    const auto* invalid = std::get_if<apl::invalid>(&value);
    return invalid != nullptr && invalid->reason == reason;
}

/// The text of a record in reading order; "(no text)" where the value is something else.
inline std::string text_of(std::string_view hex, apl::record_options options = {}) {
    const sample record{hex, options};
    const auto value = record.value();
    const auto* text = std::get_if<apl::text>(&value);
    if (text == nullptr)
        return "(no text)";
    std::string out;
    text->for_each_character([&](std::uint8_t c) { out += static_cast<char>(c); });
    return out;
}

/// The octets of an opaque value, as they travelled; a single EE where the value is something else.
inline std::vector<std::uint8_t> opaque_of(std::string_view hex, apl::record_options options = {}) {
    const sample record{hex, options};
    const auto value = record.value();
    const auto* opaque = std::get_if<apl::opaque>(&value);
    if (opaque == nullptr)
        return {0xEE};
    return {opaque->octets.begin(), opaque->octets.end()};
}

} // namespace meterlink::test
