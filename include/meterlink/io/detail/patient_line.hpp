#pragma once

/// What the façades that wait have in common: a line that is opened for the first request, and somebody who
/// may lose patience.

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

#include <asio/error.hpp>

#include <meterlink/core/session.hpp>
#include <meterlink/io/blocking.hpp>
#include <meterlink/io/driver_options.hpp>
#include <meterlink/io/endpoint.hpp>
#include <meterlink/io/link_event.hpp>

namespace meterlink::io::detail {

/// A session on a line, and waiting for what becomes of its requests.
template <session Session>
class patient_line {
public:
    patient_line(const endpoint& where, Session peer)
        : patience_{where.connect_timeout}, line_{where, std::move(peer)} {}

    /// Waits until the line is up: for the attempt that is under way, or the next one when the link was lost.
    [[nodiscard]] std::error_code connect() {
        const auto deadline = std::chrono::steady_clock::now() + patience_;
        if (line_.state() == link_state::closed)
            line_.line().start();
        while (line_.state() != link_state::connected && line_.state() != link_state::resting) {
            const auto left = deadline - std::chrono::steady_clock::now();
            if (left <= left.zero())
                return asio::error::timed_out;
            const auto event = line_.wait_event(std::min<std::chrono::nanoseconds>(left, slice));
            const auto* link = event ? std::get_if<link_event>(&*event) : nullptr;
            if (link != nullptr && link->what == link_event::change::lost)
                return link->error ? link->error : std::error_code{asio::error::not_connected};
            if (!keeps_waiting())
                return asio::error::operation_aborted;
        }
        return {};
    }

    template <class Command>
    auto command(Command&& act) {
        return line_.command(std::forward<Command>(act));
    }

    /// Hands events of the session to `take` until that says that it has all. `cancel` is called when nobody
    /// wants to wait any longer, and what it cancels is waited for. The error is that of a line that is lost
    /// and not opened again; `cancel` has been called then, too.
    template <class Take, class Cancel>
    [[nodiscard]] std::error_code await(Take take, Cancel cancel) {
        for (auto is_wanted = true;;) {
            auto event = line_.wait_event(slice);
            if (auto* happened = event ? std::get_if<1>(&*event) : nullptr;
                happened != nullptr && take(*happened))
                return {};
            if (const auto* link = event ? std::get_if<link_event>(&*event) : nullptr;
                link != nullptr && link->what == link_event::change::lost &&
                line_.state() == link_state::closed) {
                command(cancel);
                return link->error ? link->error : std::error_code{asio::error::not_connected};
            }
            if (is_wanted && !keeps_waiting()) {
                is_wanted = false;
                command(cancel);
            }
        }
    }

    void while_waiting(std::function<bool()> question) { question_ = std::move(question); }
    void on_traffic(traffic_observer observer) { line_.line().on_traffic(std::move(observer)); }
    [[nodiscard]] std::string explanation() { return line_.line().line().explanation(); }

private:
    static constexpr std::chrono::milliseconds slice{100};

    [[nodiscard]] bool keeps_waiting() const { return !question_ || question_(); }

    std::chrono::nanoseconds patience_;
    std::function<bool()> question_;
    blocking_driver<Session> line_;
};

} // namespace meterlink::io::detail
