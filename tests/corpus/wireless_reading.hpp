#pragma once

/// Wireless telegrams as the same list of rows as wired ones.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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

/// Reads telegrams of one meter, one after the other. A reading borrows from the reader until the next.
class wireless_reader {
public:
    explicit wireless_reader(const std::string& key) : key_{key}, decoder_{key_, {&formats_, nullptr}} {}

    reading read(std::vector<std::uint8_t> octets) {
        reading out{std::move(octets), {}, {}, {}, {}};
        telegram_ = &decoder_.decode(out.octets);
        out.meter = telegram_->meter();
        out.errors.assign(telegram_->problems.begin(), telegram_->problems.end());
        detail::append_rows(out, telegram_->records(), telegram_->message_offset);
        return out;
    }

    /// The last telegram.
    [[nodiscard]] const wmbus::telegram_view& telegram() const { return *telegram_; }

private:
    perhaps_a_key key_;
    tpl::format_cache formats_;
    wmbus::telegram_decoder<perhaps_a_key> decoder_;
    const wmbus::telegram_view* telegram_ = nullptr;
};

/// The telegram of a line of the corpus, after those that came before it. The octets go to `octets`.
inline reading read_wireless(wireless_reader& reader, const json& line) {
    auto out = reader.read(octets_of(line));
    for (const auto& hex : line.value("hex_sequence", json::array()))
        out = reader.read(parse_hex_strict(hex.get<std::string>()).value());
    return out;
}

} // namespace meterlink::test
