// From the octets of a frame to JSON text, in a string that keeps its capacity.

#include <cstdint>
#include <string>
#include <vector>

#include <meterlink/format/json.hpp>
#include <meterlink/mbus/telegram.hpp>

#include "measure.hpp"

namespace {

void wired_to_json(benchmark::State& state) {
    std::string text;
    meterlink::bench::measure_frames(state, [&](const std::vector<std::uint8_t>& frame) {
        text.clear();
        meterlink::format::append_json(text, *meterlink::mbus::telegram_view::parse(frame));
        benchmark::DoNotOptimize(text.data());
    });
}

BENCHMARK(wired_to_json);

} // namespace
