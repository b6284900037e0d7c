// Telegrams of the wireless corpus, cut and damaged: nothing is read that is not there, and nothing is given
// that is not known to be right.

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <meterlink/wmbus/frame_format.hpp>

#include "corpus/corpus.hpp"
#include "corpus/wireless_damage.hpp"
#include "corpus/wireless_reading.hpp"

using namespace meterlink;
using namespace meterlink::test;
using wmbus::frame_format;

namespace {

constexpr int damages_per_frame = 24;

/// A telegram in one frame format, with the key that opens it.
struct frame {
    frame_format format = frame_format::stripped;
    std::vector<std::uint8_t> octets;
    std::string key;
    std::string name;
};

std::vector<frame> frames() {
    std::vector<frame> out;
    for (const auto& line : corpus_lines("wireless/telegrams.jsonl")) {
        wireless_reader reader{""};
        reader.read(octets_of(line));
        for (const auto format : {frame_format::a, frame_format::b, frame_format::stripped}) {
            std::vector<std::uint8_t> air(wmbus::max_air_size);
            const auto size = wmbus::add_crc(reader.telegram().wire, format, air);
            if (!size) // cut as it was published
                continue;
            air.resize(*size);
            out.push_back({format, air, string_in(line, "key"), string_in(line, "name")});
        }
    }
    return out;
}

/// The octets that a MAC or a tag covers; none where nothing was verified.
std::string authentic_octets(const wmbus::telegram_view& telegram) {
    if (!telegram.message || !telegram.message->security().is_authenticated)
        return {};
    return to_hex(telegram.wire.subspan(telegram.message_offset));
}

/// Decodes telegrams one after the other as a receiver does, and keeps an eye on each.
class watched_decoder {
public:
    explicit watched_decoder(const std::string& key) : key_{key}, decoder_{key_, {&formats_, nullptr}} {}

    const wmbus::telegram_view& decode(bytes_view octets) {
        const auto& telegram = decoder_.decode(octets);
        const auto fault = fault_of(telegram, octets);
        if (!fault.empty())
            FAIL(fault << " in " << to_hex(octets));
        return telegram;
    }

private:
    perhaps_a_key key_;
    tpl::format_cache formats_;
    wmbus::telegram_decoder<perhaps_a_key> decoder_;
};

/// A frame of format A cut to the octets that L counts, of which no two blocks are whole, is a good telegram
/// without CRCs for all that can be known.
bool passes_for_stripped(const frame& whole, std::size_t size) {
    return whole.format == frame_format::a && size == whole.octets[0] + std::size_t{1} && size < 30;
}

/// Octets changed, put in, left out: a few of them.
void damage(std::vector<std::uint8_t>& octets, std::mt19937& random) {
    const auto below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>{0, limit - 1}(random);
    };
    for (std::size_t i = 0; i <= below(3); ++i) {
        const auto at = octets.begin() + static_cast<std::ptrdiff_t>(below(octets.size()));
        switch (below(8)) {
        case 0: octets.insert(at, static_cast<std::uint8_t>(below(256))); break;
        case 1: octets.erase(at); break;
        case 2: *at = static_cast<std::uint8_t>(below(256)); break;
        default: *at = static_cast<std::uint8_t>(*at ^ (1U << below(8)));
        }
    }
}

} // namespace

TEST_CASE("every telegram of the wireless corpus, cut at any length, is told to be cut") {
    for (const auto& whole : frames()) {
        INFO(whole.name << " " << name(whole.format));
        watched_decoder decoder{whole.key};
        for (std::size_t size = 0; size < whole.octets.size(); ++size) {
            // octets of its own, so that nothing behind them can be read unnoticed
            const std::vector<std::uint8_t> cut{whole.octets.begin(),
                                                whole.octets.begin() + static_cast<std::ptrdiff_t>(size)};
            const auto& telegram = decoder.decode(cut);
            CAPTURE(size);
            if (!passes_for_stripped(whole, size))
                REQUIRE_FALSE(telegram.problems.empty());
            REQUIRE(authentic_octets(telegram).empty());
        }
    }
}

TEST_CASE("every telegram of the wireless corpus, damaged at random, is read as far as it can be") {
    std::mt19937 random{13757};
    for (const auto& whole : frames()) {
        INFO(whole.name << " " << name(whole.format));
        watched_decoder decoder{whole.key};
        watched_decoder without_key{""};
        const auto authentic = authentic_octets(decoder.decode(whole.octets));
        for (int i = 0; i < damages_per_frame; ++i) {
            auto damaged = whole.octets;
            damage(damaged, random);
            without_key.decode(damaged);
            const auto found = authentic_octets(decoder.decode(damaged));
            if (found.empty() || found == authentic)
                continue;
            FAIL("a changed message passes for an authentic one: " << to_hex(damaged));
        }
    }
}
