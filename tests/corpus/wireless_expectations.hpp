#pragma once

/// Compares a wireless reading with what other parsers say about it.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "corpus/other_expectations.hpp"

namespace meterlink::test {

namespace detail {

/// A date with parts that mean "every": `YYYY-01-01` is our `XXXX-01-01`.
inline std::string with_our_wildcards(std::string text) {
    std::replace(text.begin(), text.end(), 'Y', 'X');
    return text;
}

inline bool says_number(const reading_row& row, const json& expected) {
    const auto theirs = parse_decimal(expected.at("value").dump());
    if (!theirs)
        return false;
    auto in = string_in(expected, "unit");
    if (in == "m3" || in == "m3/h")
        in = in == "m3" ? "m^3" : "m^3/h";
    if (!in.empty())
        return compare(row.value, row.measurement.unit, *theirs, in) != agreement::none;
    const auto* number = std::get_if<decimal>(&row.value); // they print it without its unit
    const auto* flags = std::get_if<apl::bit_flags>(&row.value);
    return (number != nullptr && *number == *theirs) ||
           (flags != nullptr && decimal{static_cast<std::int64_t>(flags->bits), 0} == *theirs);
}

/// The row's number before it is scaled, and where they give it the scale.
inline bool says_raw(const reading_row& row, const json& expected) {
    const auto raw = expected.at("raw_value").get<std::int64_t>();
    const auto* number = std::get_if<decimal>(&row.value);
    if (number == nullptr || !expected.contains("exp10"))
        return raw_text(row) == std::to_string(raw);
    return *number == decimal{raw, expected.at("exp10").get<std::int8_t>()};
}

inline bool says(const reading_row& row, const json& expected) {
    if (expected.contains("storage") && row.storage != expected.at("storage").get<std::uint64_t>())
        return false;
    if (expected.contains("raw_value"))
        return says_raw(row, expected);
    if (!expected.at("value").is_string())
        return says_number(row, expected);
    const auto text = with_our_wildcards(string_in(expected, "value"));
    return is_same_text(row, text);
}

} // namespace detail

/// Records that a parser lists, each of which has to be among ours.
inline void compare_records(comparison& out, const std::string& name, const json& records,
                            const reading& ours) {
    for (const auto& expected : records)
        out.check(name, "record", expected.dump(), "no record says so",
                  std::any_of(ours.rows.begin(), ours.rows.end(),
                              [&](const auto& row) { return detail::says(row, expected); }));
}

/// Any expectation of the wireless corpus, by the shape it has. Values are compared where `has_values`.
inline void compare_wireless(comparison& out, const std::string& name, const json& expect,
                             const reading& ours, bool has_values) {
    out.names.insert(name);
    REQUIRE(ours.meter);
    const bool is_of_wmbusmeters = has_values && expect.contains("numeric");
    if (!is_of_wmbusmeters) // which compares it too
        out.check(name, "id", upper_case(string_in(expect, "id")),
                  detail::hex_number(ours.meter->identification, 8));
    const auto letters = ours.meter->manufacturer.letters();
    if (expect.contains("manufacturer"))
        out.check(name, "manufacturer", string_in(expect, "manufacturer"), {letters.begin(), letters.end()});
    if (!has_values)
        return;
    if (is_of_wmbusmeters)
        compare_wmbusmeters(out, name, expect, ours);
    if (expect.contains("records"))
        compare_records(out, name, expect.at("records"), ours);
}

} // namespace meterlink::test
