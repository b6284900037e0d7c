#pragma once

/// Finds the frames in a stream of octets, whatever stands between them.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/mbus/ack.hpp>
#include <meterlink/mbus/frame.hpp>
#include <meterlink/mbus/long_frame.hpp>

namespace meterlink::mbus {

/// An intact frame, in the decoder's own memory: valid until the decoder is fed again.
struct frame_event {
    frame_view frame;
};

/// Octets that belong to no intact frame: one broken frame, or a piece of noise.
struct garbage {
    std::size_t count = 0; ///< How many, 1 to 261.
    error why; ///< What kept the first of them from beginning a frame; its offset counts from there.

    [[nodiscard]] friend constexpr bool operator==(const garbage&, const garbage&) noexcept = default;
};

/// What a `decoder` finds.
using decoder_event = std::variant<frame_event, garbage>;

/// Streaming decoder for wired frames (EN 13757-2, clause 5).
///
/// Every octet fed is accounted for by exactly one event: a frame, or garbage. How the input is cut does not
/// change the events, only when they can be had. The rules:
/// - A frame is sought at every octet. Where the start, the lengths, the stop byte or the checksum say no,
///   the search goes on at the very next octet, so a broken frame hides no intact one that begins in it.
/// - Garbage ends where an intact frame begins, where a broken one begins (right header `68 L L 68`, or
///   `10 C A CS 16`, but a wrong sum or stop) or ends, at an idle line, and after 261 octets.
/// - E5 inside a broken long frame is taken for one of its data, not for an acknowledgement.
/// - When the line was idle for the inter-byte timeout, what has been received is never completed: an
///   unfinished frame is garbage with `errc::inter_byte_timeout`.
///
/// Memory is bounded: one buffer of 261 octets, the longest frame. Time is linear: an octet is judged as a
/// start at most twice, and one judgement sums at most 255 octets.
class decoder {
public:
    using duration = session_clock::duration;

