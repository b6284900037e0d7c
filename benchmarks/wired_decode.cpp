// From the octets of a frame to the exact value of every record in it.

#include <cstdint>
#include <vector>

#include <meterlink/apl/fixed_data.hpp>
#include <meterlink/mbus/telegram.hpp>

#include "measure.hpp"

namespace {

void decode(const std::vector<std::uint8_t>& frame) {
    const auto telegram = meterlink::mbus::telegram_view::parse(frame);
    for (const auto& record : telegram->records()) {
        if (!record)
            continue;
        auto value = record->value();
        benchmark::DoNotOptimize(value);
    }
    const auto& message = telegram->message();
    if (!message || message->application() != meterlink::tpl::application::fixed_data)
        return;
    const auto fixed = meterlink::apl::fixed_data::parse(message->payload(), message->options().order);
    for (std::size_t i = 0; i < 2; ++i) {
        auto counter = fixed->counter(i);
        benchmark::DoNotOptimize(counter);
    }
}

void wired_decode(benchmark::State& state) { meterlink::bench::measure_frames(state, decode); }

BENCHMARK(wired_decode);

} // namespace
