#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <meterlink/apl/compact_profile.hpp>
#include <meterlink/core/checksum.hpp>

#include "corpus/corpus.hpp"
#include "corpus/reading.hpp"

using namespace meterlink;
using namespace meterlink::test;

namespace {

/// Reads everything that a telegram offers. Returns whether each octet of the application belongs to a
/// record, a filler, the trailer, or to an error that stands within the input.
bool is_accounted_for(const std::vector<std::uint8_t>& octets) {
    const auto telegram = mbus::telegram_view::parse(octets);
    if (!telegram)
        return telegram.error().offset <= octets.size() && telegram.error().code != errc::none;
    const auto records = telegram->records();
    const auto size = records.octets().size();
    std::size_t at = 0;
    bool good = telegram->records_offset() + size <= octets.size();
    auto it = records.begin();
    for (; it != records.end(); ++it) {
        for (; at < it.offset(); ++at)
            good = good && records.octets()[at] == 0x2F;
        if (*it) {
            const auto& record = **it;
            good = good && !record.wire().empty() && record.wire().data() == records.octets().data() + at &&
                   record.dib_wire().size() + record.vib().wire().size() + record.data_wire().size() ==
                       record.wire().size();
            good = good && text_of(record.value()).size() <= 4 * octets.size() + 64;
            if (const auto profile = apl::compact_profile::parse(record, records))
                profile->for_each([&](const apl::profile_point& point) { good = good && point.storage > 0; });
            at += record.wire().size();
        } else {
            const auto where = it->error().offset;
            good = good && where >= at && where <= size;
            auto next = it;
            ++next;
            const auto end = next == records.end() ? next.trailer().offset : next.offset();
            good = good && end > at;
            at = end;
        }
    }
    for (; at < it.trailer().offset; ++at)
        good = good && records.octets()[at] == 0x2F;
    at += it.trailer().manufacturer_data.size() + (at < size ? 1 : 0);
    return good && (at == size || it.trailer().is_global_readout);
}

/// The same frame with a checksum that is right again, so that the layers above see the damage.
void mend_checksum(std::vector<std::uint8_t>& frame) {
    if (frame.size() > 6)
        frame[frame.size() - 2] = checksum8(bytes_view{frame}.subspan(4, frame.size() - 6));
}

} // namespace

TEST_CASE("every telegram of the wired corpus, whole or cut at any length, is accounted for") {
    for (const auto& line : corpus_lines("wired/frames.jsonl")) {
        const auto whole = octets_of(line);
        INFO(string_in(line, "name"));
        for (std::size_t size = 0; size <= whole.size(); ++size) {
            std::vector<std::uint8_t> cut{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)};
            CAPTURE(size);
            REQUIRE(is_accounted_for(cut));
            if (size < whole.size())
                REQUIRE_FALSE(mbus::telegram_view::parse(cut));
        }
    }
}

TEST_CASE("every telegram of the wired corpus whose records end early is accounted for") {
    for (const auto& line : corpus_lines("wired/frames.jsonl")) {
        const auto whole = octets_of(line);
        if (whole.size() < 10 || whole[0] != 0x68)
            continue;
        INFO(string_in(line, "name"));
        for (std::size_t size = 9; size < whole.size(); ++size) {
            // A frame with everything the link layer asks for around fewer octets.
            std::vector<std::uint8_t> cut{whole.begin(),
                                          whole.begin() + static_cast<std::ptrdiff_t>(size - 2)};
            cut[1] = cut[2] = static_cast<std::uint8_t>(size - 6);
            cut.insert(cut.end(), {0x00, 0x16});
            mend_checksum(cut);
            CAPTURE(size);
            REQUIRE(is_accounted_for(cut));
        }
    }
}

TEST_CASE("every telegram of the wired corpus with any one octet damaged is accounted for") {
    constexpr std::array<std::uint8_t, 4> flips{0x01, 0x80, 0x5A, 0xFF};
    for (const auto& line : corpus_lines("wired/frames.jsonl")) {
        const auto whole = octets_of(line);
        INFO(string_in(line, "name"));
        for (std::size_t at = 0; at < whole.size(); ++at)
            for (const auto flip : flips) {
                auto damaged = whole;
                damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ flip);
                CAPTURE(at, flip);
                REQUIRE(is_accounted_for(damaged));
                mend_checksum(damaged);
                REQUIRE(is_accounted_for(damaged));
            }
    }
}
