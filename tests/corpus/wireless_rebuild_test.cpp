// Telegrams of the wireless corpus on the air again, and built from what they say.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <meterlink/crypto/single_key.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/owned_telegram.hpp>

#include "corpus/corpus.hpp"
#include "corpus/wireless_reading.hpp"
#include "crypto/rebuilt_telegram.hpp"

using namespace meterlink;
using namespace meterlink::test;
using wmbus::frame_format;

namespace {

std::vector<json> telegrams() { return corpus_lines("wireless/telegrams.jsonl"); }

/// Calls `use(reader, line)` with each telegram of the corpus whose octets are without fault.
template <class Use>
void for_each_good_telegram(Use use) {
    for (const auto& line : telegrams()) {
        wireless_reader reader{string_in(line, "key")};
        reader.read(octets_of(line));
        if (!reader.telegram().problems.empty())
            continue;
        INFO(string_in(line, "name"));
        use(reader, line);
    }
}

std::string application_of(const wmbus::telegram_view& telegram) {
    return telegram.message ? to_hex(telegram.message->application_octets()) : "none";
}

result<std::vector<std::uint8_t>> build(const wmbus::telegram& telegram, frame_format format,
                                        const std::string& key) {
    const auto secret = crypto::key::parse(key);
    if (!secret)
        return telegram.to_frame(format);
    crypto::single_key keys{*secret};
    return telegram.to_frame(format, keys.cipher());
}

} // namespace

TEST_CASE("every good telegram of the wireless corpus reads the same in each frame format") {
    std::size_t compared = 0;
    for_each_good_telegram([&](wireless_reader& reader, const json& line) {
        const auto wire = reader.telegram().wire;
        for (const auto format : {frame_format::a, frame_format::b, frame_format::stripped}) {
            INFO(name(format));
            std::vector<std::uint8_t> air(wmbus::max_air_size);
            const auto size = wmbus::add_crc(wire, format, air);
            REQUIRE(size);
            air.resize(*size);
            wireless_reader again{string_in(line, "key")};
            again.read(air);
            const auto& telegram = again.telegram();
            CHECK(telegram.problems.empty());
            CHECK(telegram.format == format);
            CHECK(to_hex(telegram.wire) == to_hex(wire));
            CHECK(telegram.security() == reader.telegram().security());
            CHECK(application_of(telegram) == application_of(reader.telegram()));
            ++compared;
        }
    });
    if (!telegrams().empty())
        CHECK(compared > 3 * 200);
}

TEST_CASE("every good telegram of the wireless corpus is built octet by octet from what it says") {
    std::size_t plain = 0;
    std::size_t encrypted = 0;
    std::vector<std::string> others;
    for_each_good_telegram([&](wireless_reader& reader, const json& line) {
        const auto& telegram = reader.telegram();
        const auto sent = rebuilt(telegram);
        if (!sent) {
            others.push_back(string_in(line, "name"));
            return;
        }
        const auto built = build(*sent, telegram.format, string_in(line, "key"));
        REQUIRE(built);
        CHECK(to_hex(*built) == to_hex(octets_of(line)));
        ++(telegram.security() == tpl::security_state::decrypted ? encrypted : plain);
    });
    if (telegrams().empty())
        return;
    WARN(plain << " plain and " << encrypted << " encrypted telegrams, " << others.size() << " others");
    CHECK(plain > 130);
    CHECK(encrypted >= 20);
}
