// Whatever is sent on a line with several meters and whatever goes wrong: it comes to rest, and time does not
// run backwards. A faultless line with one meter says what the meter alone would say.

#include <meterlink/mbus/simulated_line.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "mbus/slave_fuzzing.hpp"

namespace {

using namespace meterlink;
using fuzzing::require;
using namespace std::chrono_literals;

/// Drives a line; what comes out of it.
struct bench {
    mbus::simulated_line line;
    std::vector<std::uint8_t> heard;
    instant now{};
    std::size_t steps = 0;

    explicit bench(mbus::line_options options) : line{std::move(options)} {}

    void collect() {
        while (const auto octets = line.poll_transmit())
            heard.insert(heard.end(), octets->begin(), octets->end());
        while (line.poll_event()) {
        }
    }
    void run(instant until) {
        for (auto due = line.poll_timeout(); due && *due <= until; due = line.poll_timeout()) {
            now = std::max(now, *due);
            require(++steps < 1'000'000);
            line.handle_timeout(now);
            collect();
        }
        now = until;
        line.handle_timeout(now);
        collect();
    }
};

mbus::line_options options_of(std::uint8_t how, std::uint8_t seed) {
    mbus::line_options out;
    out.has_echo = (how & 1U) != 0;
    out.drops_bad_characters = (how & 2U) != 0;
    out.follows_slaves = (how & 4U) != 0;
    out.spreads_answers = (how & 8U) != 0;
    out.packet_size = (how & 0x10U) != 0 ? 16 : 1;
    if ((how & 0x20U) != 0)
        out.latency = 30ms;
    out.seed = seed;
    if ((how & 0x40U) != 0)
        out.faults =
            mbus::fault_plan::random(seed, 500, {mbus::line_faults.begin(), mbus::line_faults.end()});
    return out;
}

void garble(bytes_view input) {
    fuzzing::script script{input};
    const auto how = script.octet();
    bench on{options_of(how, script.octet())};
    for (std::uint8_t number = 0; number < 3; ++number) {
        mbus::slave_options options;
        options.answer_bits = static_cast<std::uint16_t>(11 + script.octet());
        on.line.add(fuzzing::make_slave(number, options));
    }
    while (const auto step = script.next()) {
        on.run(on.now + step->pause);
        on.line.handle_input(step->octets, on.now);
        on.collect();
    }
    on.run(on.now + 20min);
    require(!on.line.poll_timeout());
}

/// The same requests to a line with one meter, and to the meter.
void compare(bytes_view input) {
    fuzzing::script script{input};
    bench on{{}};
    on.line.add(fuzzing::make_slave(1));
    auto alone = fuzzing::make_slave(1);
    std::vector<std::uint8_t> said;
    const auto run_alone = [&](instant until) {
        for (auto due = alone.poll_timeout(); due && *due <= until; due = alone.poll_timeout()) {
            alone.handle_timeout(*due);
            while (const auto octets = alone.poll_transmit())
                said.insert(said.end(), octets->begin(), octets->end());
        }
    };
    instant sent_until{};
    while (const auto step = script.next()) {
        on.run(on.now + step->pause);
        on.line.handle_input(step->octets, on.now);
        const auto start = std::max(on.now, sent_until);
        for (std::size_t i = 0; i < step->octets.size(); ++i) {
            sent_until = start + mbus::character_time(i + 1, 2400);
            run_alone(sent_until);
            if (alone.baud() != 2400)
                return; // the rest is noise to it, and its decoder begins anew at a moment of its own
            alone.handle_input(bytes_view{step->octets}.subspan(i, 1), sent_until);
        }
    }
    const auto end = std::max(on.now, sent_until) + 20min;
    on.run(end);
    run_alone(end);
    require(on.heard == said);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    garble({data, size});
    compare({data, size});
    return 0;
}
