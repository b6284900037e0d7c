#pragma once

/// How long a master waits, and how often it asks again.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/session.hpp>
#include <meterlink/mbus/decoder.hpp>

namespace meterlink::mbus {

/// How long `bits` take on the line. `baud` 0 counts as 300, the slowest rate of the bus.
[[nodiscard]] constexpr session_clock::duration bit_times(std::uint64_t bits, std::uint32_t baud) noexcept {
    const std::uint64_t rate = baud == 0 ? 300 : baud;
    return std::chrono::nanoseconds{static_cast<std::int64_t>(bits * 1'000'000'000U / rate)};
}

/// Bits of one character: start, eight data bits, even parity, stop (EN 13757-2, clause 5).
inline constexpr std::uint64_t bits_per_character = 11;

/// How long `octets` take on the line.
[[nodiscard]] constexpr session_clock::duration wire_time(std::size_t octets, std::uint32_t baud) noexcept {
    return bit_times(octets * bits_per_character, baud);
}

/// The idle time that ends a failed exchange: 33 bit times (EN 13757-2, clause 5).
[[nodiscard]] constexpr session_clock::duration idle_time(std::uint32_t baud) noexcept {
    return bit_times(33, baud);
}

/// The latest time from the last bit of a request to the first character of its answer: 330 bit times and
/// 50 ms until the answer begins (EN 13757-2, clause 5), and the character itself. At 2400 Bd 192 ms.
[[nodiscard]] constexpr session_clock::duration minimum_response_timeout(std::uint32_t baud) noexcept {
    return bit_times(330 + bits_per_character, baud) + std::chrono::milliseconds{50};
}

/// Timing of a master. Retries are extra attempts: with one retry a question is asked twice at most.
struct timing_profile {
    using duration = session_clock::duration;

    /// From the end of a request to the first octet of its answer. Never counted as less than the bit rate
    /// demands; while octets arrive, the master waits on.
    duration response_timeout = std::chrono::milliseconds{1500};
    /// Extra attempts of everything but a selection.
    std::uint8_t readout_retries = 3;
    /// Extra attempts of a selection.
    std::uint8_t select_retries = 2;
    /// Pause behind an answered SND_NKE or application reset that comes before something else.
    duration wait_after_initialisation = std::chrono::milliseconds{10'000};
    /// From the last octet of a collision to the next request.
    duration collision_recovery = std::chrono::milliseconds{3500};
    /// Least pause between what was last on the line and the next request.
    duration wait_between_communications = std::chrono::milliseconds{1000};
    /// What the way to the line may add in both directions together: an adapter, a network. It is added to
    /// what the bit rate demands, for answers and between the octets of one.
    duration latency{};
    /// The idle time that breaks an answer off; 0: `decoder::default_timeout`, which is 33 bit times and
    /// 50 ms for drivers that hold octets back.
    duration character_gap{};
    /// The bit rate is that at which octets leave, as at a serial port. What is heard before the last bit of
    /// a question is on the line is then no answer to it, but late or noise, and is passed over. Behind a
    /// network the line may be faster than it is known to be; nothing follows from the time there.
    bool is_paced = false;

    /// For searches, where most questions stay without an answer.
    [[nodiscard]] static constexpr timing_profile search() noexcept {
        using std::chrono::milliseconds;
        return {milliseconds{1000}, 1,  1,    milliseconds{10'000}, milliseconds{5000}, milliseconds{2000},
                duration{},         {}, false};
    }

    /// For reading meters that are known; the same as a default profile.
    [[nodiscard]] static constexpr timing_profile readout() noexcept { return {}; }

    /// As fast as EN 13757-2, clause 5, allows at this bit rate: no pauses but those of the line, and two
    /// repetitions.
    [[nodiscard]] static constexpr timing_profile standard(std::uint32_t baud,
                                                           duration way = duration{}) noexcept {
        return {minimum_response_timeout(baud), 2, 2, {}, idle_time(baud), {}, way, {}, false};
    }

    /// The response timeout that is used at `baud`.
    [[nodiscard]] constexpr duration effective_response_timeout(std::uint32_t baud) const noexcept {
        return std::max(response_timeout, minimum_response_timeout(baud) + latency);
    }

    /// The idle time after which an answer is broken off at `baud`; at least 33 bit times.
    [[nodiscard]] constexpr duration effective_character_gap(std::uint32_t baud) const noexcept {
        if (character_gap > duration{})
            return std::max(character_gap, idle_time(baud)) + latency;
        return decoder::default_timeout(baud) + latency;
    }

    [[nodiscard]] friend constexpr bool operator==(const timing_profile&,
                                                   const timing_profile&) noexcept = default;
};

} // namespace meterlink::mbus
