#pragma once

/// How soon, how fast and how strictly a slave answers.

#include <chrono>
#include <cstdint>

#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/mbus/baud_rate.hpp>

namespace meterlink::mbus {

/// How a slave behaves on the line.
struct slave_options {
    /// From the end of a request to the start of the answer: so many bit times, 11 to 330, …
    std::uint16_t answer_bits = 33;
    /// … and so long on top, at most 50 ms.
    session_clock::duration answer_pause{};
    /// The bit rate at which it starts, one of `baud_rate_rows`.
    std::uint32_t baud = 2400;
    /// After so long without an intact frame at a commanded rate it returns to that from before.
    session_clock::duration baud_fallback = std::chrono::minutes{5};
    /// A repetition is recognised by its frame count bit alone. Otherwise it must also be the same request:
    /// masters exist that send different commands, all of them without the bit.
    bool trusts_frame_count_bit = false;
    /// Meters exist that know their primary address alone.
    bool is_selectable = true;

    /// These, or `errc::value_out_of_range` for a delay or a rate that the bus does not know.
    [[nodiscard]] constexpr result<slave_options> checked() const noexcept {
        constexpr std::uint16_t soonest = 11;
        constexpr std::uint16_t latest = 330;
        if (answer_bits < soonest || answer_bits > latest)
            return fail(errc::value_out_of_range, layer::mbus, 0, latest, answer_bits);
        if (answer_pause < session_clock::duration{} || answer_pause > std::chrono::milliseconds{50})
            return fail(errc::value_out_of_range, layer::mbus, 0);
        if (!baud_rate_ci(baud))
            return fail(errc::value_out_of_range, layer::mbus, 0, -1, static_cast<std::int32_t>(baud));
        return *this;
    }
};

} // namespace meterlink::mbus
