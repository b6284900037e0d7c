#include <meterlink/io/modbus_server.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include <meterlink/io/any_stream.hpp>
#include <meterlink/io/modbus_line.hpp>
#include <meterlink/modbus/server.hpp>

#include "session_listener.hpp"

namespace meterlink::io {
namespace detail {

class modbus_service {
public:
    virtual ~modbus_service() = default;
    virtual std::error_code start() = 0;
    virtual void stop() = 0;
    virtual std::uint16_t port() const noexcept = 0;
    virtual std::size_t clients() const noexcept = 0;
    virtual std::string explanation() const = 0;
};

} // namespace detail

namespace {

/// Many clients at a port.
class port_service final : public detail::modbus_service {
public:
    explicit port_service(std::shared_ptr<detail::client_listener> listener)
        : listener_{std::move(listener)} {}
    ~port_service() override { listener_->stop(); }
    port_service(const port_service&) = delete;
    port_service& operator=(const port_service&) = delete;

    std::error_code start() override { return listener_->start(); }
    void stop() override { listener_->stop(); }
    std::uint16_t port() const noexcept override { return listener_->port(); }
    std::size_t clients() const noexcept override { return listener_->clients(); }
    std::string explanation() const override { return listener_->explanation(); }

private:
    std::shared_ptr<detail::client_listener> listener_;
};

detail::listener_hooks<modbus::server> hooks(const endpoint& where, modbus::register_space& space,
                                             modbus_server_options how) {
    detail::listener_hooks<modbus::server> out;
    out.make = [&space, session = with_line(how.session, where)](const served_client&) {
        return modbus::server{space, session};
    };
    out.admit = [](modbus::server& session, const served_client& who) { session.set_role(who.role); };
    out.on_client = std::move(how.on_client);
    out.on_event = std::move(how.on_event);
    out.on_traffic = std::move(how.on_traffic);
    out.most_clients = how.most_clients;
    out.replaceable_after = how.replaceable_after;
    return out;
}

/// What a datagram holds over IPv4; over IPv6 it may be a little more.
constexpr std::size_t most_in_datagram = 65507;

/// A server over UDP: a datagram has all of its requests, or else it is none of the next one. So its end is
/// that of the silence on a line, and of a request that does not end. All answers to it are one datagram as
/// well; where they do not fit into one, it gets none, and what follows in it is not looked at.
class datagram_server {
public:
    datagram_server(modbus::register_space& space, modbus::server_options how)
        : server_{space, bounded(std::move(how))} {}

    void handle_input(bytes_view octets, instant now) {
        server_.handle_link(true, now); // what has not been sent is for another peer
        server_.handle_input(octets, now);
        while (const auto due = server_.poll_timeout())
            server_.handle_timeout(*due);
    }
    void handle_timeout(instant) {}
    [[nodiscard]] std::optional<bytes_view> poll_transmit() { return server_.poll_transmit(); }
    [[nodiscard]] std::optional<instant> poll_timeout() const { return std::nullopt; }
    [[nodiscard]] std::optional<modbus::server_event> poll_event() { return server_.poll_event(); }

private:
    static modbus::server_options bounded(modbus::server_options how) {
        how.most_output = std::min(how.most_output, most_in_datagram);
        return how;
    }

    modbus::server server_;
};

/// One line.
template <session Session>
class line_service final : public detail::modbus_service {
public:
    line_service(const asio::any_io_executor& executor, const endpoint& where, modbus::register_space& space,
                 modbus_server_options how)
        : how_{std::move(how)}, who_{1, to_string(where), {}},
          line_{any_stream{executor, where}, Session{space, with_line(how_.session, where)},
                driver_options::from(where)} {
        line_.on_event([this](const driver_event<Session>& event) {
            if (const auto* link = std::get_if<link_event>(&event))
                changed(*link);
            else if (how_.on_event)
                how_.on_event(who_, std::get<1>(event));
        });
        if (how_.on_traffic)
            line_.on_traffic([this](direction which, bytes_view octets, instant now) {
                how_.on_traffic(who_, which, octets, now);
            });
    }

    std::error_code start() override {
        if (const auto error = line_.line().listen())
            return error;
        line_.start();
        return {};
    }
    void stop() override { line_.close(); }
    std::uint16_t port() const noexcept override { return line_.line().port(); }
    std::size_t clients() const noexcept override { return line_.state() == link_state::connected ? 1 : 0; }
    std::string explanation() const override { return line_.line().explanation(); }

private:
    void changed(const link_event& link) {
        if (!how_.on_client || link.what == link_event::change::retrying)
            return;
        auto what = client_change::came;
        if (link.what == link_event::change::lost)
            what = link.why == link_loss::given_up ? client_change::given_up : client_change::left;
        how_.on_client({what, who_, link.why == link_loss::closed_by_peer ? std::error_code{} : link.error});
    }

    modbus_server_options how_;
    served_client who_;
    mutable driver<any_stream, Session> line_;
};

std::shared_ptr<detail::modbus_service> make_service(const asio::any_io_executor& executor,
                                                     const endpoint& where, modbus::register_space& space,
                                                     modbus_server_options how) {
    if (where.kind == endpoint_kind::tcp_listen || where.kind == endpoint_kind::tls_listen)
        return std::make_shared<port_service>(
            detail::make_listener(executor, where, hooks(where, space, std::move(how))));
    if (where.kind == endpoint_kind::udp || where.kind == endpoint_kind::udp_listen)
        return std::make_shared<line_service<datagram_server>>(executor, where, space, std::move(how));
    return std::make_shared<line_service<modbus::server>>(executor, where, space, std::move(how));
}

} // namespace

modbus_server::modbus_server(const asio::any_io_executor& executor, const endpoint& where,
                             modbus::register_space& space, modbus_server_options how)
    : service_{make_service(executor, where, space, std::move(how))} {}
modbus_server::modbus_server(modbus_server&&) noexcept = default;
modbus_server::~modbus_server() = default;

std::error_code modbus_server::start() { return service_->start(); }
void modbus_server::stop() { service_->stop(); }
std::uint16_t modbus_server::port() const noexcept { return service_->port(); }
std::size_t modbus_server::clients() const noexcept { return service_->clients(); }
std::string modbus_server::explanation() const { return service_->explanation(); }

} // namespace meterlink::io
