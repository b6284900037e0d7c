#include <meterlink/io/modbus_bridge.hpp>

#include <map>
#include <optional>
#include <utility>
#include <variant>

#include <asio/error.hpp>

#include <meterlink/io/any_stream.hpp>
#include <meterlink/io/driver.hpp>
#include <meterlink/io/modbus_line.hpp>
#include <meterlink/modbus/bridge.hpp>
#include <meterlink/modbus/bridge_upstream.hpp>

#include "session_listener.hpp"

namespace meterlink::io {
namespace detail {
namespace {

/// Drivers may outlive each other by what is still under way, and with them their sessions: the bridge goes
/// with the last of these.
struct bridge_share {
    std::shared_ptr<modbus::bridge> bridge;
};

/// The side of the line.
class kept_bridge : bridge_share {
public:
    explicit kept_bridge(std::shared_ptr<modbus::bridge> it) : bridge_share{std::move(it)} {}

    void handle_link(bool up, instant now) { bridge->handle_link(up, now); }
    void handle_input(bytes_view octets, instant now) { bridge->handle_input(octets, now); }
    void handle_timeout(instant now) { bridge->handle_timeout(now); }
    [[nodiscard]] std::optional<bytes_view> poll_transmit() { return bridge->poll_transmit(); }
    [[nodiscard]] std::optional<instant> poll_timeout() const { return bridge->poll_timeout(); }
    [[nodiscard]] std::optional<modbus::bridge_event> poll_event() { return bridge->poll_event(); }
    [[nodiscard]] bool wants_reconnect() const noexcept { return bridge->wants_reconnect(); }
};

/// The side of a client. Of its bases, the bridge comes first and goes last.
class kept_upstream : bridge_share, public modbus::bridge_upstream {
public:
    explicit kept_upstream(const std::shared_ptr<modbus::bridge>& it)
        : bridge_share{it}, modbus::bridge_upstream{*it} {}
};

driver_options line_options(const endpoint& where) {
    auto out = driver_options::from(where);
    out.idle_timeout.reset();
    return out;
}

modbus::bridge_options adapted(modbus::bridge_options how, const endpoint& line) {
    how.line = with_line(how.line, line);
    return how;
}

} // namespace

class modbus_gateway {
public:
    modbus_gateway(const asio::any_io_executor& executor, const endpoint& clients, const endpoint& line,
                   modbus_bridge_options how)
        : how_{std::move(how)}, bridge_{std::make_shared<modbus::bridge>(adapted(how_.session, line))},
          line_{any_stream{executor, line}, kept_bridge{bridge_}, line_options(line)},
          listener_{make_listener(executor, clients, hooks())} {
        line_.on_event([this](const driver_event<kept_bridge>& event) {
            if (const auto* link = std::get_if<link_event>(&event)) {
                if (how_.on_line)
                    how_.on_line(*link);
            } else {
                happened(std::get<1>(event));
            }
        });
        line_.on_traffic(how_.on_line_traffic);
    }
    modbus_gateway(const modbus_gateway&) = delete;
    modbus_gateway& operator=(const modbus_gateway&) = delete;
    ~modbus_gateway() {
        if (listener_)
            listener_->stop();
    }

    std::error_code start() {
        if (!listener_)
            return asio::error::operation_not_supported;
        if (const auto error = listener_->start())
            return error;
        // A line that has not come up yet is not up.
        line_.command([](kept_bridge& it, instant now) { it.handle_link(false, now); });
        line_.start();
        return {};
    }

    void stop() {
        if (listener_)
            listener_->stop();
        places_.clear();
        line_.close();
    }

    [[nodiscard]] std::uint16_t port() const noexcept {
        return listener_ ? listener_->port() : std::uint16_t{0};
    }
    [[nodiscard]] std::size_t clients() const noexcept { return listener_ ? listener_->clients() : 0; }
    [[nodiscard]] link_state line() const noexcept { return line_.state(); }
    [[nodiscard]] std::string explanation() const {
        return listener_ ? listener_->explanation() : std::string{};
    }

private:
    listener_hooks<kept_upstream> hooks() {
        listener_hooks<kept_upstream> out;
        out.make = [this](const served_client&) { return kept_upstream{bridge_}; };
        out.admit = [this](kept_upstream& session, const served_client& who) {
            session.set_role(who.role);
            places_[session.id()] = who.number;
        };
        out.on_event = [this](const served_client&, modbus::line_ready) { drive_line(); };
        out.on_client = [this](const client_event& event) {
            if (event.what != client_change::came)
                std::erase_if(places_, [&](const auto& each) { return each.second == event.who.number; });
            if (how_.on_client)
                how_.on_client(event);
        };
        out.on_traffic = how_.on_traffic;
        out.most_clients = how_.most_clients;
        out.replaceable_after = how_.replaceable_after;
        return out;
    }

    void drive_line() {
        line_.command([](kept_bridge&, instant) {});
    }

    void happened(const modbus::bridge_event& event) {
        if (const auto* ready = std::get_if<modbus::upstream_ready>(&event)) {
            if (const auto place = places_.find(ready->which); place != places_.end())
                listener_->drive(place->second);
        } else if (how_.on_event) {
            how_.on_event(event);
        }
    }

    modbus_bridge_options how_;
    std::shared_ptr<modbus::bridge> bridge_;
    std::map<modbus::upstream_id, std::uint64_t> places_; ///< Which client has which connection.
    driver<any_stream, kept_bridge> line_;
    std::shared_ptr<client_listener> listener_;
};

} // namespace detail

modbus_bridge::modbus_bridge(const asio::any_io_executor& executor, const endpoint& clients,
                             const endpoint& line, modbus_bridge_options how)
    : gateway_{std::make_unique<detail::modbus_gateway>(executor, clients, line, std::move(how))} {}
modbus_bridge::modbus_bridge(modbus_bridge&&) noexcept = default;
modbus_bridge::~modbus_bridge() = default;

std::error_code modbus_bridge::start() { return gateway_->start(); }
void modbus_bridge::stop() { gateway_->stop(); }
std::uint16_t modbus_bridge::port() const noexcept { return gateway_->port(); }
std::size_t modbus_bridge::clients() const noexcept { return gateway_->clients(); }
link_state modbus_bridge::line() const noexcept { return gateway_->line(); }
std::string modbus_bridge::explanation() const { return gateway_->explanation(); }

} // namespace meterlink::io
