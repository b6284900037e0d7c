#pragma once

/// The inside of a driver. It lives for as long as an operation of its stream is under way, which may be
/// longer than the driver itself.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <random>
#include <utility>
#include <variant>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/error.hpp>

#include <meterlink/core/session.hpp>
#include <meterlink/io/back_off.hpp>
#include <meterlink/io/detail/completion.hpp>
#include <meterlink/io/detail/lazy_timer.hpp>
#include <meterlink/io/driver_options.hpp>
#include <meterlink/io/echo_canceller.hpp>
#include <meterlink/io/link_event.hpp>
#include <meterlink/io/stream.hpp>

namespace meterlink::io::detail {

[[nodiscard]] inline bool is_would_block(const asio::error_code& error) noexcept {
    return error == asio::error::would_block || error == asio::error::try_again;
}

/// Whether an error of reading or writing says that the peer has gone.
[[nodiscard]] inline bool is_closed_by_peer(const asio::error_code& error) noexcept {
    return error == asio::error::eof || error == asio::error::connection_reset ||
           error == asio::error::broken_pipe;
}

template <stream Stream, session Session>
class driver_core : public std::enable_shared_from_this<driver_core<Stream, Session>> {
public:
    using event = std::variant<link_event, session_event_t<Session>>;

    driver_core(Stream line, Session peer, driver_options options)
        : line_{std::move(line)}, session_{std::move(peer)}, options_{options}, timer_{line_.get_executor()},
          waits_{options.retry.value_or(retry_times{})},
          random_{options.seed ? *options.seed : std::random_device{}()} {}

    Session& peer() noexcept { return session_; }
    Stream& line() noexcept { return line_; }
    link_state state() const noexcept { return state_; }

    void start() {
        if (state_ != link_state::closed || gone_)
            return;
        open();
        pump();
    }

    /// The user's close: no event tells of it.
    void close() {
        drop_link();
        out_.clear();
        retry_at_.reset();
        state_ = link_state::closed;
        if (!gone_)
            pump();
    }

    /// The driver is gone: nothing of the user's is called any more, but what waits is told.
    void abandon() {
        gone_ = true;
        close();
        timer_.cancel();
        cancel_waiter(asio::error::operation_aborted);
        if (!pumping_)
            on_event_ = nullptr; // else this is called from within it
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
        on_event_ = std::move(observer);
        pump();
    }
    void observe_traffic(traffic_observer observer) { traffic_ = std::move(observer); }

    /// Lets `waiter` have the next event. The ticket is for `cancel_waiter`.
    std::uint64_t wait(completion<asio::error_code, event> waiter, std::optional<instant> deadline) {
        if (gone_ || waiter_) {
            waiter.later(gone_ ? asio::error_code{asio::error::operation_aborted}
                               : asio::error_code{asio::error::already_started},
                         event{});
            return 0;
        }
        waiter_ = std::move(waiter);
        waiter_deadline_ = deadline;
        const auto ticket = ++ticket_;
        starting_wait_ = true;
        pump();
        starting_wait_ = false;
        return ticket;
    }

    void cancel_waiter(asio::error_code why, std::optional<std::uint64_t> ticket = std::nullopt) {
        if (!waiter_ || (ticket && *ticket != ticket_))
            return;
        waiter_deadline_.reset();
        std::exchange(waiter_, {}).later(why, event{});
    }

private:
    /// As much as a receiver may send at a burst, or a UDP datagram on Ethernet.
    static constexpr std::size_t room = 4096;
    /// What is written at once; a session that sends more waits until it has gone.
    static constexpr std::size_t most_to_write = 65536;
    /// Changes of the link that wait to be heard.
    static constexpr std::size_t most_link_events = 64;

    // ---- the link ---------------------------------------------------------------------------------------

    void open() {
        state_ = link_state::connecting;
        const auto generation = ++generation_;
        line_.async_open([self = this->shared_from_this(), generation](asio::error_code error) {
            if (self->is_over(generation))
                return;
            self->opened(error);
            self->pump();
        });
    }

    void opened(asio::error_code error) {
        if (!error)
            error = apply_rate_while_quiet();
        if (error)
            return lose(error == asio::error::timed_out ? link_loss::connect_timeout
                                                        : link_loss::connect_failed,
                        error);
        state_ = link_state::connected;
        moved_ = steady_now();
        tell({link_event::change::connected, link_loss::none, {}, {}});
        tell_session(true);
        read();
    }

