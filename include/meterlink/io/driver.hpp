#pragma once

/// Joins a session to a stream: the only code that does.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include <asio/associated_cancellation_slot.hpp>
#include <asio/async_result.hpp>
#include <asio/dispatch.hpp>

#include <meterlink/core/session.hpp>
#include <meterlink/io/detail/completion.hpp>
#include <meterlink/io/detail/driver_core.hpp>
#include <meterlink/io/driver_options.hpp>
#include <meterlink/io/link_event.hpp>
#include <meterlink/io/stream.hpp>

namespace meterlink::io {

/// What a driver tells: of its link, or what the session tells.
template <session Session>
using driver_event = std::variant<link_event, session_event_t<Session>>;

/// Drives a session with a stream and a steady clock.
///
///     io::driver meters{io::tcp_client{context.get_executor(), "10.0.0.7", 10001}, mbus::master{}};
///     meters.on_event([](auto event) { … });
///     meters.start();
///     meters.command([](auto& master, instant now) { master.read(address, now); });
///     context.run();
///
/// One read is under way at a time, what the session has to send is gathered into one write, and one timer
/// stands for all deadlines. A lost link is opened again as the options say; one that its peer closed after
/// an answer, or after some seconds, is opened at once for what there is to send. What the session sends
/// while the link is down is held until it is up, but no longer than until the session's next deadline, at
/// which the session acts as for a peer that is silent.
///
/// A session may have more than the concept asks for, and the driver uses it:
/// - `line_rate()`, convertible to `std::optional<std::uint32_t>`: the bit rate of the octets to come, in
/// both
///   directions. When it changes, the driver waits until what was sent is on the line, and sets it.
/// - `handle_link(bool up, instant now)`: the link came up or went down.
/// - `wants_reconnect()`: the link is given up, with what waits to be sent, and opened again as the options
///   say. Asked while the link is up; `handle_link` ends the wish.
/// - `wants_close()`: the same once what the session has to send has been written, as a server ends the
///   connection of a client that it no longer understands.
/// - `wants_link()`: a link that rests is opened, for a session that sends nothing before it is up.
///
/// All members are called on the stream's executor, but for `async_next_event`, `async_next_event_for` and
/// `async_command`, which any thread may call. The driver may be destroyed at any moment, from its own
/// observer too: no observer is called any more, and what waits completes with
/// `asio::error::operation_aborted`. The session and the stream go when their last operation has been taken
/// off the execution context.
template <stream Stream, session Session>
class driver {
public:
    using event = driver_event<Session>;
    using session_event = session_event_t<Session>;

    driver(Stream line, Session peer, driver_options options = {})
        : core_{std::make_shared<core_type>(std::move(line), std::move(peer), options)} {}

    driver(driver&&) noexcept = default;
    driver& operator=(driver&&) = delete;
    ~driver() {
        if (core_)
            core_->abandon();
    }

    /// Opens the link.
    void start() { core_->start(); }

    /// Closes the link without an event; `start` opens it again. The session goes on living in time.
    void close() { core_->close(); }

    [[nodiscard]] link_state state() const noexcept { return core_->state(); }
    [[nodiscard]] asio::any_io_executor get_executor() { return core_->line().get_executor(); }

    /// The session, to look at. What makes it send, wait or tell goes through `command`.
    [[nodiscard]] const Session& peer() const noexcept { return core_->peer(); }
    [[nodiscard]] Stream& line() noexcept { return core_->line(); }

    /// Calls `act(session, now)`, does what the session then wants done, and returns what `act` returned.
    template <class Command>
    auto command(Command&& act) {
        return core_->command(std::forward<Command>(act));
    }

    /// Every event from now on, until an observer is set that is empty. While there is none, and nobody waits
    /// for an event, events stay in the session. Not to be replaced from within itself.
    void on_event(std::function<void(event)> observer) { core_->observe(std::move(observer)); }

    /// Shows all octets. The observer must not use or destroy the driver.
    void on_traffic(traffic_observer observer) { core_->observe_traffic(std::move(observer)); }

    /// `void(error_code, event)`: the next event; goes before the observer. It ends with `operation_aborted`
    /// when it was cancelled, by `cancel` or through the handler's cancellation slot. One at a time: another
    /// one gets `already_started`.
    template <class Token>
    auto async_next_event(Token&& token) {
        return wait(std::nullopt, token);
    }

    /// The same, with `timed_out` when there is no event within `patience`.
    template <class Token>
    auto async_next_event_for(std::chrono::nanoseconds patience, Token&& token) {
        return wait(patience, token);
    }

    /// Lets the `async_next_event` that waits complete with `operation_aborted`.
    void cancel() { core_->cancel_waiter(asio::error::operation_aborted); }

    /// `command` from any thread: `void(error_code, R)` with what `act` returned, or `void(error_code)` where
    /// it returns nothing. `operation_aborted` when the driver was gone before; `act` was not called then.
    template <class Command, class Token>
    auto async_command(Command act, Token&& token) {
        using outcome = std::decay_t<decltype(act(std::declval<Session&>(), instant{}))>;
        if constexpr (std::is_void_v<outcome>)
            return asio::async_initiate<Token, void(asio::error_code)>(
                [core = core_](auto handler, Command action) {
                    const auto executor = core->line().get_executor();
                    detail::completion<asio::error_code> done{std::move(handler), executor};
                    asio::dispatch(executor, [core, a = std::move(action), d = std::move(done)]() mutable {
                        if (core->gone())
                            return d.later(asio::error::operation_aborted);
                        core->command(std::move(a));
                        d.later({});
                    });
                },
                token, std::move(act));
        else
            return asio::async_initiate<Token, void(asio::error_code, outcome)>(
                [core = core_](auto handler, Command action) {
                    const auto executor = core->line().get_executor();
                    detail::completion<asio::error_code, outcome> done{std::move(handler), executor};
                    asio::dispatch(executor, [core, a = std::move(action), d = std::move(done)]() mutable {
                        if (core->gone())
                            return d.later(asio::error::operation_aborted, outcome{});
                        d.later({}, core->command(std::move(a)));
                    });
                },
                token, std::move(act));
    }

private:
    using core_type = detail::driver_core<Stream, Session>;

    template <class Token>
    auto wait(std::optional<std::chrono::nanoseconds> patience, Token& token) {
        return asio::async_initiate<Token, void(asio::error_code, event)>(
            [core = core_, patience](auto handler) {
                const auto executor = core->line().get_executor();
                const auto ticket = std::make_shared<std::uint64_t>(0);
                if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected())
                    slot.assign([weak = std::weak_ptr{core}, executor, ticket](asio::cancellation_type) {
                        asio::dispatch(executor, [weak, ticket] {
                            if (const auto alive = weak.lock(); alive && *ticket != 0)
                                alive->cancel_waiter(asio::error::operation_aborted, *ticket);
                        });
                    });
                asio::dispatch(executor, [core, patience, ticket,
                                          waiter = detail::completion<asio::error_code, event>{
                                              std::move(handler), executor}]() mutable {
                    std::optional<instant> deadline;
                    if (patience)
                        deadline = detail::steady_now() + *patience;
                    *ticket = core->wait(std::move(waiter), deadline);
                });
            },
            token);
    }

    std::shared_ptr<core_type> core_;
};

} // namespace meterlink::io
