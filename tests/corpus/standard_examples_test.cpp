#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <meterlink/apl/compact_profile.hpp>
#include <meterlink/core/crc.hpp>
#include <meterlink/core/decimal_text.hpp>

#include "corpus/corpus.hpp"
#include "corpus/libmbus_expectation.hpp"
#include "corpus/reading.hpp"
#include "corpus/standard_examples.hpp"
#include "corpus/unit_conversion.hpp"

using namespace meterlink;
using namespace meterlink::test;

namespace {

void check_link(const json& expected, const mbus::frame_view& frame) {
    constexpr std::array<std::string_view, 4> kinds{"ack", "short", "control", "long"};
    if (expected.contains("frame"))
        CHECK(kinds[static_cast<std::size_t>(mbus::kind(frame))] == string_in(expected, "frame"));
    if (expected.contains("c"))
        CHECK(test::detail::hex_number(mbus::c(frame)->raw(), 2) == string_in(expected, "c"));
    if (expected.contains("a"))
        CHECK(mbus::address(frame)->raw() == expected.at("a").get<int>());
    if (expected.contains("ci"))
        CHECK(test::detail::hex_number(mbus::as_long_frame(frame)->ci(), 2) == string_in(expected, "ci"));
    if (expected.contains("data"))
        CHECK(to_hex(mbus::as_long_frame(frame)->user_data()) == string_in(expected, "data"));
}

/// Reads octets that are records and nothing else.
reading read_records(std::vector<std::uint8_t> octets) {
    reading out{std::move(octets), {}, {}, {}, {}};
    test::detail::append_rows(out, apl::record_range{out.octets}, 0);
    return out;
}

/// One value of a series, from a record of its own or from a profile.
struct series_value {
    std::uint64_t storage = 0;
    std::uint32_t tariff = 0;
    std::string value;
    std::optional<std::int64_t> raw;
    std::string time; // of a profile's element; as text with a blank
};

std::string with_blank(std::string date_time) {
    std::replace(date_time.begin(), date_time.end(), 'T', ' ');
    return date_time;
}

std::optional<std::int64_t> raw_of(const apl::record_value& value) {
    const auto* number = std::get_if<decimal>(&value);
    return number != nullptr ? std::optional{number->mantissa} : std::nullopt;
}

std::vector<series_value> expanded(const apl::record_range& records) {
    std::vector<series_value> out;
    for (const auto& record : records) {
        REQUIRE(record);
        const auto& dib = record->dib();
        if (!record->measurement().is_profile) {
            const auto value = record->value();
            out.push_back({dib.storage, dib.tariff, with_blank(text_of(value)), raw_of(value), ""});
            continue;
        }
        const auto profile = apl::compact_profile::parse(*record, records);
        REQUIRE(profile);
        profile->for_each([&](const apl::profile_point& point) {
            const auto time = point.time ? with_blank(to_string(*point.time)) : std::string{};
            out.push_back({point.storage, dib.tariff, text_of(point.value), raw_of(point.value), time});
        });
    }
    return out;
}

bool says(const series_value& ours, const json& expected) {
    if (ours.storage != expected.at("storage").get<std::uint64_t>())
        return false;
    if (expected.contains("value") && expected.at("value").is_string()) { // when the storage was taken
        const auto time = string_in(expected, "value");
        return ours.value.starts_with(time) || ours.time.starts_with(time);
    }
    if (expected.contains("time") && !ours.time.starts_with(string_in(expected, "time")))
        return false;
    return ours.tariff == expected.value("tariff", 0U) &&
           ours.raw == expected.at(expected.contains("raw") ? "raw" : "value").get<std::int64_t>();
}

} // namespace