    /// Ends the use of the stream; handlers under way belong to an older generation and do nothing.
    void drop_link() {
        ++generation_;
        line_.close();
        writing_ = false;
        adjusting_ = false;
        echo_.reset();
    }

    void lose(link_loss why, asio::error_code error) {
        const bool was_connected = state_ == link_state::connected;
        drop_link();
        if (was_connected)
            out_.clear();
        tell({link_event::change::lost, why, error, {}});
        state_ = link_state::closed;
        if (was_connected)
            tell_session(false);
        if (was_connected && waits_for_peers(line_))
            return open();
        if (!options_.retry)
            return;
        if (why == link_loss::idle) {
            state_ = link_state::resting;
            return;
        }
        const auto after = waits_.next(static_cast<std::uint32_t>(random_()));
        retry_at_ = steady_now() + after;
        state_ = link_state::waiting;
        tell({link_event::change::retrying, link_loss::none, {}, after});
    }

    void lose_by(const asio::error_code& error) {
        lose(is_closed_by_peer(error) ? link_loss::closed_by_peer : link_loss::failed, error);
    }

    void tell(link_event change) {
        if (link_events_.size() == most_link_events)
            link_events_.pop_front();
        link_events_.push_back(change);
    }

    void tell_session(bool up) {
        if constexpr (requires { session_.handle_link(up, instant{}); })
            session_.handle_link(up, steady_now());
    }

    // ---- octets in --------------------------------------------------------------------------------------

    void read() {
        line_.async_read_some(asio::buffer(in_), [self = this->shared_from_this(), generation = generation_](
                                                     asio::error_code error, std::size_t count) {
            if (self->is_over(generation))
                return;
            if (error)
                self->lose_by(error);
            else
                self->take(bytes_view{self->in_}.first(count));
            self->pump();
            if (!error && !self->is_over(generation))
                self->read();
        });
    }

    void take(bytes_view octets) {
        const auto now = steady_now();
        moved_ = now;
        waits_.reset();
        show(direction::received, octets, now);
        if (options_.echo)
            octets = echo_.filter(octets);
        if (!octets.empty())
            session_.handle_input(octets, now);
    }

    // ---- octets out -------------------------------------------------------------------------------------

    void transmit() {
        while (!gone_ && !writing_ && !adjusting_) {
            if (wanted_rate() != rate_) {
                adjust_rate();
                continue;
            }
            gather();
            if (out_.empty())
                return;
            if (state_ == link_state::resting)
                open();
            if (state_ != link_state::connected)
                return; // held until it is, or until the session's next deadline
            write();
        }
    }

    /// One write for all that the session has to say at one bit rate.
    void gather() {
        while (out_.size() < most_to_write) {
            const auto octets = session_.poll_transmit();
            if (!octets)
                return;
            const bytes_view view = *octets;
            out_.insert(out_.end(), view.begin(), view.end());
            if (wanted_rate() != rate_)
                return;
        }
    }

    void write() {
        if constexpr (writes_now<Stream>) {
            asio::error_code error;
            const auto count = line_.write_now(asio::buffer(out_), error);
            if (error && !is_would_block(error))
                return lose_by(error);
            if (!error)
                wrote(count);
            if (out_.empty())
                return;
        }
        writing_ = true;
        line_.async_write_some(asio::buffer(out_),
                               [self = this->shared_from_this(),
                                generation = generation_](asio::error_code error, std::size_t count) {
                                   if (self->is_over(generation))
                                       return;
                                   self->writing_ = false;
                                   if (error)
                                       self->lose_by(error);
                                   else
                                       self->wrote(count);
                                   self->pump();
                               });
    }

    void wrote(std::size_t count) {
        moved_ = steady_now();
        const auto octets = bytes_view{out_}.first(count);
        show(direction::sent, octets, moved_);
        if (options_.echo)
            echo_.sent(octets, std::exchange(unfinished_, count < out_.size()));
        out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(count));
    }

    void show(direction which, bytes_view octets, instant now) {
        if (traffic_ && !gone_)
            traffic_(which, octets, now);
    }

    // ---- bit rate ---------------------------------------------------------------------------------------

    /// The bit rate that the session wants for the octets to come, where it has a wish and the line can.
    std::optional<std::uint32_t> wanted_rate() {
        if constexpr (has_baud_rate<Stream> &&
                      requires { std::optional<std::uint32_t>{session_.line_rate()}; }) {
            const std::optional<std::uint32_t> wish = session_.line_rate();
            return wish ? wish : rate_;
        } else {
            return rate_;
        }
    }

