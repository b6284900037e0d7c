#pragma once

/// Compares a reading with what libmbus prints.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <variant>

#include <meterlink/core/decimal_text.hpp>

#include "corpus/known_differences.hpp"
#include "corpus/libmbus_names.hpp"
#include "corpus/reading.hpp"
#include "corpus/unit_conversion.hpp"

namespace meterlink::test {

namespace detail {

inline std::string hex_number(std::uint64_t value, int digits) {
    char text[20];
    std::snprintf(text, sizeof text, "%0*llX", digits, static_cast<unsigned long long>(value));
    return text;
}

/// libmbus prints an identification without its leading zeros.
inline std::string without_leading_zeros(std::string text) {
    text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
    return text;
}

/// Dates and times in libmbus' spelling; binary fields are printed most significant octet first.
inline std::string libmbus_text(const reading_row& row) {
    auto text = text_of(row.value);
    if (std::holds_alternative<apl::date_time>(row.value))
        text += 'Z';
    if (const auto* octets = std::get_if<apl::opaque>(&row.value); octets != nullptr && !row.is_trailer) {
        std::vector<std::uint8_t> turned{octets->octets.rbegin(), octets->octets.rend()};
        text = to_hex(turned, ' ');
    }
    return text;
}

inline void compare_value(comparison& out, const std::string& name, const std::string& record,
                          const json& expected, const reading_row& row) {
    const auto theirs = string_in(expected, "value");
    const auto number = parse_decimal(theirs);
    const bool is_number = std::holds_alternative<decimal>(row.value) ||
                           std::holds_alternative<apl::real>(row.value) ||
                           std::holds_alternative<apl::bit_flags>(row.value);
    if (!number || !is_number)
        return out.check(name, record + " value", theirs, libmbus_text(row));
    const auto unit_text = string_in(expected, "unit");
    const auto agrees = compare(row.value, row.measurement.unit, *number, unit_text);
    if (agrees == agreement::rounded)
        ++out.rounded;
    else
        out.check(name, record + " value", theirs + " " + unit_text,
                  text_of(row.value) + " " + std::string{symbol(row.measurement.unit)},
                  agrees == agreement::exact);
}

/// Facts that an expectation leaves out are not compared: libmbus prints no tariff and device without DIFE.
inline void compare_fact(comparison& out, const std::string& name, const std::string& record,
                         const json& expected, const char* key, const std::string& ours) {
    if (expected.contains(key))
        out.check(name, record + " " + key, string_in(expected, key), ours);
    else if (std::string_view{key} == "tariff" || std::string_view{key} == "device")
        out.check(name, record + " " + key, "0", ours);
}

} // namespace detail

inline void compare_libmbus_record(comparison& out, const std::string& name, const json& expected,
                                   const reading_row& row) {
    const auto record = string_in(expected, "id");
    detail::compare_fact(out, name, record, expected, "function", row.function);
    detail::compare_fact(out, name, record, expected, "storage", std::to_string(row.storage));
    detail::compare_fact(out, name, record, expected, "tariff", std::to_string(row.tariff));
    detail::compare_fact(out, name, record, expected, "device", std::to_string(row.subunit));
    if (const auto quantity = string_in(expected, "quantity"); !quantity.empty()) {
        const auto ours =
            row.plain_text.empty() ? std::string{meterlink::name(row.measurement.quantity)} : row.plain_text;
        out.check(name, record + " quantity", quantity, ours,
                  quantity == ours || is_quantity(row.measurement.quantity, quantity));
    }
    detail::compare_value(out, name, record, expected, row);
}

/// The identification, manufacturer and so on of the slave.
inline void compare_libmbus_slave(comparison& out, const std::string& name, const json& slave,
                                  const reading& ours) {
    const auto& message = *ours.telegram->message();
    const auto check = [&](const char* key, const std::string& value) {
        if (slave.contains(key))
            out.check(name, std::string{"header "} + key, string_in(slave, key), value);
    };
    const auto check_medium = [&](std::string_view medium) {
        if (slave.contains("medium"))
            out.check(name, "header medium", string_in(slave, "medium"), std::string{medium},
                      is_medium(medium, string_in(slave, "medium")));
    };
    const auto check_identification = [&](std::uint32_t identification) {
        check("id", detail::without_leading_zeros(detail::hex_number(identification, 8)));
    };
    if (const auto address = message.long_header()) {
        const auto letters = address->manufacturer.letters();
        check_identification(address->identification);
        check("manufacturer", std::string{letters.begin(), letters.end()});
        check("version", std::to_string(address->version));
        check_medium(tpl::name(address->device_type));
        check("access_number", std::to_string(address->common.access_number));
        check("status", detail::hex_number(address->common.status.raw, 2));
        check("signature", detail::hex_number(address->common.configuration.raw, 4));
    } else if (const auto fixed = apl::fixed_data::parse(message.payload(), message.options().order)) {
        check_identification(fixed->identification);
        check_medium(apl::fixed_medium_name(fixed->medium_code));
        check("access_number", std::to_string(fixed->access_number));
        check("status", detail::hex_number(fixed->status, 2));
    } else {
        out.check(name, "header", "a slave", "none");
    }
}

inline void compare_libmbus(comparison& out, const std::string& name, const json& expect,
                            const reading& ours) {
    if (expect.contains("slave"))
        compare_libmbus_slave(out, name, expect.at("slave"), ours);
    const auto& records = expect.at("records");
    out.check(name, "records", std::to_string(records.size()), std::to_string(ours.rows.size()));
    for (std::size_t i = 0; i < std::min(records.size(), ours.rows.size()); ++i)
        compare_libmbus_record(out, name, records[i], ours.rows[i]);
}

} // namespace meterlink::test
