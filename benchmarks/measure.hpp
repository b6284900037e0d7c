#pragma once

/// What all benchmarks over the corpus report.

#include <cstddef>
#include <ctime>

#include <benchmark/benchmark.h>

#include "corpus.hpp"

namespace meterlink::bench {

/// Calls of the global `operator new` since the program began. The benchmark program replaces it by a
/// counting one.
[[nodiscard]] std::size_t allocation_count() noexcept;

/// Calls `use(frame)` for every frame of `all` in each iteration, and reports the time and the allocations
/// for one frame.
template <class Use>
void measure_frames(benchmark::State& state, const corpus& all, Use use) {
    for (const auto& frame : all.frames) // what is allocated once is no part of the measurement
        use(frame);
    const auto allocations_before = allocation_count();
    const auto clock_before = std::clock();
    for (auto _ : state)
        for (const auto& frame : all.frames)
            use(frame);
    const auto nanoseconds = 1e9 * static_cast<double>(std::clock() - clock_before) / CLOCKS_PER_SEC;
    const auto allocations = static_cast<double>(allocation_count() - allocations_before);

    const auto iterations = static_cast<double>(state.iterations());
    const auto frames = static_cast<double>(all.frames.size());
    const auto records = static_cast<double>(all.records);
    state.counters["frames/s"] = benchmark::Counter{frames, benchmark::Counter::kIsIterationInvariantRate};
    state.counters["ns/frame"] = nanoseconds / (iterations * frames); // processor time, as everywhere
    state.counters["ns/record"] = nanoseconds / (iterations * records);
    state.counters["allocations/frame"] = allocations / (iterations * frames);
    state.counters["octets/frame"] = static_cast<double>(all.octets) / frames;
    state.counters["records/frame"] = records / frames;
}

/// The same for the frames of the wired corpus.
template <class Use>
void measure_frames(benchmark::State& state, Use use) {
    measure_frames(state, corpus::instance(), use);
}

} // namespace meterlink::bench