    asio::error_code apply_rate_while_quiet() {
        if constexpr (has_baud_rate<Stream>) {
            rate_ = wanted_rate();
            if (rate_)
                return line_.set_baud_rate(*rate_);
        }
        return {};
    }

    void adjust_rate() {
        if constexpr (has_baud_rate<Stream>) {
            if (state_ != link_state::connected) {
                apply_rate_while_quiet(); // a rate that the line cannot have is told when it is opened
                return;
            }
            adjusting_ = true;
            line_.async_drain(
                [self = this->shared_from_this(), generation = generation_](asio::error_code error) {
                    if (self->is_over(generation))
                        return;
                    self->adjusting_ = false;
                    if (!error)
                        error = self->apply_rate_while_quiet();
                    if (error)
                        self->lose_by(error);
                    self->pump();
                });
        }
    }

    // ---- time -------------------------------------------------------------------------------------------

    std::optional<instant> idle_at() const {
        if (state_ != link_state::connected || !options_.idle_timeout)
            return std::nullopt;
        return moved_ + *options_.idle_timeout;
    }

    void arm() {
        std::optional<instant> next;
        for (const auto& deadline : {session_.poll_timeout(), retry_at_, waiter_deadline_, idle_at()})
            if (deadline && (!next || *deadline < *next))
                next = deadline;
        if (next)
            timer_.set(*next, [self = this->shared_from_this()] {
                self->wake(steady_now());
                self->pump();
            });
        else if (state_ == link_state::closed)
            timer_.cancel(); // nothing is left to run for
    }

    void wake(instant now) {
        const auto due = [now](const std::optional<instant>& deadline) {
            return deadline && *deadline <= now;
        };
        if (due(session_.poll_timeout())) {
            if (state_ != link_state::connected)
                out_.clear(); // what could not be sent has been waited for in vain
            session_.handle_timeout(now);
        }
        if (due(idle_at()))
            lose(link_loss::idle, {});
        if (due(retry_at_)) {
            retry_at_.reset();
            open();
        }
        if (due(waiter_deadline_))
            cancel_waiter(asio::error::timed_out);
    }

    // ---- the order of things ----------------------------------------------------------------------------

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
            deliver();
        }
        pumping_ = false;
        if (gone_)
            on_event_ = nullptr;
        else
            arm();
    }

    void deliver() {
        while (!gone_ && (waiter_ || on_event_)) {
            auto next = next_event();
            if (!next)
                return;
            if (!waiter_) {
                on_event_(std::move(*next));
                continue;
            }
            waiter_deadline_.reset();
            auto waiter = std::exchange(waiter_, {});
            if (std::exchange(starting_wait_, false))
                waiter.later({}, std::move(*next));
            else
                waiter({}, std::move(*next));
        }
    }

    std::optional<event> next_event() {
        if (!link_events_.empty()) {
            event out{std::in_place_index<0>, link_events_.front()};
            link_events_.pop_front();
            return out;
        }
        if (auto happened = session_.poll_event())
            return event{std::in_place_index<1>, std::move(*happened)};
        return std::nullopt;
    }

    [[nodiscard]] bool is_over(std::uint64_t generation) const noexcept {
        return gone_ || generation != generation_;
    }

    Stream line_;
    Session session_;
    driver_options options_;
    lazy_timer timer_;
    back_off waits_;
    std::minstd_rand random_;
    echo_canceller echo_;
    std::deque<link_event> link_events_;
    std::function<void(event)> on_event_;
    traffic_observer traffic_;
    completion<asio::error_code, event> waiter_;
    std::vector<std::uint8_t> out_;
    std::array<std::uint8_t, room> in_{};

    link_state state_ = link_state::closed;
    std::uint64_t generation_ = 0; ///< Of the link: tells its handlers from those of links that are lost.
    std::uint64_t ticket_ = 0;     ///< Of the waiter.
    instant moved_{};              ///< When octets last went either way.
    std::optional<instant> retry_at_;
    std::optional<instant> waiter_deadline_;
    std::optional<std::uint32_t> rate_;
    bool writing_ = false;
    bool unfinished_ = false; ///< The octets to be written next continue those before.
    bool adjusting_ = false;  ///< A change of the bit rate is under way.
    bool starting_wait_ = false;
    bool pumping_ = false;
    bool again_ = false;
    bool gone_ = false;
};

} // namespace meterlink::io::detail
