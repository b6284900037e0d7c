#pragma once

/// One line behind a converter, cheap enough that one process has a thousand of them.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/mbus/simulated_line.hpp>

namespace meterlink::bench {

/// A session that answers as `simulated_line` does and when it does. What the line does with a request is
/// worked out at once, in virtual time, and sent when its time has come: that takes one timer per packet and
/// not one per character. Right for a master that does not ask before the answer before is complete.
class simulated_converter {
public:
    explicit simulated_converter(mbus::simulated_line line) : line_{std::move(line)} {}

    void handle_input(bytes_view octets, instant now) {
        handle_timeout(now);
        line_.handle_input(octets, now);
        while (const auto due = line_.poll_timeout()) {
            line_.handle_timeout(*due);
            while (const auto answer = line_.poll_transmit())
                waiting_.push_back({*due, {answer->begin(), answer->end()}});
        }
        while (line_.poll_event()) {
            // nobody looks at what the meter tells
        }
    }
    void handle_timeout(instant now) { now_ = std::max(now_, now); }

    [[nodiscard]] std::optional<bytes_view> poll_transmit() {
        if (waiting_.empty() || waiting_.front().at > now_)
            return std::nullopt;
        given_ = std::move(waiting_.front().octets);
        waiting_.pop_front();
        return bytes_view{given_};
    }
    [[nodiscard]] std::optional<instant> poll_timeout() const {
        return waiting_.empty() ? std::nullopt : std::optional{waiting_.front().at};
    }
    [[nodiscard]] std::optional<mbus::line_event> poll_event() { return std::nullopt; }

private:
    struct packet {
        instant at;
        std::vector<std::uint8_t> octets;
    };

    mbus::simulated_line line_;
    std::deque<packet> waiting_;
    std::vector<std::uint8_t> given_;
    instant now_{};
};

static_assert(session<simulated_converter>);

} // namespace meterlink::bench
