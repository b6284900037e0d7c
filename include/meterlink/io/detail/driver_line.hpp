#pragma once

/// What a driver does with its stream: opens it and loses it, reads, writes and sets its bit rate.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/error.hpp>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/io/detail/event_delivery.hpp>
#include <meterlink/io/detail/lazy_timer.hpp>
#include <meterlink/io/detail/line_output.hpp>
#include <meterlink/io/detail/link_cycle.hpp>
#include <meterlink/io/driver_options.hpp>
#include <meterlink/io/link_event.hpp>
#include <meterlink/io/stream.hpp>

namespace meterlink::io::detail {

/// Whether an error of reading or writing says that the peer has gone.
[[nodiscard]] inline bool is_closed_by_peer(const asio::error_code& error) noexcept {
    return error == asio::error::eof || error == asio::error::connection_reset ||
           error == asio::error::broken_pipe;
}

/// Base of `driver_core`, which keeps it alive while an operation is under way: every operation ends with
/// `Core::pump()`.
template <class Core, stream Stream, session Session>
class driver_line {
protected:
    driver_line(Stream line, Session peer, const driver_options& options)
        : line_{std::move(line)}, session_{std::move(peer)}, link_{options}, out_{options.echo} {}
    ~driver_line() = default;

    void open() {
        link_.open();
        line_.async_open(on_link([](driver_line& self, asio::error_code error) { self.opened(error); }));
    }

    /// Ends the use of the stream: handlers under way do nothing any more.
    void drop_link() {
        link_.drop();
        line_.close();
        out_.drop();
    }

    void lose(link_loss why, asio::error_code error) {
        const bool was_connected = link_.is(link_state::connected);
        drop_link();
        if (was_connected)
            out_.clear();
        events_.tell({link_event::change::lost, why, error, {}});
        link_.close();
        if (was_connected)
            tell_session(false);
        if (was_connected && waits_for_peers(line_))
            return open();
        if (const auto after = link_.retry(why, steady_now()))
            events_.tell({link_event::change::retrying, link_loss::none, {}, *after});
    }

    /// Sends what the session has to say.
    void transmit() {
        while (!gone_ && !out_.is_busy()) {
            if (out_.is_rate_changing(session_)) {
                adjust_rate();
                continue;
            }
            out_.gather(session_);
            if (out_.empty())
                return;
            if (link_.is(link_state::resting))
                open();
            if (!link_.is(link_state::connected))
                return; // held until it is, or until the session's next deadline
            write();
        }
    }

    /// Does what the session wishes for its link.
    void heed() {
        if constexpr (requires { static_cast<bool>(session_.wants_link()); })
            if (link_.is(link_state::resting) && session_.wants_link())
                open();
        if constexpr (requires { static_cast<bool>(session_.wants_reconnect()); })
            if (link_.is(link_state::connected) && session_.wants_reconnect())
                lose(link_loss::given_up, {});
        if constexpr (requires { static_cast<bool>(session_.wants_close()); })
            if (link_.is(link_state::connected) && !out_.is_busy() && out_.empty() && session_.wants_close())
                lose(link_loss::given_up, {});
    }

    Stream line_;
    Session session_;
    link_cycle link_;
    line_output<Stream, Session> out_;
    event_delivery<session_event_t<Session>> events_;
    traffic_observer traffic_;
    bool gone_ = false;

private:
    /// As much as a receiver may send at a burst, or a UDP datagram on Ethernet.
    static constexpr std::size_t room = 4096;

    Core& core() noexcept { return static_cast<Core&>(*this); }

    /// A handler for an operation of the present link: does nothing once that is gone.
    template <class Act>
    auto on_link(Act act) {
        return [self = core().shared_from_this(), generation = link_.generation(),
                act](asio::error_code error, auto... count) {
            if (self->is_over(generation))
                return;
            act(*self, error, count...);
            self->pump();
        };
    }

    [[nodiscard]] bool is_over(std::uint64_t generation) const noexcept {
        return gone_ || generation != link_.generation();
    }

    void opened(asio::error_code error) {
        if (!error)
            error = out_.apply_rate(session_, line_);
        if (error)
            return lose(error == asio::error::timed_out ? link_loss::connect_timeout
                                                        : link_loss::connect_failed,
                        error);
        link_.connected(steady_now());
        events_.tell({link_event::change::connected, link_loss::none, {}, {}});
        tell_session(true);
        read();
    }

    void lose_by(const asio::error_code& error) {
        lose(is_closed_by_peer(error) ? link_loss::closed_by_peer : link_loss::failed, error);
    }

    void tell_session(bool up) {
        if constexpr (requires { session_.handle_link(up, instant{}); })
            session_.handle_link(up, steady_now());
    }

    void read() {
        line_.async_read_some(asio::buffer(in_),
                              [self = core().shared_from_this(),
                               generation = link_.generation()](asio::error_code error, std::size_t count) {
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
        show(direction::received, octets, now);
        octets = out_.without_echo(octets);
        if (octets.empty())
            return link_.echoed(now);
        link_.heard(now);
        session_.handle_input(octets, now);
    }

    void write() {
        if constexpr (writes_now<Stream>) {
            asio::error_code error;
            const auto count = line_.write_now(out_.buffer(), error);
            if (error && !is_would_block(error))
                return lose_by(error);
            if (!error)
                wrote(count);
            if (out_.empty())
                return;
        }
        out_.set_busy(true);
        line_.async_write_some(out_.buffer(),
                               on_link([](driver_line& self, asio::error_code error, std::size_t count) {
                                   self.out_.set_busy(false);
                                   if (error)
                                       self.lose_by(error);
                                   else
                                       self.wrote(count);
                               }));
    }

    void wrote(std::size_t count) {
        const auto now = steady_now();
        link_.sent(now);
        show(direction::sent, out_.written(count), now);
        out_.take(count);
    }

    /// Once what was written has left the line.
    void adjust_rate() {
        if constexpr (has_baud_rate<Stream>) {
            if (!link_.is(link_state::connected)) {
                // A rate that the line cannot have is told when it is opened.
                out_.apply_rate(session_, line_);
                return;
            }
            out_.set_busy(true);
            line_.async_drain(on_link([](driver_line& self, asio::error_code error) {
                self.out_.set_busy(false);
                if (!error)
                    error = self.out_.apply_rate(self.session_, self.line_);
                if (error)
                    self.lose_by(error);
            }));
        }
    }

    void show(direction which, bytes_view octets, instant now) {
        if (traffic_ && !gone_)
            traffic_(which, octets, now);
    }

    std::array<std::uint8_t, room> in_{};
};

} // namespace meterlink::io::detail
