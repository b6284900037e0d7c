#pragma once

/// Events that wait to be had, but not without end.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace meterlink::modbus::detail {

/// At most `most` events; of more, some are lost. Allocates while more wait than ever before.
template <class Event>
class event_ring {
public:
    explicit event_ring(std::size_t most) : most_{std::max<std::size_t>(most, 1)} {}

    void push(Event event) {
        push(std::move(event), [](const Event&) { return true; });
    }

    /// The same, but what is lost is the oldest for which `is_spare` holds, while there is one.
    template <class Spare>
    void push(Event event, Spare&& is_spare) {
        if (size_ == most_) {
            lose(is_spare);
        } else if (size_ == events_.size()) {
            std::rotate(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(first_),
                        events_.end());
            first_ = 0;
            events_.resize(std::min(most_, std::max<std::size_t>(4, 2 * size_)));
        }
        at(size_++) = std::move(event);
    }

    [[nodiscard]] std::optional<Event> pop() {
        if (size_ == 0)
            return std::nullopt;
        auto& out = at(0);
        first_ = (first_ + 1) % events_.size();
        --size_;
        return std::move(out);
    }

    /// The event that was pushed last, or nothing.
    [[nodiscard]] Event* last() noexcept { return size_ == 0 ? nullptr : &at(size_ - 1); }

private:
    [[nodiscard]] Event& at(std::size_t i) noexcept { return events_[(first_ + i) % events_.size()]; }

    template <class Spare>
    void lose(Spare& is_spare) {
        std::size_t lost = 0;
        while (lost < size_ && !is_spare(std::as_const(at(lost))))
            ++lost;
        for (auto i = lost == size_ ? 0 : lost; i > 0; --i) // those before it move up
            at(i) = std::move(at(i - 1));
        first_ = (first_ + 1) % events_.size();
        --size_;
    }

    std::size_t most_;
    std::vector<Event> events_;
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

} // namespace meterlink::modbus::detail
