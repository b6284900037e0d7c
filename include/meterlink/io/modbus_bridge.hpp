#pragma once

/// A gateway from Modbus clients in the network to one line.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <system_error>

#include <asio/any_io_executor.hpp>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/io/driver_options.hpp>
#include <meterlink/io/endpoint.hpp>
#include <meterlink/io/link_event.hpp>
#include <meterlink/io/served_client.hpp>
#include <meterlink/modbus/bridge_event.hpp>
#include <meterlink/modbus/bridge_options.hpp>

namespace meterlink::io {

/// What a bridge is told once. The observers are called on its executor, and may stop the bridge but not
/// destroy it.
struct modbus_bridge_options {
    /// Framing and times of the line are those of its endpoint.
    modbus::bridge_options session{};
    /// Connections at once; under TLS those that have shaken hands. A further one takes the place of that on
    /// which nothing has moved for longest, or is closed where that is not `replaceable_after` ago.
    std::size_t most_clients = 8;
    /// So long a silent client keeps its place although another one wants it. While nobody does, it stays,
    /// unless its endpoint has an idle timeout.
    std::chrono::nanoseconds replaceable_after = std::chrono::seconds{10};

    std::function<void(const client_event&)> on_client{};
    std::function<void(const link_event&)> on_line{};
    /// Refused requests, and noise of the line.
    std::function<void(const modbus::bridge_event&)> on_event{};
    /// Shows all octets of the clients, and of the line.
    std::function<void(const served_client&, direction, bytes_view, instant)> on_traffic{};
    traffic_observer on_line_traffic{};
};

namespace detail {

class modbus_gateway;

} // namespace detail

/// Lets the clients of a port ask the devices of a line, in fair turns (`modbus::bridge`).
///
///     io::modbus_bridge bridge{context.get_executor(), *io::endpoint::parse("tcp-listen://*:502"),
///                              *io::endpoint::parse("serial:/dev/ttyUSB0?baud=9600",
///                              io::usual_modbus_line)};
///     if (const auto error = bridge.start()) …
///     context.run();
///
/// The clients speak Modbus/TCP, under TLS where the endpoint says `tls-listen`. The line is any endpoint
/// that is one; it is kept open, whatever its idle timeout, and opened again when it is lost.
class modbus_bridge {
public:
    modbus_bridge(const asio::any_io_executor& executor, const endpoint& clients, const endpoint& line,
                  modbus_bridge_options how = {});
    modbus_bridge(modbus_bridge&&) noexcept;
    modbus_bridge& operator=(modbus_bridge&&) = delete;
    ~modbus_bridge();

    /// Listens, and begins to open the line. The error is that of binding the port or loading certificates,
    /// or `operation_not_supported` where `clients` is no port for several.
    [[nodiscard]] std::error_code start();
    /// Closes all connections, the port and the line. Nothing is told of it.
    void stop();

    /// The port that is listened on; 0 where there is none.
    [[nodiscard]] std::uint16_t port() const noexcept;
    /// How many clients there are.
    [[nodiscard]] std::size_t clients() const noexcept;
    [[nodiscard]] link_state line() const noexcept;

    /// What an error cannot say: which certificate could not be used. Otherwise empty.
    [[nodiscard]] std::string explanation() const;

private:
    std::unique_ptr<detail::modbus_gateway> gateway_;
};

} // namespace meterlink::io
