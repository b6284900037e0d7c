#pragma once

/// Events that wait to be had, but not without end.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace meterlink::modbus::detail {

/// At most `most` events; of more, the oldest are lost. Allocates while more wait than ever before.
template <class Event>
class event_ring {
public:
    explicit event_ring(std::size_t most) : most_{std::max<std::size_t>(most, 1)} {}

    void push(Event event) {
        if (size_ == most_) {
            first_ = (first_ + 1) % events_.size();
            --size_;
        } else if (size_ == events_.size()) {
            std::rotate(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(first_),
                        events_.end());
            first_ = 0;
            events_.resize(std::min(most_, std::max<std::size_t>(4, 2 * size_)));
        }
        events_[(first_ + size_++) % events_.size()] = std::move(event);
    }

    [[nodiscard]] std::optional<Event> pop() {
        if (size_ == 0)
            return std::nullopt;
        auto& out = events_[first_];
        first_ = (first_ + 1) % events_.size();
        --size_;
        return std::move(out);
    }

    /// The event that was pushed last, or nothing.
    [[nodiscard]] Event* last() noexcept {
        return size_ == 0 ? nullptr : &events_[(first_ + size_ - 1) % events_.size()];
    }

private:
    std::size_t most_;
    std::vector<Event> events_;
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

} // namespace meterlink::modbus::detail
