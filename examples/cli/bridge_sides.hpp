#pragma once

/// The two ends of a bridge: what waits for the other side, for how long, and for whom it is.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/mbus/packing.hpp>

namespace meterlink::cli {

/// What came in at one side, to go out at the other.
using bridge_piece = std::vector<std::uint8_t>;
/// Octets that the line has not taken in time.
struct overdue_octets {
    std::size_t count = 0;
};
using bridge_event = std::variant<bridge_piece, mbus::garbage, overdue_octets>;

/// Octets for one side, until it takes them.
class waiting_octets {
public:
    [[nodiscard]] std::size_t size() const noexcept { return octets_.size(); }
    [[nodiscard]] bool empty() const noexcept { return octets_.empty(); }
    void add(bytes_view octets) { octets_.insert(octets_.end(), octets.begin(), octets.end()); }
    /// All of them; valid until the next call.
    [[nodiscard]] bytes_view take() {
        given_.swap(octets_);
        octets_.clear();
        return given_;
    }
    /// How many there were.
    std::size_t forget() { return std::exchange(octets_, {}).size(); }

private:
    std::vector<std::uint8_t> octets_;
    std::vector<std::uint8_t> given_;
};

/// The side of the client, a session.
class bridge_client_side {
public:
    explicit bridge_client_side(mbus::packing_options options) : incoming_{options} {}

    void handle_input(bytes_view octets, instant now) { incoming_.handle_input(octets, now); }
    void handle_timeout(instant now) { incoming_.handle_timeout(now); }
    [[nodiscard]] std::optional<bytes_view> poll_transmit() {
        return outgoing_.empty() ? std::nullopt : std::optional{outgoing_.take()};
    }
    [[nodiscard]] std::optional<instant> poll_timeout() const { return incoming_.poll_timeout(); }
    [[nodiscard]] std::optional<bridge_event> poll_event();

    /// Nobody wants the rest of what another one began.
    void handle_link(bool is_up, instant) {
        if (is_up)
            return;
        incoming_.reset();
        outgoing_.forget();
    }
    /// False, and nothing is sent, where too much waits already.
    [[nodiscard]] bool send(bytes_view octets);

private:
    mbus::packing incoming_;
    waiting_octets outgoing_;
};

/// How a bridge counts with its line.
struct bridge_line_options {
    mbus::packing_options packing;
    std::uint32_t baud = 0; ///< 0 where it is not known how fast octets leave.
    /// The longest time from a request to its answer.
    session_clock::duration answer_time{};
};

/// The side of the line, a session. No more waits for the line than two of the longest frames, and nothing of
/// one client reaches the next.
class bridge_line_side {
public:
    explicit bridge_line_side(bridge_line_options options) : options_{options}, incoming_{options.packing} {}

    void handle_input(bytes_view octets, instant now);
    void handle_timeout(instant now);
    [[nodiscard]] std::optional<bytes_view> poll_transmit();
    [[nodiscard]] std::optional<instant> poll_timeout() const;
    [[nodiscard]] std::optional<bridge_event> poll_event();
    void handle_link(bool is_up, instant now);

    /// Sends `octets` once those before are on the line, which no longer answers somebody who has left;
    /// false, and they are dropped, where too much waits.
    [[nodiscard]] bool send(bytes_view octets, instant now);
    /// Forgets what waits, and says how much that was. What the line says is dropped until it has been silent
    /// for as long as an answer may take.
    [[nodiscard]] std::size_t forget_client(instant now);

private:
    void look(instant now);

    bridge_line_options options_;
    mbus::packing incoming_;
    waiting_octets outgoing_;
    std::optional<instant> busy_until_;   ///< What was given is on the line then.
    std::optional<instant> worthless_at_; ///< A request is worth nothing any more.
    std::optional<instant> deaf_until_;   ///< At the latest.
    instant quiet_at_{};                  ///< No answer can come any more, unless one has begun.
    instant now_{};
    std::size_t overdue_ = 0;
    bool is_up_ = false;
};

} // namespace meterlink::cli
