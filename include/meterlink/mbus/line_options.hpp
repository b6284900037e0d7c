#pragma once

/// How a simulated line behaves, and what it tells.

#include <chrono>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/session.hpp>
#include <meterlink/mbus/line_fault.hpp>
#include <meterlink/mbus/slave_event.hpp>

namespace meterlink::mbus {

/// The line and the converter between it and the master.
struct line_options {
    /// The bit rate of the converter, not 0.
    std::uint32_t baud = 2400;
    /// Slaves hear and are heard whatever their bit rate is, as if the converter followed them.
    bool follows_slaves = false;
    /// Each slave answers up to 16 bit times later than it says, always by the same time of its own, as
    /// meters do. Otherwise slaves with the same delay answer in step to the bit, and then what two of them
    /// say may read as the intact telegram of one.
    bool spreads_answers = true;
    /// What the master sends comes back to it.
    bool has_echo = false;
    /// Characters whose parity or stop bit is wrong do not reach the master.
    bool drops_bad_characters = false;
    /// How long octets take from the line to the master on top of the time on the line.
    session_clock::duration latency{};
    /// The converter collects so many octets, or what there is when the line falls silent.
    std::size_t packet_size = 1;
    /// How much later an answer comes with `line_fault::late`, and how long one stops with
    /// `line_fault::pause`.
    session_clock::duration lateness = std::chrono::milliseconds{500};
    fault_plan faults{};
    std::uint64_t seed = 1; ///< Of what is random in a fault.
};

/// What happened on a line: something at one slave, or a fault that a request met.
struct line_event {
    std::size_t slave = 0; ///< By the number that `add` gave; meaningless for a fault.
    slave_event what{};
    line_fault fault = line_fault::none;
};

} // namespace meterlink::mbus
