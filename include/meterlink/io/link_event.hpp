#pragma once

/// What becomes of the link below a session: up, lost and why, tried again when.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace meterlink::io {

/// Where a link is between its being opened and closed.
enum class link_state : std::uint8_t {
    closed,     ///< Not started, closed by its user, or lost without being tried again.
    connecting, ///< Being opened.
    connected,  ///< Octets can travel.
    waiting,    ///< Lost; it will be tried again.
    resting,    ///< Closed because nothing moved, or by a peer that hangs up when it has answered; the next
                ///< octets open it.
};

/// Why a link was lost, or did not come about.
enum class link_loss : std::uint8_t {
    none,            ///< It was not.
    connect_failed,  ///< It could not be opened; the error says why.
    connect_timeout, ///< Opening it took too long.
    closed_by_peer,
    idle,     ///< Nothing moved for as long as the idle timeout.
    given_up, ///< The session wished for it.
    failed,   ///< Reading or writing failed; the error says how.
};

/// One change of a link.
struct link_event {
    /// What has changed.
    enum class change : std::uint8_t { connected, lost, retrying };

    change what = change::lost;
    link_loss why = link_loss::none;  ///< With `lost`.
    std::error_code error;            ///< With `lost`, what the system says.
    std::chrono::nanoseconds after{}; ///< With `retrying`, the time until then, if nothing is to be sent
                                      ///< earlier over a link that rests.

    [[nodiscard]] friend bool operator==(const link_event&, const link_event&) = default;
};

/// `"connecting"`.
[[nodiscard]] constexpr std::string_view name(link_state state) noexcept {
    switch (state) {
    case link_state::closed: return "closed";
    case link_state::connecting: return "connecting";
    case link_state::connected: return "connected";
    case link_state::waiting: return "waiting";
    case link_state::resting: return "resting";
    }
    return "unknown";
}

/// One English clause: `"closed by the peer"`.
[[nodiscard]] constexpr std::string_view message(link_loss why) noexcept {
    switch (why) {
    case link_loss::none: return "not lost";
    case link_loss::connect_failed: return "cannot connect";
    case link_loss::connect_timeout: return "connecting took too long";
    case link_loss::closed_by_peer: return "closed by the peer";
    case link_loss::idle: return "idle";
    case link_loss::given_up: return "given up";
    case link_loss::failed: return "failed";
    }
    return "unknown";
}

/// One line: `connected`, `lost: cannot connect (Connection refused)`, `retrying in 500 ms`.
[[nodiscard]] inline std::string to_string(const link_event& event) {
    switch (event.what) {
    case link_event::change::connected: return "connected";
    case link_event::change::retrying:
        return "retrying in " +
               std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(event.after).count()) +
               " ms";
    case link_event::change::lost: break;
    }
    auto text = "lost: " + std::string{message(event.why)};
    if (event.error && event.why != link_loss::closed_by_peer)
        text += " (" + event.error.message() + ')';
    return text;
}

} // namespace meterlink::io
