#pragma once

/// One telegram as a plain list of rows, which the expectations of all parsers are compared with.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <meterlink/apl/fixed_data.hpp>
#include <meterlink/apl/measurement.hpp>
#include <meterlink/apl/value.hpp>
#include <meterlink/core/civil_time_text.hpp>
#include <meterlink/core/decimal_text.hpp>
#include <meterlink/core/hex.hpp>
#include <meterlink/mbus/telegram.hpp>
#include <meterlink/tpl/meter_address.hpp>

#include "corpus/libmbus_names.hpp"

namespace meterlink::test {

/// A record, a counter of the fixed data structure, or what stands behind the last record.
struct reading_row {
    std::string function; ///< As libmbus names it.
    std::uint64_t storage = 0;
    std::uint32_t tariff = 0;
    std::uint16_t subunit = 0;
    apl::measurement measurement{};
    std::string plain_text; ///< The unit that the meter spells out, in reading order, UTF-8.
    apl::record_value value = apl::no_data{};
    bool is_trailer = false;
};

/// Views in the rows borrow from `octets`.
struct reading {
    std::vector<std::uint8_t> octets;
    std::optional<mbus::telegram_view> telegram; ///< None of a wireless one.
    std::optional<tpl::meter_address> meter;     ///< Where the telegram names it.
    std::vector<reading_row> rows;
    std::vector<error> errors; ///< Of the telegram or of its records; offsets from the start of the frame.
};

inline void append_latin1(std::string& out, std::uint8_t character) {
    if (character >= 0x80)
        out += static_cast<char>(0xC0 | character >> 6U);
    out += static_cast<char>(character >= 0x80 ? 0x80 | (character & 0x3FU) : character);
}

inline std::string utf8(const apl::text& text) {
    std::string out;
    text.for_each_character([&](std::uint8_t c) { append_latin1(out, c); });
    return out;
}

namespace detail {

inline std::string two_digits(const std::optional<std::uint8_t>& part) {
    if (!part)
        return "XX";
    return {static_cast<char>('0' + *part / 10), static_cast<char>('0' + *part % 10)};
}

inline std::string date_text(const apl::date& d) {
    return (d.year ? std::to_string(*d.year) : "XXXX") + "-" + two_digits(d.month) + "-" + two_digits(d.day);
}

inline std::string time_text(const apl::time_of_day& t) {
    return two_digits(t.hour) + ":" + two_digits(t.minute) + ":" +
           (t.has_seconds ? two_digits(t.second) : "00");
}

struct value_printer {
    std::string operator()(apl::no_data) const { return ""; }
    std::string operator()(decimal x) const { return to_string(x); }
    std::string operator()(const apl::real& x) const { return std::to_string(x.to_double()); }
    std::string operator()(const apl::date& x) const { return date_text(x); }
    std::string operator()(const apl::time_of_day& x) const { return time_text(x); }
    std::string operator()(const apl::date_time& x) const {
        return date_text(x.date) + "T" + time_text(x.time);
    }
    std::string operator()(const apl::text& x) const { return utf8(x); }
    std::string operator()(apl::bit_flags x) const { return std::to_string(x.bits); }
    std::string operator()(const apl::opaque& x) const { return to_hex(x.octets, ' '); }
    std::string operator()(apl::invalid x) const { return "invalid: " + std::string{name(x.reason)}; }
};

inline void append_fixed_data(reading& out) {
    const auto& message = *out.telegram->message();
    const auto fixed = apl::fixed_data::parse(message.payload(), message.options().order);
    if (!fixed) {
        out.errors.push_back(fixed.error().shifted(out.telegram->records_offset()));
        return;
    }
    for (std::size_t i = 0; i < 2; ++i) {
        const auto counter = fixed->counter(i);
        reading_row row;
        row.function = counter.is_historical ? "Stored value" : "Actual value";
        row.measurement = counter.measurement;
        row.value = counter.value;
        out.rows.push_back(row);
    }
}

/// `offset` is that of the first record from the start of the octets.
inline void append_rows(reading& out, const apl::record_range& records, std::size_t offset) {
    auto it = records.begin();
    for (; it != records.end(); ++it) {
        if (!*it) {
            out.errors.push_back(it->error().shifted(offset));
            continue;
        }
        const auto& record = **it;
        reading_row row;
        row.function = libmbus_function(record.dib().function);
        row.storage = record.dib().storage;
        row.tariff = record.dib().tariff;
        row.subunit = record.dib().subunit;
        row.measurement = record.measurement();
        row.plain_text = utf8(apl::text{record.vib().plain_text()});
        row.value = record.value();
        out.rows.push_back(row);
    }
    const auto& trailer = it.trailer();
    if (trailer.has_manufacturer_data) {
        reading_row row;
        row.function = trailer.more_records_follow ? "More records follow" : "Manufacturer specific";
        row.value = apl::opaque{trailer.manufacturer_data};
        row.is_trailer = true;
        out.rows.push_back(row);
    }
}

} // namespace detail

/// A value as text; numbers are exact.
inline std::string text_of(const apl::record_value& value) {
    return std::visit(detail::value_printer{}, value);
}

inline reading read_frame(std::vector<std::uint8_t> octets) {
    reading out{std::move(octets), {}, {}, {}, {}};
    const auto telegram = mbus::telegram_view::parse(out.octets);
    if (!telegram) {
        out.errors.push_back(telegram.error());
        return out;
    }
    out.telegram = *telegram;
    const auto& message = telegram->message();
    if (message)
        if (const auto header = message->long_header())
            out.meter = tpl::meter_address::from(*header);
    if (message && message->application() == tpl::application::fixed_data)
        detail::append_fixed_data(out);
    else
        detail::append_rows(out, telegram->records(), telegram->records_offset());
    return out;
}

} // namespace meterlink::test
