#pragma once

/// What a client is told about its line, its units, and its patience.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/core/session.hpp>
#include <meterlink/modbus/frame_silence.hpp>
#include <meterlink/modbus/framing.hpp>
#include <meterlink/modbus/line_timing.hpp>

namespace meterlink::modbus {

/// What becomes of requests to a unit that has failed too often.
enum class degraded_request : std::uint8_t {
    refuse, ///< They end at once with `unit_degraded`.
    wait,   ///< They wait until the unit is tried again.
};

/// How a client treats units that do not answer, so that a dead one does not hold up the others. Silence,
/// broken replies, and a gateway that does not reach its target (exceptions 0A and 0B) count as failures;
/// silence only to what every device answers (functions 01 to 06, 0F and 10). An intact frame of the unit,
/// whatever it says, ends the count and the degradation.
struct degradation_options {
    std::uint8_t failures = 3; ///< Requests in a row that fail before the unit is degraded; 0 never.
    session_clock::duration first_pause = std::chrono::seconds{5}; ///< Doubles with each probe that fails.
    session_clock::duration longest_pause = std::chrono::minutes{10};
    degraded_request requests = degraded_request::refuse;
};

/// What one unit needs; what is not given is that of the client.
struct unit_options {
    std::optional<session_clock::duration> response_timeout{};
    std::optional<std::uint8_t> retries{};
    /// From an answer of this unit, or the lack of it, to the next request to it.
    session_clock::duration turnaround{};
};

/// What a client is told once.
struct client_options {
    using duration = session_clock::duration;

    modbus::framing framing = modbus::framing::tcp;

    /// From the end of the request to the end of the reply, on a line to its beginning.
    duration response_timeout = std::chrono::seconds{1};
    std::uint8_t retries = 2; ///< Further attempts after one that failed.

    /// The widest `window`.
    static constexpr std::size_t most_window = 256;

    /// TCP: transactions outstanding at once; many devices take but one, and the guide to TCP asks for 1 to
    /// 16. 0 counts as 1, more than `most_window` as that.
    std::size_t window = 1;

    /// From the link being up to the first request: some devices are deaf meanwhile.
    duration pause_after_connect{};
    /// From a reply, or the lack of it, to the next request; on a line at least 3.5 characters.
    duration pause_between_requests{};

    // Lines, that is RTU and ASCII:
    line_timing timing{19200};
    /// From a broadcast to the next request, while the devices work on it.
    duration broadcast_turnaround = std::chrono::milliseconds{100};
    /// Silence after which a frame is not continued; that of `modbus::frame_silence` without it.
    std::optional<duration> frame_silence{};
    /// How long after the response timeout a late reply may still come: so long, a unit that has not
    /// answered, or only when it was asked again, is not asked with the same function, whose reply could not
    /// be told from the late one. Without it, as long as the response timeout.
    std::optional<duration> late_reply_wait{};
    /// The line gives back what is sent (RS-485 without receiver control): the echo is taken out.
    bool echo = false;

    /// Attempts in a row, to units that have answered before, to which nothing at all is heard, before a new
    /// link is wished; 0 never.
    std::uint8_t reconnect_after = 5;

    degradation_options degradation{};
};

} // namespace meterlink::modbus
