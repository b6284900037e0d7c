#pragma once

/// Finds the RTU frames in a stream of octets.

#include <algorithm>
#include <array>
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
#include <meterlink/modbus/detail/rtu_requests.hpp>
#include <meterlink/modbus/line_timing.hpp>
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
/// the input is cut at one time does not change the events. The rules:
/// - A reply is sought at every octet that is the expected unit. Where its length is impossible, the CRC does
///   not hold or the silence comes too early, the search goes on at the very next octet.
/// - A request begins only behind silence (t3.5, as far as the times of arrival show it) or directly behind
///   an intact frame, and never within garbage, which may be what another device answers, with anything in
///   it. Behind garbage, two frames in a row have to stand between silences before one may follow directly.
/// - Behind a request for another device, which the caller tells by `expect_reply`, the answer of that
///   device is passed over (`adu_view::is_foreign_reply`), whatever is in it.
/// - Garbage ends where an intact frame begins, at silence, and after 256 octets.
///
/// Memory is bounded: one buffer of 256 octets, the longest frame.
class rtu_decoder {
public:
    using duration = session_clock::duration;

    /// `silence` breaks or ends a frame: t3.5 and what drivers, adapters and networks add to it.
    /// Requests begin behind the t3.5 of `timing`; without it, behind `silence`.
    explicit constexpr rtu_decoder(listen_for what, duration silence,
                                   std::optional<line_timing> timing = {}) noexcept
        : silence_{silence}, timing_{timing}, what_{what} {}

    /// Takes octets that have arrived at `now`, and returns how many: the rest is to be fed again after
    /// `next` has given `nullopt`. After that at least one octet fits. When the line was silent until `now`,
    /// nothing is taken before the octets from before have been had. `decode` is that loop.
    [[nodiscard]] constexpr std::size_t feed(bytes_view octets, instant now) noexcept {
        handle_timeout(now);
        if (silent_ || octets.empty())
            return 0;
        note_arrival(octets.size(), now);
        const auto before = window_.octets().size();
        const auto taken = window_.append(octets);
        if (what_ == listen_for::requests && taken > 0)
            requests_.note_appended(before, taken);
        return taken;
    }

    /// The next frame or garbage; `nullopt` means "more octets, or the silence".
    [[nodiscard]] constexpr std::optional<decoder_event> next() noexcept {
        while (!window_.empty()) {
            const auto found = what_ == listen_for::requests ? requests_.judge(window_.octets(), silent_)
                                                             : judge(window_.octets(), silent_);
            if (found) {
                if (window_.skipped() > 0)
                    return window_.take_garbage();
                window_.take(found->frame.wire().size());
                return taken(*found);
            }
            if (found.error().code == errc::truncated)
                return std::nullopt;
            window_.skip(found.error());
            requests_.note_skipped();
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
        if (window_.is_clear() && !octets.empty())
            note_arrival(octets.size(), now);
        while (window_.is_clear() && !octets.empty()) {
            const auto longest = octets.first(std::min(octets.size(), rtu_frame_view::max_size));
            const auto found =
                what_ == listen_for::requests ? requests_.judge_arrived(longest) : judge(longest, false);
            if (!found)
                break;
            octets = octets.subspan(found->frame.wire().size());
            sink(decoder_event{taken(*found)});
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

    /// `request`, which came last, is for another device: its answer is to be passed over.
    constexpr void expect_reply(const adu_view& request) noexcept { requests_.expect_reply(request); }

    /// Octets that have been fed and not reported yet.
    [[nodiscard]] constexpr std::size_t unreported() const noexcept {
        return window_.octets().size() + window_.skipped();
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
        requests_ = {};
        heard_.reset();
        silent_ = false;
    }

private:
    using found_frame = detail::found_rtu_frame;

    /// `size` octets have come by `now`: a frame may begin with them if the line was silent before.
    constexpr void note_arrival(std::size_t size, instant now) noexcept {
        const auto pause = heard_ ? now - *heard_ : duration::max();
        // Behind a network, nothing shorter than what ends a frame says anything.
        const auto silence =
            timing_ && timing_->baud() > 0 ? timing_->between_frames() + timing_->characters(size) : silence_;
        if (pause >= std::min(silence, silence_))
            requests_.note_silence();
        heard_ = now;
        deadline_ = now + silence_;
    }

    [[nodiscard]] constexpr adu_view taken(const found_frame& found) noexcept {
        if (what_ == listen_for::requests)
            requests_.note_frame(found.frame.wire().size());
        return {0, found.frame.unit(), found.frame.pdu(), found.frame.wire().size(), found.is_foreign_reply};
    }

    /// The reply at the beginning of `octets`; `errc::truncated` while that is open. Says the same of the
    /// same octets however many follow them.
    [[nodiscard]] constexpr result<found_frame> judge(bytes_view octets, bool is_silent) const noexcept {
        if (expected_.unit && octets[0] != *expected_.unit)
            return fail(errc::reply_from_another, layer::modbus, 0, *expected_.unit, octets[0]);
        const auto size = reply_size(octets);
        if (size && *size <= octets.size())
            return detail::frame_of(octets.first(*size));
        if (!size && size.error().code != errc::truncated && size.error().code != errc::function_unexpected)
            return fail(size.error(), 1);
        const bool is_unknown = !size && size.error().code == errc::function_unexpected;
        if (is_unknown && (is_silent || octets.size() == rtu_frame_view::max_size)) {
            const auto found = detail::frame_of(octets);
            return found || found.error().code != errc::truncated
                       ? found
                       : fail(errc::frame_silence, layer::modbus, octets.size());
        }
        return fail(is_silent ? errc::frame_silence : errc::truncated, layer::modbus, octets.size());
    }

    /// Octets of the reply that begins with `octets`.
    [[nodiscard]] constexpr result<std::size_t> reply_size(bytes_view octets) const noexcept {
        const auto content = octets.subspan(1);
        if (expected_.code && !content.empty() && content[0] == *expected_.code)
            return expected_.pdu_size + rtu_frame_view::overhead;
        auto size = response_size(content);
        if (size)
            *size += rtu_frame_view::overhead;
        return size;
    }

    detail::octet_window<rtu_frame_view::max_size> window_;
    detail::rtu_requests requests_;
    rtu_expectation expected_{};
    duration silence_;
    std::optional<line_timing> timing_;
    std::optional<instant> heard_{}; // when octets came last
    instant deadline_{};
    listen_for what_;
    bool silent_ = false; // the line was silent after the last octet in the buffer
};

} // namespace meterlink::modbus
