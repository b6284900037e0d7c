// Any chips, however they are cut, give the same events, and the events account for every chip. The first
// octet of the input says what the radio is set to and seeds the cuts.

#include <meterlink/wmbus/radio_decoder.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "require.hpp"

namespace {

using namespace meterlink;
using namespace meterlink::wmbus;

using meterlink::fuzzing::require;

/// An event, with its octets copied.
struct seen {
    std::vector<std::uint8_t> frame;
    frame_format format = frame_format::a;
    wmbus::mode mode = mode::t1;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::optional<error> problem{};

    friend bool operator==(const seen&, const seen&) = default;
};

seen copy(const radio_event& event) {
    if (const auto* frame = std::get_if<radio_frame>(&event))
        return {{frame->octets.begin(), frame->octets.end()},
                frame->format,
                frame->mode,
                frame->begin,
                frame->end,
                frame->problem};
    const auto& noise = std::get<chip_noise>(event);
    require(noise.count > 0 && noise.count <= radio_decoder::max_noise);
    return {{}, frame_format::a, mode::t1, noise.begin, noise.begin + noise.count};
}

template <class NextCut>
std::vector<seen> decode(bytes_view input, tuning tuned, NextCut next_cut) {
    radio_decoder radio{tuned};
    std::vector<seen> events;
    const auto keep = [&](const radio_event& event) { events.push_back(copy(event)); };
    while (!input.empty()) {
        const auto size = std::min<std::size_t>(next_cut(), input.size());
        radio.decode(input.first(size), keep);
        input = input.subspan(size);
    }
    radio.finish();
    radio.decode({}, keep);
    require(!radio.next());
    return events;
}

/// Every chip stands in an event, in order; a frame without a problem is one that can be sent again and
/// found.
void require_all_accounted_for(const std::vector<seen>& events, std::size_t chips, tuning tuned) {
    std::uint64_t at = 0;
    for (const auto& event : events) {
        require(event.begin <= at && event.end <= chips);
        at = std::max(at, event.end);
        if (event.frame.empty())
            continue;
        require(event.frame.size() >= 12 && event.begin < event.end);
        if (event.problem) {
            require(event.problem->offset <= event.frame.size());
            continue;
        }
        std::array<std::uint8_t, max_radio_frame_octets> sent{};
        const auto count = emit_radio_frame(event.frame, event.format, {event.mode, tuned.sender}, sent);
        require(count.has_value());
        std::array<std::uint8_t, max_air_size> octets{};
        const auto found = find_radio_frame({sent, 0, *count}, tuned, octets);
        require(found && !found->problem && found->format == event.format && found->mode == event.mode);
        require(
            std::equal(event.frame.begin(), event.frame.end(), found->octets.begin(), found->octets.end()));
    }
    require(at == chips);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const bytes_view input{data + 1, size - 1};
    const auto& row = mode_rows[data[0] % mode_rows.size()];
    const tuning tuned{row.mode, row.direction == direction::other_to_meter ? direction::other_to_meter
                                                                            : direction::meter_to_other};
    std::uint32_t state = data[0];
    const auto random_cut = [&] {
        state = state * 1'664'525U + 1'013'904'223U;
        return 1 + (state >> 16U) % ((state >> 8U) % 2 == 0 ? 8U : 700U);
    };
    const auto whole = decode(input, tuned, [&] { return input.size(); });
    require_all_accounted_for(whole, input.size() * 8, tuned);
    require(decode(input, tuned, [] { return std::size_t{1}; }) == whole);
    require(decode(input, tuned, random_cut) == whole);
    return 0;
}
