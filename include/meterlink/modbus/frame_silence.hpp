#pragma once

/// The silence that ends a frame on a line.

#include <chrono>
#include <optional>

#include <meterlink/core/session.hpp>
#include <meterlink/modbus/framing.hpp>
#include <meterlink/modbus/line_timing.hpp>

namespace meterlink::modbus {

/// The silence that ends a frame: `chosen`, or 50 ms more than t3.5 in RTU, because drivers hold octets back;
/// 500 ms in RTU without a bit rate, where a network loses nothing but may be late; and 1 s in ASCII.
[[nodiscard]] constexpr session_clock::duration
frame_silence(framing which, const line_timing& timing,
              std::optional<session_clock::duration> chosen = {}) noexcept {
    if (chosen)
        return *chosen;
    if (which == framing::ascii)
        return std::chrono::seconds{1};
    if (timing.baud() == 0)
        return std::chrono::milliseconds{500};
    return timing.between_frames() + std::chrono::milliseconds{50};
}

/// That of the options of a client or a server.
template <class Options>
    requires requires(const Options& how) { frame_silence(how.framing, how.timing, how.frame_silence); }
[[nodiscard]] constexpr session_clock::duration frame_silence_of(const Options& how) noexcept {
    return frame_silence(how.framing, how.timing, how.frame_silence);
}

} // namespace meterlink::modbus
