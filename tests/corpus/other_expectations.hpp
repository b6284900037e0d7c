#pragma once

/// Compares a reading with what pyMeterBus, m-bus-parser (maebli), jMBus and wmbusmeters say about it.

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include <meterlink/core/decimal_text.hpp>
#include <meterlink/mbus/frame.hpp>

#include "corpus/libmbus_expectation.hpp"

namespace meterlink::test {

namespace detail {

inline std::size_t records_without_trailer(const reading& ours) {
    return static_cast<std::size_t>(std::count_if(ours.rows.begin(), ours.rows.end(),
                                                  [](const reading_row& row) { return !row.is_trailer; }));
}

/// The digits of a BCD or integer record before they are scaled.
inline std::string raw_text(const reading_row& row) {
    if (const auto* number = std::get_if<decimal>(&row.value))
        return std::to_string(number->mantissa);
    return text_of(row.value);
}

inline void compare_listed_record(comparison& out, const std::string& name, const json& expected,
                                  const reading& ours) {
    const auto id = string_in(expected, "id");
    auto row = ours.rows.end();
    if (!id.empty())
        row = std::stoul(id) < ours.rows.size() ? ours.rows.begin() + std::stol(id) : row;
    else
        row = std::find_if(ours.rows.begin(), ours.rows.end(), [&](const reading_row& each) {
            return is_quantity(each.measurement.quantity, string_in(expected, "quantity"));
        });
    const auto record = id.empty() ? string_in(expected, "quantity") : id;
    if (row == ours.rows.end())
        return out.check(name, record, expected.dump(), "no such record");
    if (expected.contains("raw_value"))
        return out.check(name, record + " raw_value", string_in(expected, "raw_value"), raw_text(*row));
    const auto theirs = string_in(expected, "value");
    if (theirs == "None" && row->is_trailer)
        return out.check(name, record + " value", "", text_of(row->value));
    const auto number = parse_decimal(theirs);
    if (!number || row->is_trailer)
        return out.check(name, record + " value", theirs, text_of(row->value));
    auto in = string_in(expected, "unit");
    if (!row->plain_text.empty()) // a spelled-out unit is no unit of ours
        in = "none";
    if (in.empty())
        in = "C";
    const auto agrees = compare(row->value, row->measurement.unit, *number, in);
    if (agrees == agreement::rounded)
        ++out.rounded;
    else
        out.check(name, record + " value", theirs + " " + in,
                  text_of(row->value) + " " + std::string{symbol(row->measurement.unit)},
                  agrees == agreement::exact);
}

/// The part of a wmbusmeters field name that names its unit: the longest that a conversion knows.
inline std::string_view unit_of_field(std::string_view field) {
    std::string_view longest;
    for (const auto& row : unit_conversions)
        if (row.theirs.size() > longest.size() && row.theirs[0] == '_' && field.ends_with(row.theirs))
            longest = row.theirs;
    return longest;
}

/// Fields that wmbusmeters copies from the telegram as text; the others it derives from flags and tables.
inline bool is_copied_text(std::string_view field) {
    constexpr std::array endings{"_datetime", "_date",        "fabrication_no",
                                 "_version",  "manufacturer", "customer_location"};
    return std::any_of(endings.begin(), endings.end(), [&](const char* end) { return field.ends_with(end); });
}

/// A value in the spelling of wmbusmeters: `2024-01-15 11:46`, with seconds where the meter sends them, eight
/// digits of a number, nothing for a value that the meter says it has not.
inline bool is_same_text(const reading_row& row, const std::string& theirs) {
    auto ours = text_of(row.value);
    if (ours == theirs)
        return true;
    if (const auto* none = std::get_if<apl::invalid>(&row.value))
        return theirs.empty() && none->reason == apl::invalid_reason::no_value;
    if (const auto* moment = std::get_if<apl::date_time>(&row.value)) {
        ours[10] = ' ';
        return ours.substr(0, moment->time.has_seconds ? 19 : 16) == theirs || ours.substr(0, 16) == theirs;
    }
    if (const auto* number = std::get_if<decimal>(&row.value)) {
        const auto count = number->to_integer().value_or(-1);
        const auto digits = static_cast<int>(theirs.size());
        if (count < 0)
            return false;
        const auto decimal_text = std::to_string(count);
        const auto missing = theirs.size() - std::min(theirs.size(), decimal_text.size());
        return theirs == std::string(missing, '0') + decimal_text ||
               theirs == hex_number(static_cast<std::uint64_t>(count), digits);
    }
    return false;
}

inline void compare_wmbusmeters_number(comparison& out, const std::string& name, const std::string& field,
                                       const json& value, const reading& ours) {
    const auto theirs = parse_decimal(value.dump()).value();
    const auto in = unit_of_field(field);
    auto best = agreement::none;
    for (const auto& row : ours.rows) {
        const auto agrees = compare(row.value, row.measurement.unit, theirs, in);
        best = best == agreement::exact ? best : agrees == agreement::none ? best : agrees;
    }
    if (best == agreement::rounded)
        ++out.rounded;
    else
        out.check(name, field, value.dump(), "no record says so", best == agreement::exact);
}

} // namespace detail

inline std::string upper_case(std::string text) {
    for (char& c : text)
        c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

inline void compare_wmbusmeters(comparison& out, const std::string& name, const json& expect,
                                const reading& ours) {
    REQUIRE(ours.meter);
    out.check(name, "id", upper_case(string_in(expect, "id")),
              detail::hex_number(ours.meter->identification, 8));
    const auto medium = tpl::name(ours.meter->device_type);
    if (expect.contains("media"))
        out.check(name, "media", string_in(expect, "media"), std::string{medium},
                  is_medium(medium, string_in(expect, "media")));
    for (const auto& [field, value] : expect.at("numeric").items())
        if (value.is_number())
            detail::compare_wmbusmeters_number(out, name, field, value, ours);
    for (const auto& [field, value] : expect.at("strings").items()) {
        if (!value.is_string() || !detail::is_copied_text(field))
            continue;
        const auto text = value.get<std::string>();
        out.check(name, field, text, "no record says so",
                  std::any_of(ours.rows.begin(), ours.rows.end(),
                              [&](const auto& row) { return detail::is_same_text(row, text); }));
    }
}

/// What the smaller parsers say: some records, how many there are, and the primary address.
inline void compare_partial(comparison& out, const std::string& name, const std::string& source,
                            const json& expect, const reading& ours) {
    if (expect.contains("records"))
        for (const auto& each : expect.at("records"))
            detail::compare_listed_record(out, name, each, ours);
    if (expect.contains("record_count")) {
        // jMBus does not count the manufacturer's block behind the last record, the others do.
        const bool counts_trailer = source.find("jmbus") == std::string::npos;
        const auto count = counts_trailer ? ours.rows.size() : detail::records_without_trailer(ours);
        out.check(name, "record_count", expect.at("record_count").dump(), std::to_string(count));
    }
    if (expect.contains("slave_address")) {
        const auto address = mbus::address(ours.telegram->frame());
        out.check(name, "slave_address", expect.at("slave_address").dump(),
                  address ? std::to_string(address->raw()) : "none");
    }
    if (expect.contains("slave"))
        compare_libmbus_slave(out, name, expect.at("slave"), ours);
}

/// Any expectation, by the shape it has.
inline void compare_any(comparison& out, const std::string& name, const std::string& source,
                        const json& expect, const reading& ours) {
    out.names.insert(name);
    if (expect.contains("wmbusmeters"))
        compare_wmbusmeters(out, name, expect.at("wmbusmeters"), ours);
    else if (expect.contains("raw_xml_records"))
        compare_libmbus(out, name, expect, ours);
    else
        compare_partial(out, name, source, expect, ours);
}

} // namespace meterlink::test
