#pragma once

/// A port whose every client gets a session of its own.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

#include <asio/error.hpp>
#include <asio/ip/address.hpp>
#include <asio/steady_timer.hpp>

#include <meterlink/core/session.hpp>
#include <meterlink/io/driver.hpp>
#include <meterlink/io/driver_options.hpp>
#include <meterlink/io/endpoint.hpp>
#include <meterlink/io/link_event.hpp>
#include <meterlink/io/served_client.hpp>
#include <meterlink/io/tcp_connection.hpp>
#include <meterlink/io/tcp_server.hpp>
#include <meterlink/io/tls_server.hpp>

#include "peer_text.hpp"

namespace meterlink::io::detail {

/// What a listener does for whoever owns it.
template <session Session>
struct listener_hooks {
    /// The session of a client that is coming.
    std::function<Session(const served_client&)> make;
    /// The client has come, and this is its session; nothing it sent has been handled yet.
    std::function<void(Session&, const served_client&)> admit;
    std::function<void(const client_event&)> on_client;
    std::function<void(const served_client&, session_event_t<Session>)> on_event;
    std::function<void(const served_client&, direction, bytes_view, instant)> on_traffic;
    std::size_t most_clients = 8;
    /// Silence after which a client has to make room for another.
    std::chrono::nanoseconds replaceable_after = std::chrono::seconds{10};
};

/// Clients of a listener that have not opened their line yet, that is, not shaken hands. Of more, the one
/// that takes longest is refused, of those from the address that has most: it has had more time than an
/// honest one needs, and an address that opens many keeps out only itself.
inline constexpr std::size_t most_opening = 32;

/// A port, whatever is spoken below the sessions. To be stopped before it is let go.
class client_listener {
public:
    virtual ~client_listener() = default;
    [[nodiscard]] virtual std::error_code start() = 0;
    virtual void stop() = 0;
    [[nodiscard]] virtual std::uint16_t port() const noexcept = 0;
    [[nodiscard]] virtual std::size_t clients() const noexcept = 0;
    [[nodiscard]] virtual std::string explanation() const = 0;
    /// Does what the session of a client wants done; nothing if that has left.
    virtual void drive(std::uint64_t number) = 0;
};

/// Accepts connections of a `Server`, and drives a session on each. A client takes a place once its line is
/// open; where there is none, it takes that of the client that has been silent for longest, if that was so
/// for long enough.
template <class Server, class Connection, session Session>
class session_listener final
    : public client_listener,
      public std::enable_shared_from_this<session_listener<Server, Connection, Session>> {
public:
    session_listener(Server server, const endpoint& where, listener_hooks<Session> hooks)
        : server_{std::move(server)}, retry_{server_.get_executor()}, host_{where.host}, port_{where.port},
          options_{driver_options::from(where)}, hooks_{std::move(hooks)} {
        options_.retry.reset();
    }

    std::error_code start() override {
        if (is_running_)
            return {};
        if (const auto error = server_.listen(host_, port_))
            return error;
        is_running_ = true;
        accept();
        return {};
    }

    void stop() override {
        is_running_ = false;
        server_.close();
        retry_.cancel();
        clients_.clear();
    }

    std::uint16_t port() const noexcept override { return server_.port(); }
    std::size_t clients() const noexcept override { return count(true); }
    std::string explanation() const override {
        if constexpr (requires { server_.explanation(); })
            return server_.explanation();
        return {};
    }

    void drive(std::uint64_t number) override {
        if (const auto found = clients_.find(number); found != clients_.end())
            found->second.line->command([](Session&, instant) {});
    }

private:
    using line_type = driver<Connection, Session>;

    struct client {
        served_client who;
        asio::ip::address address;
        bool has_come = false;
        instant moved{}; ///< When octets went last, either way.
        std::unique_ptr<line_type> line;
    };

    [[nodiscard]] std::size_t count(bool having_come) const noexcept {
        return static_cast<std::size_t>(std::ranges::count_if(
            clients_, [&](const auto& each) { return each.second.has_come == having_come; }));
    }

    void accept() {
        server_.async_accept([self = this->shared_from_this()](asio::error_code error, Connection line) {
            if (!self->is_running_)
                return;
            if (error)
                return self->accept_later();
            self->take(std::move(line));
            if (self->is_running_)
                self->accept();
        });
    }

    /// When the process is out of descriptors, say, trying again at once would only burn time.
    void accept_later() {
        retry_.expires_after(std::chrono::milliseconds{100});
        retry_.async_wait([self = this->shared_from_this()](asio::error_code error) {
            if (!error && self->is_running_)
                self->accept();
        });
    }

    void take(Connection line) {
        const auto peer = line.peer();
        served_client who{++last_number_, to_text(peer), {}};
        if (count(false) >= most_opening)
            end(longest_opening(), client_change::refused, std::make_error_code(std::errc::timed_out));
        if (!is_running_)
            return; // the observer has stopped it
        auto& it = clients_[who.number];
        it.who = who;
        it.address = peer.address();
        it.line = std::make_unique<line_type>(std::move(line), hooks_.make(who), options_);
        it.line->on_event([this, number = who.number](typename line_type::event event) {
            if (auto* link = std::get_if<link_event>(&event))
                changed(number, *link);
            else if (hooks_.on_event)
                hooks_.on_event(clients_.at(number).who, std::get<1>(std::move(event)));
        });
        it.line->on_traffic([this, &it](direction which, bytes_view octets, instant now) {
            it.moved = now;
            if (hooks_.on_traffic)
                hooks_.on_traffic(it.who, which, octets, now);
        });
        it.line->start();
    }

    /// Of those that have not come, the oldest of the address that has most of them; there is one.
    [[nodiscard]] std::uint64_t longest_opening() const {
        struct opening {
            std::uint64_t oldest = 0;
            std::size_t count = 0;
        };
        std::map<asio::ip::address, opening> by_address;
        for (const auto& [number, each] : clients_)
            if (!each.has_come && ++by_address[each.address].count == 1)
                by_address[each.address].oldest = number;
        opening most;
        for (const auto& [address, each] : by_address)
            if (each.count > most.count || (each.count == most.count && each.oldest < most.oldest))
                most = each;
        return most.oldest;
    }

    void changed(std::uint64_t number, const link_event& link) {
        if (link.what == link_event::change::connected)
            return came(number);
        if (link.what != link_event::change::lost)
            return;
        const auto& it = clients_.at(number);
        const auto what = !it.has_come                      ? client_change::refused
                          : link.why == link_loss::given_up ? client_change::given_up
                                                            : client_change::left;
        end(number, what, link.why == link_loss::closed_by_peer ? std::error_code{} : link.error);
    }

    void came(std::uint64_t number) {
        if (!make_room())
            return end(number, client_change::refused, std::make_error_code(std::errc::connection_refused));
        const auto found = clients_.find(number);
        if (found == clients_.end())
            return; // who was told of the room has stopped all
        auto& it = found->second;
        it.has_come = true;
        it.moved = steady_now();
        if constexpr (requires { it.line->line().role(); })
            it.who.role = it.line->line().role();
        const auto who = it.who;
        it.line->command([&](Session& session, instant) { hooks_.admit(session, who); });
        tell(client_change::came, who, {});
    }

    /// Whether there is a place for one more, be it that of a client that has said nothing for too long.
    [[nodiscard]] bool make_room() {
        if (count(true) < hooks_.most_clients)
            return true;
        auto idlest = clients_.end();
        for (auto at = clients_.begin(); at != clients_.end(); ++at)
            if (at->second.has_come && (idlest == clients_.end() || at->second.moved < idlest->second.moved))
                idlest = at;
        if (idlest == clients_.end() || steady_now() - idlest->second.moved < hooks_.replaceable_after)
            return false;
        end(idlest->first, client_change::left, std::make_error_code(std::errc::device_or_resource_busy));
        return true;
    }

    /// A client has gone, or has to go.
    void end(std::uint64_t number, client_change what, std::error_code why) {
        auto& it = clients_.at(number);
        const auto who = it.who;
        // What the session still has to tell goes before its end.
        it.line->command([&](Session& session, instant) {
            while (auto event = session.poll_event())
                if (hooks_.on_event && is_running_)
                    hooks_.on_event(who, *std::move(event));
        });
        // Maybe from within its observer, which the driver allows.
        if (clients_.erase(number) != 0 && is_running_)
            tell(what, who, why);
    }

    void tell(client_change what, const served_client& who, std::error_code why) {
        if (hooks_.on_client)
            hooks_.on_client({what, who, why});
    }

    Server server_;
    asio::steady_timer retry_;
    std::string host_;
    std::uint16_t port_;
    driver_options options_;
    listener_hooks<Session> hooks_;
    std::map<std::uint64_t, client> clients_;
    std::uint64_t last_number_ = 0;
    bool is_running_ = false;
};

/// The listener of an endpoint; none unless that is `tcp_listen` or `tls_listen`.
template <session Session>
std::shared_ptr<client_listener> make_listener(const asio::any_io_executor& executor, const endpoint& where,
                                               listener_hooks<Session> hooks) {
    if (where.kind == endpoint_kind::tcp_listen)
        return std::make_shared<session_listener<tcp_server, tcp_connection, Session>>(
            tcp_server{executor}, where, std::move(hooks));
    if (where.kind == endpoint_kind::tls_listen)
        return std::make_shared<session_listener<tls_server, tls_connection, Session>>(
            tls_server{executor, where.tls, where.connect_timeout}, where, std::move(hooks));
    return nullptr;
}

} // namespace meterlink::io::detail
