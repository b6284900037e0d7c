#pragma once

/// What is measured: one `io_context` on one thread with the masters of all buses.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/io/driver.hpp>
#include <meterlink/io/tcp_client.hpp>
#include <meterlink/mbus/master.hpp>

#include "settings.hpp"

namespace meterlink::bench {

/// How the reads ended.
struct read_counts {
    std::size_t asked = 0;
    std::size_t answered = 0;
    std::size_t failed = 0; ///< With another outcome than the telegram of that meter.
};

class gateway {
public:
    gateway(const settings& how, std::uint16_t port);

    /// Opens all buses; false when that takes too long.
    [[nodiscard]] bool connect();
    /// Reads all meters for so long, evenly spread over the interval.
    void read_for(std::chrono::nanoseconds duration);
    /// Waits for the answers to what was asked, but not without end.
    void finish();

    [[nodiscard]] const read_counts& counts() const noexcept { return counts_; }

private:
    using bus = io::driver<io::tcp_client, mbus::master>;

    void take(std::size_t number, bus::event event);
    void ask(std::size_t number);
    void ask_those_due();
    /// Runs until `is_done()` or `deadline`.
    template <class Condition>
    bool run_until(Condition is_done, std::chrono::steady_clock::time_point deadline);

    settings how_;
    asio::io_context context_{1};
    asio::steady_timer timer_{context_};
    std::vector<std::unique_ptr<bus>> buses_;
    std::vector<std::uint32_t> ids_; ///< Of the meters, as they tell first; 0 before.
    std::size_t connected_ = 0;
    read_counts counts_;
    bool is_reading_ = false;
    std::chrono::steady_clock::time_point began_;
    std::size_t turns_ = 0; ///< How many times it was a bus's turn.
};

} // namespace meterlink::bench
