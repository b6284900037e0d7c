// Runs the benchmarks several times, interleaved, and says at the end how many yardsticks each of them takes.

#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

constexpr std::string_view yardstick = "yardstick/aes_cbc_64";

/// The usual table, and the median time of each benchmark: for one frame where it has frames.
class reporter final : public benchmark::ConsoleReporter {
public:
    reporter() : ConsoleReporter{OO_Tabular} {}

    void ReportRuns(const std::vector<Run>& runs) override {
        for (const auto& run : runs)
            if (!run.error_occurred && (run.aggregate_name == "median" || run.repetitions <= 1))
                times_[name_of(run)] = time_of(run);
        ConsoleReporter::ReportRuns(runs);
    }

    void print_ratios() const {
        const auto unit = times_.find(std::string{yardstick});
        if (unit == times_.end())
            return;
        for (const auto& [name, time] : times_)
            if (name != yardstick)
                std::printf("%s: %.2f yardsticks for one %s (%.0f ns, and %.1f ns for %s)\n", name.c_str(),
                            time.nanoseconds / unit->second.nanoseconds,
                            time.is_of_frame ? "frame" : "iteration", time.nanoseconds,
                            unit->second.nanoseconds, unit->first.c_str());
    }

private:
    struct measured {
        double nanoseconds = 0;
        bool is_of_frame = false; ///< Or of an iteration.
    };

    static std::string name_of(const Run& run) {
        const auto& name = run.run_name;
        return name.args.empty() ? name.function_name : name.function_name + '/' + name.args;
    }

    static measured time_of(const Run& run) {
        const auto per_frame = run.counters.find("ns/frame");
        if (per_frame != run.counters.end())
            return {per_frame->second.value, true};
        return {run.GetAdjustedCPUTime(), false};
    }

    std::map<std::string, measured> times_;
};

} // namespace

int main(int argc, char* argv[]) {
    // Interleaved repetitions meet the same noise; arguments of the caller come last and win.
    std::vector<std::string> defaults{"--benchmark_repetitions=9",
                                      "--benchmark_enable_random_interleaving=true",
                                      "--benchmark_min_time=0.1", "--benchmark_display_aggregates_only=true"};
    std::vector<char*> arguments{argv[0]};
    for (auto& each : defaults)
        arguments.push_back(each.data());
    arguments.insert(arguments.end(), argv + 1, argv + argc);
    auto count = static_cast<int>(arguments.size());
    benchmark::Initialize(&count, arguments.data());
    if (benchmark::ReportUnrecognizedArguments(count, arguments.data()))
        return 1;
    reporter display;
    benchmark::RunSpecifiedBenchmarks(&display);
    display.print_ratios();
    benchmark::Shutdown();
}
