#pragma once

/// The inside of a driver. It lives for as long as an operation of its stream is under way, which may be
/// longer than the driver itself.

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <asio/error.hpp>

#include <meterlink/core/session.hpp>
#include <meterlink/io/detail/completion.hpp>
#include <meterlink/io/detail/driver_line.hpp>
#include <meterlink/io/detail/event_delivery.hpp>
#include <meterlink/io/detail/lazy_timer.hpp>
#include <meterlink/io/driver_options.hpp>
#include <meterlink/io/link_event.hpp>
#include <meterlink/io/stream.hpp>

namespace meterlink::io::detail {

/// What a driver's user asks for, the order in which things are done, and their time.
template <stream Stream, session Session>
class driver_core : public driver_line<driver_core<Stream, Session>, Stream, Session>,
                    public std::enable_shared_from_this<driver_core<Stream, Session>> {
public:
    using event = typename event_delivery<session_event_t<Session>>::event;

    driver_core(Stream line, Session peer, const driver_options& options)
        : base{std::move(line), std::move(peer), options}, timer_{line_.get_executor()} {}

    Session& peer() noexcept { return session_; }
    Stream& line() noexcept { return line_; }
    link_state state() const noexcept { return link_.state(); }

    void start() {
        if (!link_.is(link_state::closed) || gone_)
            return;
        open();
        pump();
    }

    /// The user's close: no event tells of it.
    void close() {
        drop_link();
        out_.clear();
        link_.close();
        if (!gone_)
            pump();
    }

    /// The driver is gone: nothing of the user's is called any more, but what waits is told.
    void abandon() {
        gone_ = true;
        close();
        timer_.cancel();
        events_.cancel(asio::error::operation_aborted);
        if (!pumping_)
            events_.forget_observer(); // else this is called from within it
    }

    template <class Command>
    auto command(Command&& act) {
        if constexpr (std::is_void_v<decltype(act(session_, instant{}))>) {
            act(session_, steady_now());
            pump();
        } else {
            auto outcome = act(session_, steady_now());
            pump();
            return outcome;
        }
    }

    [[nodiscard]] bool gone() const noexcept { return gone_; }

    void observe(std::function<void(event)> observer) {
        events_.observe(std::move(observer));
        pump();
    }
    void observe_traffic(traffic_observer observer) { traffic_ = std::move(observer); }

    /// Lets `waiter` have the next event. The ticket is for `cancel_waiter`.
    std::uint64_t wait(completion<asio::error_code, event> waiter, std::optional<instant> deadline) {
        if (gone_) {
            waiter.later(asio::error::operation_aborted, event{});
            return 0;
        }
        const auto ticket = events_.wait(std::move(waiter), deadline);
        if (ticket == 0)
            return 0;
        events_.set_starting(true);
        pump();
        events_.set_starting(false);
        return ticket;
    }

    void cancel_waiter(asio::error_code why, std::optional<std::uint64_t> ticket = std::nullopt) {
        events_.cancel(why, ticket);
    }

private:
    using base = driver_line<driver_core, Stream, Session>;
    friend base;

    using base::drop_link;
    using base::events_;
    using base::gone_;
    using base::heed;
    using base::line_;
    using base::link_;
    using base::lose;
    using base::open;
    using base::out_;
    using base::session_;
    using base::traffic_;
    using base::transmit;

    void arm() {
        std::optional<instant> next;
        for (const auto& deadline :
             {session_.poll_timeout(), link_.retry_at(), events_.deadline(), link_.idle_at()})
            if (deadline && (!next || *deadline < *next))
                next = deadline;
        if (next)
            timer_.set(*next, [self = this->shared_from_this()] {
                self->wake(steady_now());
                self->pump();
            });
        else if (link_.is(link_state::closed))
            timer_.cancel(); // nothing is left to run for
    }

    void wake(instant now) {
        const auto due = [now](const std::optional<instant>& deadline) {
            return deadline && *deadline <= now;
        };
        if (due(session_.poll_timeout())) {
            if (!link_.is(link_state::connected))
                out_.clear(); // what could not be sent has been waited for in vain
            session_.handle_timeout(now);
        }
        if (due(link_.idle_at()))
            lose(link_loss::idle, {});
        if (due(link_.retry_at()))
            open();
        if (due(events_.deadline()))
            events_.cancel(asio::error::timed_out);
    }

    /// What follows every input, timeout and command. Called from within an observer it leaves the work to
    /// the call that is under way.
    void pump() {
        again_ = true;
        if (pumping_)
            return;
        const auto self = this->shared_from_this();
        pumping_ = true;
        while (again_ && !gone_) {
            again_ = false;
            transmit();
            heed();
            events_.deliver(session_, gone_);
        }
        pumping_ = false;
        if (gone_)
            events_.forget_observer();
        else
            arm();
    }

    lazy_timer timer_;
    bool pumping_ = false;
    bool again_ = false;
};

} // namespace meterlink::io::detail
