// Any octets, however they are cut, give the same events, and the events account for every octet. The first
// octet of the input seeds the cuts.

#include <meterlink/mbus/decoder.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "require.hpp"

namespace {

using namespace meterlink;

using meterlink::fuzzing::require;

/// An event, with its octets copied.
struct seen {
    std::vector<std::uint8_t> frame;
    mbus::garbage skipped;

    friend bool operator==(const seen&, const seen&) = default;
};

template <class NextCut>
std::vector<seen> decode(bytes_view input, NextCut next_cut) {
    constexpr auto timeout = std::chrono::milliseconds{10};
    constexpr instant now{};
    mbus::decoder line{timeout};
    std::vector<seen> events;
    const auto keep = [&](const mbus::decoder_event& event) {
        if (const auto* found = std::get_if<mbus::frame_event>(&event)) {
            const auto wire = mbus::wire(found->frame);
            events.push_back({{wire.begin(), wire.end()}, {}});
        } else
            events.push_back({{}, std::get<mbus::garbage>(event)});
    };
    while (!input.empty()) {
        const auto size = std::min<std::size_t>(next_cut(), input.size());
        line.decode(input.first(size), now, keep);
        input = input.subspan(size);
    }
    line.handle_timeout(now + timeout);
    line.decode({}, now + timeout, keep);
    require(!line.poll_timeout() && !line.next());
    return events;
}

/// Every octet stands in exactly one event, in order, and frames are intact.
void require_all_accounted_for(const std::vector<seen>& events, bytes_view input) {
    for (const auto& event : events) {
        if (event.frame.empty()) {
            require(event.skipped.count > 0 && event.skipped.count <= input.size());
            require(event.skipped.count <= mbus::max_frame_size);
            input = input.subspan(event.skipped.count);
            continue;
        }
        require(event.frame.size() <= input.size());
        require(std::equal(event.frame.begin(), event.frame.end(), input.begin()));
        require(mbus::parse_frame(event.frame).has_value());
        input = input.subspan(event.frame.size());
    }
    require(input.empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const bytes_view input{data + 1, size - 1};
    std::uint32_t state = data[0];
    const auto random_cut = [&] {
        state = state * 1'664'525U + 1'013'904'223U;
        return 1 + (state >> 16U) % ((state >> 8U) % 2 == 0 ? 8U : 300U);
    };
    const auto whole = decode(input, [&] { return input.size(); });
    require_all_accounted_for(whole, input);
    require(decode(input, [] { return std::size_t{1}; }) == whole);
    require(decode(input, random_cut) == whole);
    return 0;
}
