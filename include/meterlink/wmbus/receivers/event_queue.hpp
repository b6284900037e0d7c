#pragma once

/// The events that a receiver's session has and its owner has not yet taken.

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <meterlink/wmbus/receivers/feed.hpp>
#include <meterlink/wmbus/receivers/receiver_event.hpp>

namespace meterlink::wmbus {

/// A queue of bounded length. Its memory is kept, so that after the first events nothing is allocated.
class event_queue {
public:
    /// Events that are kept; those that come when it is full are counted and dropped. What an input finishes
    /// that an earlier one began, and a command given up, fit as well.
    static constexpr std::size_t capacity = max_input_at_once + 512;

    void push(receiver_event event) {
        if (events_.size() - next_ == capacity) {
            ++lost_;
            return;
        }
        if (next_ > 0 && events_.size() == capacity) {
            events_.erase(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(next_));
            next_ = 0;
        }
        events_.push_back(std::move(event));
    }

    /// The oldest event; after the last of them how many were lost, if any were.
    [[nodiscard]] std::optional<receiver_event> pop() {
        if (next_ < events_.size())
            return std::move(events_[next_++]);
        events_.clear();
        next_ = 0;
        if (lost_ > 0)
            return events_lost{std::exchange(lost_, 0)};
        return std::nullopt;
    }

private:
    std::vector<receiver_event> events_;
    std::size_t next_ = 0;
    std::size_t lost_ = 0;
};

} // namespace meterlink::wmbus
