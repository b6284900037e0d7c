#pragma once

/// How long to wait before a lost link is tried again. Randomness is an argument, as time is elsewhere.

#include <algorithm>
#include <chrono>
#include <cstdint>

#include <meterlink/io/endpoint.hpp>

namespace meterlink::io {

/// Exponential back-off with jitter: the n-th wait lies between half of `first * 2^n` and the whole, and
/// never beyond `largest`. The jitter keeps many clients of one peer that was restarted from coming back all
/// at once.
class back_off {
public:
    constexpr explicit back_off(retry_times times) noexcept : times_{times} {}

    /// The next wait. `random` is any number from a source that is uniform over 32 bits.
    [[nodiscard]] constexpr std::chrono::nanoseconds next(std::uint32_t random) noexcept {
        const auto whole = std::min(current_, std::chrono::nanoseconds{times_.largest});
        current_ = std::min(whole * 2, std::chrono::nanoseconds{times_.largest});
        const auto half = whole / 2;
        // 16 bits of the random number are enough. Taken in two parts, no product of theirs overflows.
        const auto share = random >> 16U;
        return whole - half / 65536 * share - half % 65536 * share / 65536;
    }

    /// Begins again with the shortest wait.
    constexpr void reset() noexcept { current_ = times_.first; }

private:
    retry_times times_;
    std::chrono::nanoseconds current_ = times_.first;
};

} // namespace meterlink::io