TEST_CASE("wired telegrams that standards print decode as printed") {
    for (const auto& example : examples("wired")) {
        INFO(string_in(example, "id"));
        const auto ours = read_frame(octets_of(example));
        CHECK(ours.errors.empty());
        REQUIRE(ours.telegram);
        const auto& decoded = example.at("decoded");
        check_link(decoded, ours.telegram->frame());
        if (!ours.telegram->message())
            continue;
        const auto& message = *ours.telegram->message();
        check_header(decoded, message);
        CHECK((message.security().state == tpl::security_state::no_key) ==
              !string_in(example, "key").empty());
        if (decoded.contains("records"))
            check_records(decoded.at("records"), ours);
        if (decoded.contains("energy_kWh")) { // set identification and counter
            REQUIRE(ours.rows.size() == 2);
            CHECK(text_of(ours.rows[0].value) == string_in(decoded, "id"));
            CHECK(compare(ours.rows[1].value, ours.rows[1].measurement.unit,
                          number_of(decoded.at("energy_kWh")), "kWh") == agreement::exact);
        }
    }
}

TEST_CASE("the fixed data structure that the first M-Bus documents print decodes as printed") {
    for (const auto& example : examples("wired")) {
        if (!example.at("decoded").contains("counters"))
            continue;
        const auto& decoded = example.at("decoded");
        const auto ours = read_frame(octets_of(example));
        const auto fixed = apl::fixed_data::parse(ours.telegram->message()->payload());
        REQUIRE(fixed);
        CHECK(test::detail::hex_number(fixed->identification, 8) == string_in(decoded, "id"));
        CHECK(fixed->access_number == decoded.at("access_number").get<int>());
        CHECK(apl::fixed_medium_name(fixed->medium_code) == string_in(decoded, "medium"));
        for (std::size_t i = 0; i < 2; ++i) {
            const auto& expected = decoded.at("counters")[i];
            const auto counter = fixed->counter(i);
            CHECK(compare(counter.value, counter.measurement.unit, number_of(expected.at("value")), "l") ==
                  agreement::exact);
            CHECK(counter.is_historical == string_in(expected, "function").starts_with("historic"));
        }
    }
}

TEST_CASE("records that standards print without a telegram decode as printed") {
    for (const auto& example : examples("apl")) {
        INFO(string_in(example, "id"));
        const auto octets = octets_of(example);
        const auto& decoded = example.at("decoded");
        if (decoded[0].contains("quantity")) {
            const auto ours = read_records(octets);
            CHECK(ours.errors.empty());
            check_records(decoded, ours);
        } else if (decoded[0].contains("unit")) { // a unit that the meter spells out
            const auto ours = read_records(octets);
            REQUIRE(ours.rows.size() == 1);
            CHECK(compare(ours.rows[0].value, unit::none, number_of(decoded[0].at("value")), "none") ==
                  agreement::exact);
        } else {
            const auto series = expanded(apl::record_range{octets});
            for (const auto& expected : decoded) {
                INFO(expected.dump());
                CHECK(std::any_of(series.begin(), series.end(),
                                  [&](const auto& each) { return says(each, expected); }));
            }
        }
    }
}

TEST_CASE("full frames and their compact form belong together as the standard prints them") {
    for (const auto& example : examples("apl+ci")) {
        INFO(string_in(example, "id"));
        const auto full = octets_of(example, "full_frame");
        const auto compact = octets_of(example, "compact_frame");
        const auto message = tpl::message_view::parse(full, tpl::medium_access::wireless);
        const auto short_form = tpl::message_view::parse(compact, tpl::medium_access::wireless);
        REQUIRE(message);
        REQUIRE(short_form);
        CHECK(short_form->application() == tpl::application::compact_frame);

        const auto ours = read_records({message->payload().begin(), message->payload().end()});
        CHECK(ours.errors.empty());
        CHECK(ours.rows.size() == example.at("decoded").size());
        check_records(example.at("decoded"), ours);

        // The signature is taken over DIF and VIF, and the frame checksum over all octets of the records.
        std::vector<std::uint8_t> headers;
        for (const auto& record : message->records()) {
            const auto data = record->data_wire().size();
            const auto wire = record->wire();
            headers.insert(headers.end(), wire.begin(), wire.end() - static_cast<std::ptrdiff_t>(data));
        }
        const auto sent = short_form->payload();
        REQUIRE(sent.size() > 4);
        CHECK(crc16_en13757::of(headers) == (sent[0] | sent[1] << 8U));
        CHECK(crc16_en13757::of(message->payload()) == (sent[2] | sent[3] << 8U));
    }
}
