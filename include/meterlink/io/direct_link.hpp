#pragma once

/// A session on a TCP connection for code that waits and wants it fast: no event loop, two calls of the
/// system for a question and its answer.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/error.hpp>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/io/detail/lazy_timer.hpp>
#include <meterlink/io/direct_socket.hpp>
#include <meterlink/io/link_event.hpp>

namespace meterlink::io {

/// Drives a session on a connected socket from within the calls of one thread: a client in a script, or a
/// server that has a thread for each connection.
///
///     std::error_code error;
///     io::direct_link line{io::direct_socket::connect("10.0.0.7", 502, 5s, error), modbus::client{}};
///     line.command([](auto& client, instant now) { client.read_holding_registers(1, 0, 125, now); });
///     while (auto event = line.wait_event(5s)) { … }
///
/// Time passes for the session, and octets travel, only while something is waited for, and then all that it
/// has to send goes in one piece. A link that is lost stays so until `open`. `handle_link`, `wants_reconnect`
/// and `wants_close` of a session are used as `driver` does; either wish ends the link.
template <session Session>
class direct_link {
public:
    using event = session_event_t<Session>;

    /// The link is up where `line` is open.
    direct_link(direct_socket line, Session peer) : session_{std::move(peer)} { open(std::move(line)); }

    /// Goes on with another connection; the one before is closed.
    void open(direct_socket line) {
        lose(link_loss::none, {});
        loss_ = link_loss::none;
        error_ = {};
        line_ = std::move(line);
        if (line_.is_open())
            tell_session(true);
    }

    /// Closes the connection.
    void close() { lose(link_loss::none, {}); }

    [[nodiscard]] bool is_open() const noexcept { return line_.is_open(); }
    /// Why the link is no longer up; `none` where it is, or was closed here.
    [[nodiscard]] link_loss loss() const noexcept { return loss_; }
    /// With it, what the system says.
    [[nodiscard]] std::error_code error() const noexcept { return error_; }

    /// The session, to look at.
    [[nodiscard]] const Session& peer() const noexcept { return session_; }

    /// Calls `act(session, now)`, and returns what it returned. What it wants sent leaves at the next wait.
    template <class Command>
    auto command(Command&& act) {
        return act(session_, detail::steady_now());
    }

    /// The next event of the session; none when `patience` is over, or when the link is lost and no event is
    /// left. With a patience of 0 it looks for what has come already, without one it waits for ever. What the
    /// event borrows is good until the next wait.
    [[nodiscard]] std::optional<event>
    wait_event(std::optional<std::chrono::nanoseconds> patience = std::nullopt) {
        std::optional<instant> until;
        for (bool is_first = true;; is_first = false) {
            if (auto told = session_.poll_event())
                return told;
            const auto now = detail::steady_now();
            if (is_first && patience)
                until = *patience < instant::max() - now ? now + *patience : instant::max();
            if (!is_open() || (!is_first && until && now >= *until))
                return std::nullopt;
            step(now, until);
        }
    }

    /// Hands all events to `observe` until the link is lost, and returns why.
    template <class Observe>
    link_loss run(Observe&& observe) {
        while (auto happened = wait_event())
            observe(*std::move(happened));
        return loss_;
    }

private:
    /// Some hundred answers at once.
    static constexpr std::size_t room = 32768;
    /// What is gathered at most before the peer has taken it.
    static constexpr std::size_t most_to_send = 65536;

    /// What can be sent, what is due now, and what comes until `until` or the session's next deadline.
    void step(instant now, std::optional<instant> until) {
        transmit();
        const auto due = session_.poll_timeout();
        if (due && *due <= now) {
            session_.handle_timeout(now);
            transmit();
            until = now;
        }
        until = earliest(until, due);
        if (is_open())
            receive(until ? std::optional{*until - now} : std::nullopt);
    }

    void transmit() {
        send();
        heed();
    }

    /// A session that has much to send is asked for the rest when the system has taken what there was.
    void send() {
        std::error_code error;
        bool is_all = !is_open();
        do {
            while (!is_all && out_.size() < most_to_send) {
                const auto octets = session_.poll_transmit();
                is_all = !octets;
                if (octets)
                    append(*octets);
            }
            if (out_.empty())
                return;
            const auto count = line_.send(out_, error);
            out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(count));
            if (error)
                return lose_by(error);
        } while (!is_all && out_.empty());
    }

    void append(bytes_view octets) { out_.insert(out_.end(), octets.begin(), octets.end()); }

    void heed() {
        if constexpr (requires { static_cast<bool>(session_.wants_reconnect()); })
            if (is_open() && session_.wants_reconnect())
                lose(link_loss::given_up, {});
        if constexpr (requires { static_cast<bool>(session_.wants_close()); })
            if (is_open() && out_.empty() && session_.wants_close())
                lose(link_loss::given_up, {});
    }

    void receive(std::optional<std::chrono::nanoseconds> patience) {
        std::error_code error;
        if (!out_.empty()) { // the peer may not take it before it has sent something itself
            line_.wait_either(patience, error);
            patience = std::chrono::nanoseconds{};
        }
        std::size_t count = 0;
        if (!error)
            count = line_.receive(in_, patience, error);
        if (error)
            lose_by(error);
        else if (count > 0)
            session_.handle_input(bytes_view{in_}.first(count), detail::steady_now());
    }

    void lose_by(const std::error_code& error) {
        const bool by_peer = error == asio::error::eof || error == asio::error::connection_reset ||
                             error == asio::error::broken_pipe;
        lose(by_peer ? link_loss::closed_by_peer : link_loss::failed, error);
    }

    void lose(link_loss why, const std::error_code& error) {
        if (!is_open())
            return;
        line_.close();
        out_.clear();
        loss_ = why;
        error_ = error;
        tell_session(false);
    }

    void tell_session(bool up) {
        if constexpr (requires { session_.handle_link(up, instant{}); })
            session_.handle_link(up, detail::steady_now());
    }

    Session session_;
    direct_socket line_;
    std::vector<std::uint8_t> out_; ///< Gathered, and not yet taken.
    std::vector<std::uint8_t> in_ = std::vector<std::uint8_t>(room);
    link_loss loss_ = link_loss::none;
    std::error_code error_;
};

} // namespace meterlink::io