    /// 33 bit times, the idle time that separates frames on the line, and 50 ms in which serial drivers
    /// and USB adapters may hold back octets. Gateways that reach the line over a network need more. `baud` 0
    /// counts as 300, the slowest rate of the bus.
    [[nodiscard]] static constexpr duration default_timeout(std::uint32_t baud) noexcept {
        constexpr std::int64_t idle_bits = 33;
        const std::int64_t rate = baud == 0 ? 300 : std::int64_t{baud};
        return std::chrono::nanoseconds{idle_bits * 1'000'000'000 / rate} + std::chrono::milliseconds{50};
    }

    /// The timeout is for 2400 Bd, the default rate of the bus, unless given.
    explicit constexpr decoder(duration inter_byte_timeout = default_timeout(2400)) noexcept
        : timeout_{inter_byte_timeout} {}

    /// Takes octets that have arrived at `now`, and returns how many: the rest is to be fed again after
    /// `next` has given `nullopt`. After that at least one octet fits, so a loop always comes to its end;
    /// `decode` is that loop. When the line was idle until `now`, nothing is taken before the octets from
    /// before have been had.
    [[nodiscard]] constexpr std::size_t feed(bytes_view octets, instant now) noexcept {
        handle_timeout(now);
        if (idle_ || octets.empty())
            return 0;
        if (begin_ > 0 && octets.size() > buffer_.size() - end_) {
            std::copy(at(begin_), at(end_), at(0));
            end_ -= std::exchange(begin_, 0);
        }
        const auto taken = std::min(octets.size(), buffer_.size() - end_);
        std::copy_n(octets.begin(), taken, at(end_));
        end_ += taken;
        deadline_ = now + timeout_;
        return taken;
    }

    /// The next frame or garbage; `nullopt` means "more octets, or the timeout".
    [[nodiscard]] constexpr std::optional<decoder_event> next() noexcept {
        while (begin_ != end_) {
            const auto verdict = judge();
            switch (verdict.is) {
            case candidate::unfinished: return std::nullopt;
            case candidate::frame: {
                if (run_.count > 0)
                    return take_garbage();
                const auto size = wire(*verdict.view).size();
                begin_ += size;
                return frame_event{*verdict.view};
            }
            case candidate::noise:
            case candidate::broken_frame:
                if (run_.count > 0 && begins_own_run(verdict))
                    return take_garbage();
                skip(verdict);
                if (run_.count == run_.limit)
                    return take_garbage();
            }
        }
        if (idle_) {
            idle_ = false;
            if (run_.count > 0)
                return take_garbage();
        }
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

    /// When `handle_timeout` is due; none while nothing is pending.
    [[nodiscard]] constexpr std::optional<instant> poll_timeout() const noexcept {
        if (!is_pending() || idle_)
            return std::nullopt;
        return deadline_;
    }

    /// Gives up what is unfinished if the line has been idle for the timeout; `next` then reports it.
    constexpr void handle_timeout(instant now) noexcept {
        if (is_pending() && now >= deadline_)
            idle_ = true;
    }

    /// Forgets what is pending, as after a reopened port.
    constexpr void reset() noexcept { *this = decoder{timeout_}; }

private:
    enum class candidate : std::uint8_t { unfinished, frame, noise, broken_frame };

    struct verdict_type {
        candidate is = candidate::unfinished;
        std::size_t size = 0; // octets of a broken frame
        error why{};
        std::optional<frame_view> view{};
    };

    /// Garbage that has been skipped and not yet reported.
    struct run {
        std::size_t count = 0;
        std::size_t limit = max_frame_size;
        error why{};
        bool is_broken_frame = false;
    };

    /// What the octets at `begin_` are. Says the same of the same octets however many follow them.
    [[nodiscard]] constexpr verdict_type judge() const noexcept {
        const auto octets = bytes_view{buffer_}.subspan(begin_, end_ - begin_);
        const auto is_long = octets[0] == long_frame_view::start;
        const auto announced = announced_frame_size(octets);
        if (!announced && announced.error().code != errc::truncated)
            return {candidate::noise, 0, announced.error(), {}};
        if (!announced || *announced > octets.size()) {
            if (!idle_)
                return {};
            const error why{errc::inter_byte_timeout, layer::mbus, octets.size()};
            return {
                announced && is_long ? candidate::broken_frame : candidate::noise, octets.size(), why, {}};
        }
        if (octets[0] == ack_view::octet && run_.is_broken_frame)
            return {candidate::noise, 0, {errc::start_byte, layer::mbus, 0, -1, octets[0]}, {}};
        const auto parsed = parse_frame(octets.first(*announced));
        if (parsed)
            return {candidate::frame, 0, {}, *parsed};
        // A short frame has nothing but its stop byte to tell it from a stray 10.
        const auto is_frame = is_long || parsed.error().code == errc::checksum;
        return {is_frame ? candidate::broken_frame : candidate::noise, *announced, parsed.error(), {}};
    }

    /// Whether garbage that begins with this candidate is reported apart from that before it.
    [[nodiscard]] constexpr bool begins_own_run(const verdict_type& verdict) const noexcept {
        if (run_.is_broken_frame)
            return false;
        const auto is_stuck = verdict.why.code == errc::inter_byte_timeout;
        return verdict.is == candidate::broken_frame ||
               (is_stuck && run_.why.code != errc::inter_byte_timeout);
    }

    /// Makes the octet at `begin_` part of the garbage.
    constexpr void skip(const verdict_type& verdict) noexcept {
        if (run_.count == 0) {
            const auto is_broken_frame = verdict.is == candidate::broken_frame;
            run_ = {0, is_broken_frame ? verdict.size : max_frame_size, verdict.why, is_broken_frame};
        }
        ++run_.count;
        ++begin_;
    }

    [[nodiscard]] constexpr garbage take_garbage() noexcept {
        const auto taken = std::exchange(run_, {});
        return {taken.count, taken.why};
    }

    [[nodiscard]] constexpr bool is_pending() const noexcept { return begin_ != end_ || run_.count > 0; }

    [[nodiscard]] constexpr std::uint8_t* at(std::size_t index) noexcept { return buffer_.data() + index; }

    std::array<std::uint8_t, max_frame_size> buffer_{};
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    run run_{};
    bool idle_ = false; // the line was idle after the last octet in the buffer
    duration timeout_;
    instant deadline_{};
};

} // namespace meterlink::mbus
