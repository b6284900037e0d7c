#pragma once

/// A driver for code that waits: scripts, small tools, tests. No event loop to write.

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <variant>

#include <asio/io_context.hpp>

#include <meterlink/core/session.hpp>
#include <meterlink/io/any_stream.hpp>
#include <meterlink/io/driver.hpp>
#include <meterlink/io/driver_options.hpp>
#include <meterlink/io/endpoint.hpp>

namespace meterlink::io {

/// A session on the line that an endpoint names, with an event loop of its own that runs while this waits.
///
///     auto where = io::endpoint::parse("tcp://10.0.0.7:10001");
///     io::blocking_driver line{*where, mbus::master{}};
///     line.command([](auto& master, instant now) { master.read(address, now); });
///     while (auto event = line.wait_event(5s)) { … }
///
/// For one thread. Time passes for the session only while something is waited for.
template <session Session>
class blocking_driver {
public:
    using event = driver_event<Session>;

    /// Begins to open the line.
    blocking_driver(const endpoint& where, Session peer)
        : blocking_driver{where, std::move(peer), driver_options::from(where)} {}

    blocking_driver(const endpoint& where, Session peer, driver_options options)
        : parts_{std::make_unique<parts>(where, std::move(peer), options)} {
        parts_->line.on_event(
            [events = &parts_->events](event happened) { events->push_back(std::move(happened)); });
        parts_->line.start();
    }

    /// Calls `act(session, now)`, and returns what it returned. What it starts goes on while waiting.
    template <class Command>
    auto command(Command&& act) {
        return parts_->line.command(std::forward<Command>(act));
    }

    /// The next event, of the link or of the session; none when `patience` is over before there is one.
    [[nodiscard]] std::optional<event> wait_event(std::chrono::nanoseconds patience) {
        run_until(patience, [this] { return !parts_->events.empty(); });
        if (parts_->events.empty())
            return std::nullopt;
        auto first = std::move(parts_->events.front());
        parts_->events.pop_front();
        return first;
    }

    /// The session's next event; those of the link before it are passed over.
    [[nodiscard]] std::optional<session_event_t<Session>>
    wait_session_event(std::chrono::nanoseconds patience) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (auto happened = wait_event(deadline - std::chrono::steady_clock::now()))
            if (happened->index() == 1)
                return std::get<1>(*std::move(happened));
        return std::nullopt;
    }

    /// Waits until the line is up. Otherwise the error of the last attempt, or `timed_out` when there was
    /// none.
    [[nodiscard]] std::error_code wait_connected(std::chrono::nanoseconds patience) {
        std::error_code last = asio::error::timed_out;
        run_until(patience, [&] {
            const auto now = state();
            return now == link_state::connected || now == link_state::closed;
        });
        if (state() == link_state::connected)
            return {};
        for (const auto& happened : parts_->events)
            if (const auto* link = std::get_if<0>(&happened); link && link->error)
                last = link->error;
        return last;
    }

    [[nodiscard]] link_state state() const noexcept { return parts_->line.state(); }
    [[nodiscard]] const Session& peer() const noexcept { return parts_->line.peer(); }

    /// The driver itself, for what is not repeated here.
    [[nodiscard]] driver<any_stream, Session>& line() noexcept { return parts_->line; }

private:
    struct parts {
        parts(const endpoint& where, Session peer, driver_options options)
            : line{any_stream{context.get_executor(), where}, std::move(peer), options} {}

        asio::io_context context{1};
        std::deque<event> events;
        driver<any_stream, Session> line;
    };

    template <class Condition>
    void run_until(std::chrono::nanoseconds patience, Condition done) {
        auto& context = parts_->context;
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!done()) {
            if (context.stopped())
                context.restart();
            if (context.run_one_until(deadline) > 0)
                continue;
            // Nothing ran: the time is over, or nothing is under way that could ever happen.
            if (context.stopped() || std::chrono::steady_clock::now() >= deadline)
                return;
        }
    }

    std::unique_ptr<parts> parts_;
};

} // namespace meterlink::io
