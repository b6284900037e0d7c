// A line with 250 slaves: how fast virtual time runs.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <benchmark/benchmark.h>
#include <meterlink/apl/record_list.hpp>
#include <meterlink/mbus/command.hpp>
#include <meterlink/mbus/simulated_line.hpp>

namespace {

using namespace meterlink;

mbus::simulated_line line_of(unsigned slaves) {
    mbus::simulated_line line;
    for (unsigned i = 1; i <= slaves; ++i) {
        auto description = mbus::slave_description::of(static_cast<std::uint8_t>(i), {i, 0x4024, 1, 7});
        apl::record_list list;
        list.manufacturer_data.assign(60, static_cast<std::uint8_t>(i));
        (void)description.add(list);
        line.add(mbus::slave::make(std::move(description)).value());
    }
    return line;
}

/// One request, and all steps until the line is quiet; how many octets came back.
std::size_t ask(mbus::simulated_line& line, instant& now, bytes_view request) {
    std::size_t heard = 0;
    line.handle_input(request, now);
    while (const auto due = line.poll_timeout()) {
        now = *due;
        line.handle_timeout(now);
        while (const auto octets = line.poll_transmit())
            heard += octets->size();
    }
    while (line.poll_event()) {
    }
    now += std::chrono::milliseconds{200};
    return heard;
}

/// Every slave is read by its primary address.
void simulated_line_readout(benchmark::State& state) {
    const auto slaves = static_cast<unsigned>(state.range(0));
    auto line = line_of(slaves);
    instant now{};
    bool fcb = true;
    std::size_t readouts = 0;
    for (auto _ : state) {
        for (unsigned i = 1; i <= slaves; ++i) {
            const auto heard =
                ask(line, now, to_bytes(mbus::command::req_ud2(static_cast<std::uint8_t>(i), fcb)));
            benchmark::DoNotOptimize(heard);
        }
        readouts += slaves;
        fcb = !fcb;
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(readouts));
}

/// All slaves are selected and answer at once.
void simulated_line_collision(benchmark::State& state) {
    const auto slaves = static_cast<unsigned>(state.range(0));
    auto line = line_of(slaves);
    instant now{};
    const auto select = to_bytes(mbus::command::select(mbus::secondary_address{}));
    const auto request = to_bytes(mbus::command::req_ud2(mbus::primary_address::selected, true));
    for (auto _ : state) {
        auto heard = ask(line, now, select);
        heard += ask(line, now, request);
        benchmark::DoNotOptimize(heard);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}

BENCHMARK(simulated_line_readout)->Arg(1)->Arg(250);
BENCHMARK(simulated_line_collision)->Arg(2)->Arg(250);

} // namespace
