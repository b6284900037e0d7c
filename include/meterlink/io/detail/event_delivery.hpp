#pragma once

/// Brings the events of a driver to who waits for one, or to its observer.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <utility>
#include <variant>

#include <asio/error.hpp>

#include <meterlink/core/session.hpp>
#include <meterlink/io/detail/completion.hpp>
#include <meterlink/io/link_event.hpp>

namespace meterlink::io::detail {

/// Those of the link are kept here, those of the session there. Who waits goes before the observer.
template <class SessionEvent>
class event_delivery {
public:
    using event = std::variant<link_event, SessionEvent>;
    using waiter = completion<asio::error_code, event>;

    void tell(const link_event& change) {
        if (link_events_.size() == most_link_events)
            link_events_.pop_front();
        link_events_.push_back(change);
    }

    void observe(std::function<void(event)> observer) { observer_ = std::move(observer); }
    /// Not from within the observer.
    void forget_observer() { observer_ = nullptr; }

    /// Lets `next` have the next event; the ticket is for `cancel`. Refused, with ticket 0, while another one
    /// waits.
    std::uint64_t wait(waiter next, std::optional<instant> deadline) {
        if (waiter_) {
            next.later(asio::error::already_started, event{});
            return 0;
        }
        waiter_ = std::move(next);
        deadline_ = deadline;
        return ++ticket_;
    }
    /// Whether an event would come out of the call that began the wait, where no handler may be called.
    void set_starting(bool starting) noexcept { is_starting_ = starting; }

    /// Ends the wait, of this ticket where there is one.
    void cancel(asio::error_code why, std::optional<std::uint64_t> ticket = std::nullopt) {
        if (!waiter_ || (ticket && *ticket != ticket_))
            return;
        deadline_.reset();
        std::exchange(waiter_, {}).later(why, event{});
    }
    /// Until when somebody waits.
    [[nodiscard]] std::optional<instant> deadline() const noexcept { return deadline_; }

    /// Delivers what there is while somebody wants it, until `is_over`, which what is called may set.
    template <class Session>
    void deliver(Session& from, const bool& is_over) {
        while (!is_over && (waiter_ || observer_)) {
            auto next = next_event(from);
            if (!next)
                return;
            if (!waiter_) {
                observer_(std::move(*next));
                continue;
            }
            deadline_.reset();
            auto now_served = std::exchange(waiter_, {});
            if (std::exchange(is_starting_, false))
                now_served.later({}, std::move(*next));
            else
                now_served({}, std::move(*next));
        }
    }

private:
    /// Changes of the link that wait to be heard.
    static constexpr std::size_t most_link_events = 64;

    template <class Session>
    std::optional<event> next_event(Session& from) {
        if (!link_events_.empty()) {
            const auto change = link_events_.front();
            link_events_.pop_front();
            return std::optional<event>{std::in_place, std::in_place_index<0>, change};
        }
        if (auto happened = from.poll_event())
            return event{std::in_place_index<1>, std::move(*happened)};
        return std::nullopt;
    }

    std::deque<link_event> link_events_;
    std::function<void(event)> observer_;
    waiter waiter_;
    std::optional<instant> deadline_; ///< Of the waiter.
    std::uint64_t ticket_ = 0;        ///< Of the waiter.
    bool is_starting_ = false;
};

} // namespace meterlink::io::detail
