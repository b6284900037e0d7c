#pragma once

/// Finds the ASCII frames in a stream of characters.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/modbus/adu.hpp>
#include <meterlink/modbus/ascii_frame.hpp>
#include <meterlink/modbus/detail/octet_window.hpp>

namespace meterlink::modbus {

/// Streaming decoder for Modbus ASCII (Modbus over serial line V1.02, 2.5.2), in both directions.
///
/// A frame begins at a colon and ends with CR LF; a colon within a frame begins a new one. Every character
/// fed is accounted for by exactly one event, and how the input is cut does not change the events. Garbage
/// ends where an intact frame begins, at silence, and after 513 characters. Memory is bounded: one longest
/// frame, and one PDU.
class ascii_decoder {
public:
    using duration = session_clock::duration;

    /// `silence` within a frame breaks it; the standard suggests one second.
    explicit constexpr ascii_decoder(duration silence = std::chrono::seconds{1}) noexcept
        : silence_{silence} {}

    /// Takes characters that have arrived at `now`, and returns how many: the rest is to be fed again after
    /// `next` has given `nullopt`. After that at least one fits. When the line was silent until `now`,
    /// nothing is taken before the characters from before have been had. `decode` is that loop.
    [[nodiscard]] constexpr std::size_t feed(bytes_view octets, instant now) noexcept {
        handle_timeout(now);
        if (silent_ || octets.empty())
            return 0;
        deadline_ = now + silence_;
        return window_.append(octets);
    }

    /// The next frame or garbage; `nullopt` means "more characters, or the silence".
    [[nodiscard]] constexpr std::optional<decoder_event> next() noexcept {
        while (!window_.empty()) {
            const auto frame = judge();
            if (frame) {
                if (window_.skipped() > 0)
                    return window_.take_garbage();
                pdu_ = frame->pdu();
                window_.take(frame->wire().size());
                return adu_view{0, frame->unit(), pdu_, frame->wire().size()};
            }
            if (frame.error().code == errc::truncated)
                return std::nullopt;
            window_.skip(frame.error());
            if (window_.is_full_of_garbage())
                return window_.take_garbage();
        }
        if (std::exchange(silent_, false) && window_.skipped() > 0)
            return window_.take_garbage();
        return std::nullopt;
    }

    /// Feeds all of `octets` and hands every event to `sink`.
    template <class Sink>
    constexpr void decode(bytes_view octets, instant now, Sink&& sink) {
        do {
            octets = octets.subspan(feed(octets, now));
            while (const auto event = next())
                sink(*event);
        } while (!octets.empty());
    }

    /// Whether characters wait for more, or for the silence.
    [[nodiscard]] constexpr bool is_pending() const noexcept { return !window_.is_clear(); }

    /// When `handle_timeout` is due; none while nothing is pending.
    [[nodiscard]] constexpr std::optional<instant> poll_timeout() const noexcept {
        return is_pending() && !silent_ ? std::optional{deadline_} : std::nullopt;
    }

    /// Gives up what is unfinished if the line has been silent for long enough; `next` then reports it.
    constexpr void handle_timeout(instant now) noexcept {
        if (is_pending() && now >= deadline_)
            silent_ = true;
    }

    /// Forgets what is pending, as after a reopened port.
    constexpr void reset() noexcept {
        window_.clear();
        silent_ = false;
    }

private:
    /// The frame at the beginning of what waits; `errc::truncated` while that is open.
    [[nodiscard]] constexpr result<ascii_frame_view> judge() const noexcept {
        const auto octets = window_.octets();
        const auto stop = std::find(octets.begin(), octets.end(), ascii_frame_view::carriage_return);
        const auto end = static_cast<std::size_t>(stop - octets.begin());
        const auto frame = ascii_frame_view::parse(octets.first(std::min(end + 2, octets.size())));
        if (!frame && frame.error().code == errc::truncated && silent_)
            return fail(errc::frame_silence, layer::modbus, octets.size());
        return frame;
    }

    detail::octet_window<ascii_frame_view::max_size> window_;
    modbus::pdu pdu_;
    duration silence_;
    instant deadline_{};
    bool silent_ = false; // the line was silent after the last character in the window
};

} // namespace meterlink::modbus
