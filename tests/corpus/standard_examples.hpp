#pragma once

/// Worked examples of the standards, and how their records are compared with ours.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <meterlink/core/decimal_text.hpp>
#include <meterlink/tpl/message.hpp>

#include "corpus/corpus.hpp"
#include "corpus/libmbus_expectation.hpp"
#include "corpus/reading.hpp"
#include "corpus/unit_conversion.hpp"

namespace meterlink::test {

/// The examples of the standards that go by `transport`: wired, wireless, apl, apl+ci, crypto.
inline std::vector<json> examples(std::string_view transport) {
    auto out = corpus_lines("standard-examples/examples.jsonl");
    std::erase_if(out, [&](const json& each) { return string_in(each, "transport") != transport; });
    return out;
}

/// What an example calls a quantity.
struct example_quantity {
    std::string_view theirs;
    quantity ours;
};

inline constexpr std::array example_quantities{
    example_quantity{"Volume", quantity::volume},
    example_quantity{"Volume flow", quantity::volume_flow},
    example_quantity{"Energy", quantity::energy},
    example_quantity{"Power", quantity::power},
    example_quantity{"Flow temperature", quantity::flow_temperature},
    example_quantity{"Return temperature", quantity::return_temperature},
    example_quantity{"Date time (type F)", quantity::date_time},
    example_quantity{"Date (type G)", quantity::date},
    example_quantity{"Error flags", quantity::error_flags},
    example_quantity{"Error flags (16 bit)", quantity::error_flags},
    example_quantity{"HCA", quantity::heat_cost_allocation},
    example_quantity{"Customer location", quantity::customer_location},
    example_quantity{"Fabrication no", quantity::fabrication_number},
};

/// Their name of a unit in `unit_conversions`.
inline std::string unit_of(const json& expected, const reading_row& row) {
    auto in = string_in(expected, "unit");
    if (in == "m3")
        return "m^3";
    if (in == "m3/h")
        return "m^3/h";
    if (in == "igal/h") // spelled out by the meter
        return "none";
    if (in.empty() && row.measurement.unit == unit::hca_unit)
        return "H.C.A.";
    return in;
}

/// A JSON number, or an identification number with its leading zeros.
inline decimal number_of(const json& value) {
    if (!value.is_string())
        return parse_decimal(value.dump()).value();
    return parse_decimal(detail::without_leading_zeros(value.get<std::string>())).value();
}

/// Checks everything that an example says about a record.
inline void check_record(const json& expected, const reading_row& row) {
    INFO(expected.dump() << " and " << name(row.measurement.quantity) << " " << text_of(row.value));
    const auto* known =
        std::find_if(example_quantities.begin(), example_quantities.end(),
                     [&](const auto& each) { return each.theirs == string_in(expected, "quantity"); });
    if (known != example_quantities.end())
        CHECK(row.measurement.quantity == known->ours);
    CHECK(row.storage == expected.value("storage", std::uint64_t{0}));
    CHECK(row.tariff == expected.value("tariff", 0U));
    CHECK(row.subunit == expected.value("unit_no", 0U));
    CHECK(row.function ==
          (string_in(expected, "function") == "maximum" ? "Maximum value" : "Instantaneous value"));
    const auto text = string_in(expected, "value");
    if (text.find('-') != std::string::npos) { // a date
        auto ours = text_of(row.value);
        std::replace(ours.begin(), ours.end(), 'T', ' ');
        CHECK(ours.substr(0, text.size()) == text);
        return;
    }
    CHECK(compare(row.value, row.measurement.unit, number_of(expected.at("value")), unit_of(expected, row)) ==
          agreement::exact);
}

/// Of an encrypted telegram only the records behind the ciphertext can be compared.
inline void check_records(const json& expected, const reading& ours) {
    REQUIRE(ours.rows.size() <= expected.size());
    const auto hidden = expected.size() - ours.rows.size();
    for (std::size_t i = 0; i < ours.rows.size(); ++i)
        check_record(expected[hidden + i], ours.rows[i]);
}

/// Checks what an example says about the long header, where the message has one.
inline void check_header(const json& expected, const tpl::message_view& message) {
    const auto address = message.long_header();
    if (!address)
        return;
    if (expected.contains("id"))
        CHECK(detail::hex_number(address->identification, 8) == string_in(expected, "id"));
    if (expected.contains("manufacturer")) {
        const auto letters = address->manufacturer.letters();
        CHECK(std::string(letters.begin(), letters.end()) == string_in(expected, "manufacturer"));
    }
    if (expected.contains("version"))
        CHECK(address->version == expected.at("version").get<int>());
    if (expected.contains("type"))
        CHECK(detail::hex_number(static_cast<std::uint8_t>(address->device_type), 2) ==
              string_in(expected, "type").substr(0, 2));
    if (expected.contains("medium"))
        CHECK(tpl::name(address->device_type) == string_in(expected, "medium"));
    if (expected.contains("access_number"))
        CHECK(address->common.access_number == expected.at("access_number").get<int>());
    if (expected.contains("status"))
        CHECK(address->common.status.raw == expected.at("status").get<int>());
}

} // namespace meterlink::test
