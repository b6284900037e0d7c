#include <algorithm>
#include <cstdint>
#include <vector>

#include <meterlink/apl/fixed_data.hpp>
#include <meterlink/apl/record_list.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/mbus/frame.hpp>
#include <meterlink/tpl/owned_message.hpp>

#include "corpus/corpus.hpp"
#include "corpus/reading.hpp"

using namespace meterlink;
using namespace meterlink::test;

namespace {

std::vector<std::uint8_t> to_vector(bytes_view octets) { return {octets.begin(), octets.end()}; }

/// Octets that a record list leaves out.
bool has_fillers(const apl::record_range& records) {
    std::size_t at = 0;
    auto it = records.begin();
    for (; it != records.end(); ++it) {
        if (it.offset() != at)
            return true;
        at += (*it)->wire().size();
    }
    return it.trailer().offset != at;
}

} // namespace

TEST_CASE("every good telegram of the wired corpus is rebuilt octet by octet from its parts") {
    std::size_t with_records = 0;
    for (const auto& line : corpus_lines("wired/frames.jsonl")) {
        const auto ours = read_frame(octets_of(line));
        if (!ours.errors.empty())
            continue;
        INFO(string_in(line, "name"));
        CHECK(to_bytes(mbus::frame::from(ours.telegram->frame())) == ours.octets);

        const auto carrier = mbus::as_long_frame(ours.telegram->frame());
        REQUIRE(carrier);
        const auto& view = *ours.telegram->message();
        auto message = tpl::message::from(view);
        CHECK(to_bytes(message) == to_vector(carrier->payload()));

        if (view.application() == tpl::application::fixed_data) {
            const auto fixed = apl::fixed_data::parse(view.payload(), view.options().order);
            REQUIRE(fixed);
            CHECK(to_bytes(*fixed) == to_vector(view.payload()));
        }
        const auto records = view.records();
        if (records.octets().empty() || has_fillers(records))
            continue;
        const auto list = apl::record_list::from(records);
        REQUIRE(list);
        CHECK(to_bytes(*list) == to_vector(records.octets()));
        ++with_records;

        // All layers at once: records in a message in a frame.
        message = tpl::message::carrying(message.ci, message.header, *list);
        const auto octets = to_bytes(message);
        const auto frame = mbus::long_frame::make(carrier->c(), carrier->address(), octets[0],
                                                  bytes_view{octets}.subspan(1));
        REQUIRE(frame);
        CHECK(to_bytes(mbus::frame{*frame}) == ours.octets);
    }
    INFO(with_records);
    CHECK((with_records == 0 || with_records > 50));
}

TEST_CASE("every record of the wired corpus is rebuilt from its header, information and value") {
    std::size_t rebuilt = 0;
    std::size_t not_encodable = 0;
    for (const auto& line : corpus_lines("wired/frames.jsonl")) {
        const auto ours = read_frame(octets_of(line));
        if (!ours.errors.empty() || !ours.telegram->message())
            continue;
        if (ours.telegram->message()->options().order != byte_order::least_significant_first)
            continue;
        INFO(string_in(line, "name"));
        for (const auto& each : ours.telegram->records()) {
            const auto built = apl::record::make(each->dib(), apl::vib::from(each->vib()), each->value());
            if (!built) {
                ++not_encodable;
                continue;
            }
            INFO(to_hex(each->wire()));
            if (text_of(built->view().value()) != text_of(each->value()))
                CHECK(to_hex(built->wire()) == to_hex(each->wire()));
            ++rebuilt;
        }
    }
    CHECK(not_encodable * 20 <= rebuilt);
}
