#pragma once

/// Wireless telegrams as the same list of rows as wired ones.

#include <cstdint>
#include <deque>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <meterlink/apl/compact_profile.hpp>
#include <meterlink/crypto/key.hpp>
#include <meterlink/crypto/single_key.hpp>
#include <meterlink/tpl/format_cache.hpp>
#include <meterlink/wmbus/telegram_decoder.hpp>

#include "corpus/corpus.hpp"
#include "corpus/reading.hpp"

namespace meterlink::test {

/// One key, or none.
class perhaps_a_key {
public:
    /// Anything but 32 hexadecimal digits is none.
    explicit perhaps_a_key(const std::string& digits) {
        if (const auto key = crypto::key::parse(digits))
            key_.emplace(*key);
    }

    template <class Use>
    bool for_each(const tpl::meter_address& meter, Use&& use) {
        return key_ && key_->for_each(meter, use);
    }

private:
    std::optional<crypto::single_key> key_;
};

/// The formats of compact frames that the corpus knows; some of its telegrams come without their full frame.
inline const std::vector<std::vector<std::uint8_t>>& compact_formats() {
    static const auto formats = [] {
        std::vector<std::vector<std::uint8_t>> out;
        for (const auto& line : corpus_lines("wireless/compact_formats.jsonl"))
            out.push_back(octets_of(line, "headers"));
        return out;
    }();
    return formats;
}

namespace detail {

inline bool is_number(const apl::record_value& value) {
    return std::holds_alternative<decimal>(value) || std::holds_alternative<apl::real>(value);
}

/// A row for every value of a series, and one for the time that it was taken at.
inline void append_profiles(reading& out, const apl::record_range& records) {
    for (const auto& record : records) {
        if (!record || !record->measurement().is_profile)
            continue;
        const auto profile = apl::compact_profile::parse(*record, records);
        if (!profile)
            continue;
        profile->for_each([&](const apl::profile_point& point) {
            if (!is_number(point.value))
                return;
            reading_row row;
            row.function = libmbus_function(record->dib().function);
            row.storage = point.storage;
            row.tariff = record->dib().tariff;
            row.subunit = record->dib().subunit;
            row.measurement = record->measurement();
            row.value = point.value;
            out.rows.push_back(row);
            if (!point.time)
                return;
            row.measurement = {};
            const auto& day = point.time->date;
            row.value = apl::date{day.year, day.month, day.day};
            out.rows.push_back(row);
        });
    }
}

} // namespace detail

/// Reads telegrams of one meter, one after the other. What it returns borrows from it.
class wireless_reader {
public:
    explicit wireless_reader(const std::string& key) : key_{key} {
        for (const auto& headers : compact_formats()) [[maybe_unused]]
            const auto signature = formats_.insert(headers);
    }

    wireless_reader(const wireless_reader&) = delete;
    wireless_reader& operator=(const wireless_reader&) = delete;

    reading read(const std::vector<std::uint8_t>& octets) {
        const auto& input = inputs_.emplace_back(octets);
        auto& decoder = decoders_.emplace_back(key_, wmbus::decoder_aids{&formats_, nullptr});
        telegram_ = &decoder.decode(input);
        reading out{input, {}, {}, {}, {}};
        out.meter = telegram_->meter();
        out.errors.assign(telegram_->problems.begin(), telegram_->problems.end());
        detail::append_rows(out, telegram_->records(), offset_of_records());
        detail::append_profiles(out, telegram_->records());
        return out;
    }

    /// The last telegram.
    [[nodiscard]] const wmbus::telegram_view& telegram() const { return *telegram_; }

private:
    [[nodiscard]] std::size_t offset_of_records() const {
        return telegram_->message ? telegram_->message_offset + telegram_->message->application_offset() : 0;
    }

    perhaps_a_key key_;
    tpl::format_cache formats_;
    std::deque<std::vector<std::uint8_t>> inputs_;
    std::deque<wmbus::telegram_decoder<perhaps_a_key>> decoders_; // each keeps what its telegram borrows
    const wmbus::telegram_view* telegram_ = nullptr;
};

/// The telegram of a line of the corpus. Where a line has a sequence, of which that telegram is the last, the
/// rows are those of all its telegrams: other parsers keep what a meter said before.
inline reading read_wireless(wireless_reader& reader, const json& line) {
    const auto sequence = line.value("hex_sequence", json::array());
    if (sequence.empty())
        return reader.read(octets_of(line));
    reading out;
    for (const auto& hex : sequence) {
        auto next = reader.read(parse_hex_strict(hex.get<std::string>()).value());
        next.rows.insert(next.rows.begin(), std::make_move_iterator(out.rows.begin()),
                         std::make_move_iterator(out.rows.end()));
        next.errors.insert(next.errors.begin(), out.errors.begin(), out.errors.end());
        out = std::move(next);
    }
    return out;
}

} // namespace meterlink::test
