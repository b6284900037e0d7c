#pragma once

/// The shape of every stateful protocol peer: bytes, time and events go in and out by function calls, and
/// nothing in it opens a port, reads a clock or sleeps.

#include <chrono>
#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

#include <meterlink/core/bytes.hpp>

namespace meterlink {

/// The time line that sessions live on. It has no `now()`: whoever drives a session tells the time, be it a
/// steady clock or a test.
struct session_clock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<session_clock>;
    static constexpr bool is_steady = true;
};

/// A point in a session's time, which never runs backwards.
using instant = session_clock::time_point;

/// Whichever of two deadlines comes first; none if there are none.
[[nodiscard]] constexpr std::optional<instant> earliest(std::optional<instant> a,
                                                        std::optional<instant> b) noexcept {
    if (!a || !b)
        return a ? a : b;
    return *a < *b ? a : b;
}

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// Tests as a condition, and then yields contiguous octets: `std::optional<bytes_view>` or its like.
template <class T>
concept maybe_octets = requires(T& maybe) {
    static_cast<bool>(maybe);
    { *maybe } -> std::convertible_to<bytes_view>;
};

} // namespace detail

/// A protocol peer that is driven from outside.
///
/// Whoever drives it calls `handle_input` with the octets that have arrived, however they were cut, and
/// `handle_timeout` when the time that `poll_timeout` gave has come (earlier or again is harmless). After
/// either, and after every command of the session's own, it
/// 1. sends what `poll_transmit` gives, until that gives nothing; the octets are good until the next call;
/// 2. takes `poll_event` until that gives nothing;
/// 3. sets its one timer to `poll_timeout`, or stops it when there is none.
///
/// `now` never decreases from call to call.
template <class T>
concept session = requires(T& peer, bytes_view octets, instant now) {
    { peer.handle_input(octets, now) } -> std::same_as<void>;
    { peer.handle_timeout(now) } -> std::same_as<void>;
    { peer.poll_transmit() } -> detail::maybe_octets;
    { peer.poll_timeout() } -> std::same_as<std::optional<instant>>;
    peer.poll_event();
    requires detail::is_optional<std::remove_cvref_t<decltype(peer.poll_event())>>;
};

/// What a session tells its owner: the `E` of the `std::optional<E>` that `poll_event` returns.
template <session T>
using session_event_t = typename std::remove_cvref_t<decltype(std::declval<T&>().poll_event())>::value_type;

} // namespace meterlink
