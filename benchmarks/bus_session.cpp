// Master and meter joined in memory, in virtual time: how fast sessions are stepped.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <meterlink/mbus/master.hpp>
#include <meterlink/mbus/slave.hpp>

#include "measure.hpp"

namespace {

using namespace meterlink;

constexpr std::uint32_t baud = 9600;
constexpr std::uint8_t address = 5;

/// A meter with a dozen volumes, one for each month: it answers 105 octets.
mbus::slave meter(std::uint32_t id) {
    std::vector<std::uint8_t> payload{0x72};
    payload.resize(13); // the header is filled in by the meter
    for (std::uint8_t month = 1; month <= 12; ++month)
        payload.insert(payload.end(), {0x8C, month, 0x13, month, 0x34, 0x12, 0x00});
    auto description = mbus::slave_description::of(address, {id, 0x4024, 1, 7});
    description.telegrams.push_back({std::move(payload), 0});
    mbus::slave_options options;
    options.baud = baud;
    return mbus::slave::make(std::move(description), options).value();
}

mbus::master::options settings() {
    mbus::master::options how;
    how.timing = mbus::timing_profile::standard(baud);
    how.baud = baud;
    return how;
}

/// A bus with one meter. A step is a call that may change a session: octets, a timeout, or a poll.
class bus {
public:
    explicit bus(std::uint32_t id) : slave_{meter(id)} {}

    /// One read from its request to its outcome; whether it was a reading.
    bool read() {
        static const auto request = mbus::request::read(mbus::primary_address{address}).value();
        master_.submit(request, now_);
        for (;;) {
            exchange();
            if (const auto is_reading = outcome())
                return *is_reading;
            advance();
        }
    }

    [[nodiscard]] std::size_t steps() const noexcept { return steps_; }

private:
    /// Whether the read has ended with a reading; none while it has not ended.
    std::optional<bool> outcome() {
        ++steps_;
        const auto event = master_.poll_event();
        if (!event)
            return std::nullopt;
        while (master_.poll_event())
            ++steps_; // the list of events is free again
        return event->as<mbus::reading>() != nullptr;
    }

    /// What one of them says has been heard by the other when its last bit is on the line.
    void exchange() {
        steps_ += 3;
        while (const auto octets = master_.poll_transmit()) {
            ++steps_;
            slave_.handle_input(*octets, now_ += mbus::wire_time(bytes_view{*octets}.size(), baud));
        }
        while (const auto octets = slave_.poll_transmit()) {
            ++steps_;
            master_.handle_input(*octets, now_ += mbus::wire_time(octets->size(), baud));
        }
        while (slave_.poll_event())
            ++steps_;
    }

    void advance() {
        steps_ += 4;
        const auto of_slave = slave_.poll_timeout();
        const auto of_master = master_.poll_timeout();
        now_ =
            std::max(now_, std::min(of_slave.value_or(instant::max()), of_master.value_or(instant::max())));
        slave_.handle_timeout(now_);
        master_.handle_timeout(now_);
    }

    mbus::slave slave_;
    mbus::master master_{settings()};
    instant now_{std::chrono::hours{1}};
    std::size_t steps_ = 0;
};

/// Reads so many buses in turn, each by a pair of sessions of its own.
void bus_session(benchmark::State& state) {
    std::vector<std::unique_ptr<bus>> all;
    for (std::int64_t i = 0; i < state.range(0); ++i)
        all.push_back(std::make_unique<bus>(static_cast<std::uint32_t>(i)));
    for (int i = 0; i < 2; ++i) // resets the meter, and allocates what is allocated once
        for (const auto& each : all)
            if (!each->read())
                return state.SkipWithError("no reading");
    const auto steps = [&] {
        std::size_t sum = 0;
        for (const auto& each : all)
            sum += each->steps();
        return static_cast<double>(sum);
    };
    const auto steps_before = steps();
    const auto allocations_before = bench::allocation_count();
    const auto clock_before = std::clock();
    std::size_t next = 0;
    for (auto _ : state) {
        if (!all[next]->read())
            return state.SkipWithError("no reading");
        next = next + 1 == all.size() ? 0 : next + 1;
    }
    const auto seconds = static_cast<double>(std::clock() - clock_before) / CLOCKS_PER_SEC;
    const auto allocations = static_cast<double>(bench::allocation_count() - allocations_before);
    const auto reads = static_cast<double>(state.iterations());
    const auto stepped = steps() - steps_before;
    state.counters["reads/s"] = reads / seconds;
    state.counters["steps/s"] = stepped / seconds;
    state.counters["steps/read"] = stepped / reads;
    state.counters["allocations/read"] = allocations / reads;
}

BENCHMARK(bus_session)->Arg(1)->Arg(1000);

} // namespace
