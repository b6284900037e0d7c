#pragma once

/// Finds the messages of a receiver in a stream of octets, whatever stands between them.

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/wmbus/receivers/receiver_event.hpp>

namespace meterlink::wmbus {

/// What the octets at the head of a stream are.
struct message_verdict {
    enum class kind : std::uint8_t {
        unfinished, ///< More octets are needed to tell.
        message,    ///< A message of `size` octets.
        broken,     ///< What looked like a message of `size` octets, `why` not.
        noise,      ///< An octet that begins no message, `why` not.
    };

    kind is = kind::unfinished;
    std::size_t size = 1;
    error why = no_error;
};

/// The verdict on octets that may begin a message with its size at its head: `View::announced_size(octets)`
/// is `errc::truncated` where they do not tell yet and another error where no message begins, and
/// `View::parse(octets)` takes exactly one apart.
template <class View>
[[nodiscard]] constexpr message_verdict judge_message(bytes_view octets, bool idle) noexcept {
    using kind = message_verdict::kind;
    const auto size = View::announced_size(octets);
    if (!size && size.error().code != errc::truncated)
        return {kind::noise, 1, size.error()};
    if (!size || octets.size() < *size) {
        if (idle)
            return {size ? kind::broken : kind::noise,
                    octets.size(),
                    {errc::inter_byte_timeout, layer::wmbus, octets.size()}};
        return {};
    }
    const auto parsed = View::parse(octets.first(*size));
    if (!parsed)
        return {kind::broken, *size, parsed.error()};
    return {kind::message, *size};
}

/// Tells what stands at the head of a stream, and takes what was found there.
template <class P>
concept message_peer = requires(P& peer, bytes_view octets, bool idle, instant time, const garbage& noise) {
    { peer.judge(octets, idle) } -> std::same_as<message_verdict>;
    peer.message(octets, time);
    peer.skipped(noise);
    peer.idled();
};

/// Accounts for every octet of a stream, by a message or by garbage. `Capacity` is the size of the longest
/// message.
///
/// A judge, `message_verdict judge(bytes_view octets, bool idle)`, says what the octets begin with. It must
/// say the same however many octets follow those that it needed, must not need more than `Capacity`, and
/// nothing is unfinished when the stream is idle. After noise, and behind the first octet of what is broken,
/// the search goes on. A peer is a judge with `message(bytes_view, instant)`, `skipped(garbage)` and
/// `idled()`, which comes when the stream was idle.
template <std::size_t Capacity>
class message_finder {
public:
    /// What is unfinished for as long as `idle` is never finished.
    explicit constexpr message_finder(session_clock::duration idle = std::chrono::milliseconds{100}) noexcept
        : timeout_{idle} {}

    /// Takes octets that have come at `now`; an idle time before them counts first.
    template <message_peer Peer>
    constexpr void feed(bytes_view octets, instant now, Peer& peer) {
        handle_timeout(now, peer);
        if (octets.empty())
            return;
        is_live_ = true;
        last_ = now;
        while (!octets.empty()) {
            if (begin_ > 0) {
                std::copy(at(begin_), at(end_), at(0));
                end_ -= std::exchange(begin_, 0);
            }
            const auto taken = std::min(octets.size(), buffer_.size() - end_);
            std::copy_n(octets.begin(), taken, at(end_));
            end_ += taken;
            octets = octets.subspan(taken);
            search(peer, false);
        }
    }

    /// When what is unfinished is given up; none while nothing is pending.
    [[nodiscard]] constexpr std::optional<instant> poll_timeout() const noexcept {
        if (begin_ == end_ && run_.count == 0)
            return std::nullopt;
        return last_ + timeout_;
    }

    /// Gives up what is unfinished when that is due.
    template <message_peer Peer>
    constexpr void handle_timeout(instant now, Peer& peer) {
        if (!is_live_ || now < last_ + timeout_)
            return;
        is_live_ = false;
        search(peer, true);
        report(peer);
        peer.idled();
    }

private:
    /// Garbage that has been skipped and not yet reported.
    struct run {
        std::size_t count = 0;
        std::size_t limit = Capacity;
        error why = no_error;
        bool is_broken = false;
    };

    template <message_peer Peer>
    constexpr void search(Peer& peer, bool idle) {
        using kind = message_verdict::kind;
        while (begin_ != end_) {
            const auto verdict = peer.judge(bytes_view{buffer_}.subspan(begin_, end_ - begin_), idle);
            if (verdict.is == kind::unfinished)
                return;
            if (verdict.is == kind::message) {
                report(peer);
                peer.message(bytes_view{buffer_}.subspan(begin_, verdict.size), last_);
                begin_ += verdict.size;
                continue;
            }
            if (verdict.is == kind::broken && !run_.is_broken)
                report(peer);
            skip(verdict);
            if (run_.count == run_.limit)
                report(peer);
        }
    }

    /// Makes the first octet part of the garbage.
    constexpr void skip(const message_verdict& verdict) noexcept {
        if (run_.count == 0) {
            const auto is_broken = verdict.is == message_verdict::kind::broken;
            run_ = {0, is_broken ? verdict.size : Capacity, verdict.why, is_broken};
        }
        ++run_.count;
        ++begin_;
    }

    template <message_peer Peer>
    constexpr void report(Peer& peer) {
        if (run_.count == 0)
            return;
        const auto ended = std::exchange(run_, {});
        peer.skipped(garbage{ended.count, ended.why});
    }

    [[nodiscard]] constexpr std::uint8_t* at(std::size_t index) noexcept { return buffer_.data() + index; }

    std::array<std::uint8_t, Capacity> buffer_{};
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    run run_{};
    bool is_live_ = false; // something has come since the stream was idle
    session_clock::duration timeout_;
    instant last_{};
};

} // namespace meterlink::wmbus
