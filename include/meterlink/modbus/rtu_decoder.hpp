#pragma once

/// Finds the RTU frames in a stream of octets.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/modbus/adu.hpp>
#include <meterlink/modbus/detail/octet_window.hpp>
#include <meterlink/modbus/pdu_size.hpp>
#include <meterlink/modbus/rtu_frame.hpp>

namespace meterlink::modbus {

/// Which frames are listened for: the length of a PDU follows from its beginning, but differently for each.
enum class listen_for : std::uint8_t { requests, replies };

/// Whose frame is expected, and how long it is where the function does not say.
struct rtu_expectation {
    std::optional<unit_id> unit{};      ///< Without it, frames of all units are taken.
    std::optional<std::uint8_t> code{}; ///< A function code whose PDU has `pdu_size` octets.
    std::size_t pdu_size = 0;
};

/// Streaming decoder for Modbus RTU (Modbus over serial line V1.02, 2.5.1), on either side of the line.
///
/// A frame ends where its PDU says (`request_size`, `response_size`), without waiting for silence, or, where
/// the function is unknown, at the silence. Every octet fed is accounted for by exactly one event, and how
/// the input is cut does not change the events. The rules:
/// - A frame is sought at every octet that is the expected unit. Where its length is impossible, the CRC does
///   not hold or the silence comes too early, the search goes on at the very next octet.
/// - Garbage ends where an intact frame begins, at silence, and after 256 octets.
///
/// Memory is bounded: one buffer of 256 octets, the longest frame.
class rtu_decoder {
public:
    using duration = session_clock::duration;

    /// `silence` breaks or ends a frame: t3.5 and what drivers, adapters and networks add to it.
    explicit constexpr rtu_decoder(listen_for what, duration silence) noexcept
        : silence_{silence}, what_{what} {}

    /// Takes octets that have arrived at `now`, and returns how many: the rest is to be fed again after
    /// `next` has given `nullopt`. After that at least one octet fits. When the line was silent until `now`,
    /// nothing is taken before the octets from before have been had. `decode` is that loop.
    [[nodiscard]] constexpr std::size_t feed(bytes_view octets, instant now) noexcept {
        handle_timeout(now);
        if (silent_ || octets.empty())
            return 0;
        deadline_ = now + silence_;
        return window_.append(octets);
    }

    /// The next frame or garbage; `nullopt` means "more octets, or the silence".
    [[nodiscard]] constexpr std::optional<decoder_event> next() noexcept {
        while (!window_.empty()) {
            const auto frame = judge(window_.octets(), silent_);
            if (frame) {
                if (window_.skipped() > 0)
                    return window_.take_garbage();
                window_.take(frame->wire().size());
                return event_of(*frame);
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

    /// Hands every event of `octets` to `sink`. Frames that are whole in `octets` are not copied.
    template <class Sink>
    constexpr void decode(bytes_view octets, instant now, Sink&& sink) {
        while (window_.is_clear() && !octets.empty()) {
            const auto frame = judge(octets.first(std::min(octets.size(), rtu_frame_view::max_size)), false);
            if (!frame)
                break;
            sink(decoder_event{event_of(*frame)});
            octets = octets.subspan(frame->wire().size());
        }
        if (octets.empty() && !is_pending())
            return;
        do {
            octets = octets.subspan(feed(octets, now));
            while (const auto event = next())
                sink(*event);
        } while (!octets.empty());
    }

    /// Whose frame to look for from now on, in what has not been judged yet.
    constexpr void expect(const rtu_expectation& whom) noexcept {
        expected_ = whom;
        expected_.pdu_size = std::clamp<std::size_t>(whom.pdu_size, 1, max_pdu_size);
    }

    /// Whether octets wait for more, or for the silence.
    [[nodiscard]] constexpr bool is_pending() const noexcept { return !window_.is_clear(); }

    /// When `handle_timeout` is due; none while nothing is pending.
    [[nodiscard]] constexpr std::optional<instant> poll_timeout() const noexcept {
        return is_pending() && !silent_ ? std::optional{deadline_} : std::nullopt;
    }

    /// Ends what is pending if the line has been silent for long enough; `next` then reports it.
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
    /// The frame at the beginning of `octets`; `errc::truncated` while that is open. Says the same of the
    /// same octets however many follow them.
    [[nodiscard]] constexpr result<rtu_frame_view> judge(bytes_view octets, bool is_silent) const noexcept {
        if (expected_.unit && octets[0] != *expected_.unit)
            return fail(errc::reply_from_another, layer::modbus, 0, *expected_.unit, octets[0]);
        const auto size = frame_size(octets);
        if (size && *size <= octets.size())
            return rtu_frame_view::parse(octets.first(*size));
        if (!size && size.error().code != errc::truncated && size.error().code != errc::function_unexpected)
            return fail(size.error(), 1);
        const bool is_unknown = !size && size.error().code == errc::function_unexpected;
        if (is_unknown && (is_silent || octets.size() == rtu_frame_view::max_size)) {
            const auto frame = rtu_frame_view::parse(octets);
            return frame || frame.error().code != errc::truncated
                       ? frame
                       : fail(errc::frame_silence, layer::modbus, octets.size());
        }
        return fail(is_silent ? errc::frame_silence : errc::truncated, layer::modbus, octets.size());
    }

    /// Octets of the frame that begins with `octets`.
    [[nodiscard]] constexpr result<std::size_t> frame_size(bytes_view octets) const noexcept {
        const auto content = octets.subspan(1);
        if (expected_.code && !content.empty() && content[0] == *expected_.code)
            return expected_.pdu_size + rtu_frame_view::overhead;
        auto size = what_ == listen_for::requests ? request_size(content) : response_size(content);
        if (size)
            *size += rtu_frame_view::overhead;
        return size;
    }

    [[nodiscard]] static constexpr adu_view event_of(const rtu_frame_view& frame) noexcept {
        return {0, frame.unit(), frame.pdu(), frame.wire().size()};
    }

    detail::octet_window<rtu_frame_view::max_size> window_;
    rtu_expectation expected_{};
    duration silence_;
    instant deadline_{};
    listen_for what_;
    bool silent_ = false; // the line was silent after the last octet in the buffer
};

} // namespace meterlink::modbus
