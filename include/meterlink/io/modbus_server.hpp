#pragma once

/// A Modbus server for as many clients as it is told, or for one line.

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
#include <meterlink/io/served_client.hpp>
#include <meterlink/modbus/register_space.hpp>
#include <meterlink/modbus/server_event.hpp>
#include <meterlink/modbus/server_options.hpp>

namespace meterlink::io {

/// What a server is told once. The observers are called on its executor, and may stop the server but not
/// destroy it.
struct modbus_server_options {
    /// Of every session; framing and times are those of the endpoint.
    modbus::server_options session{};
    /// Connections at once; under TLS those that have shaken hands. A further one takes the place of that on
    /// which nothing has moved for longest, or is closed where that is not `replaceable_after` ago.
    std::size_t most_clients = 8;
    /// So long a silent client keeps its place although another one wants it. While nobody does, it stays,
    /// unless its endpoint has an idle timeout.
    std::chrono::nanoseconds replaceable_after = std::chrono::seconds{10};

    std::function<void(const client_event&)> on_client{};
    std::function<void(const served_client&, const modbus::server_event&)> on_event{};
    /// Shows all octets.
    std::function<void(const served_client&, direction, bytes_view, instant)> on_traffic{};
};

namespace detail {

class modbus_service;

} // namespace detail

/// Serves a register space, which outlives it, at an endpoint.
///
///     asio::io_context context;
///     io::modbus_server server{context.get_executor(), *io::endpoint::parse("tcp-listen://*:502"), space};
///     if (const auto error = server.start()) …
///     context.run();
///
/// `tcp-listen` and `tls-listen` serve many clients, each with a session of its own; all other endpoints are
/// one line, which is opened again when it is lost. Over UDP each datagram is for itself: its requests are
/// answered to its sender in one datagram, a half one is noise, and nobody is given up. Where the answers are
/// more than the 65507 octets of a datagram, or than `server_options::most_output`, they are dropped, and the
/// requests behind them are not looked at. All on one executor, and so without locks: between two handlers
/// the space may be changed.
class modbus_server {
public:
    modbus_server(const asio::any_io_executor& executor, const endpoint& where, modbus::register_space& space,
                  modbus_server_options how = {});
    modbus_server(modbus_server&&) noexcept;
    modbus_server& operator=(modbus_server&&) = delete;
    ~modbus_server();

    /// Listens, or begins to open the line. The error is that of binding the port or loading certificates;
    /// what becomes of a line is told by `on_client`.
    [[nodiscard]] std::error_code start();
    /// Closes all connections and the port. Nothing is told of it.
    void stop();

    /// The port that is listened on; 0 where there is none.
    [[nodiscard]] std::uint16_t port() const noexcept;
    /// How many clients there are.
    [[nodiscard]] std::size_t clients() const noexcept;

    /// What an error cannot say: which certificate could not be used. Otherwise empty.
    [[nodiscard]] std::string explanation() const;

private:
    std::shared_ptr<detail::modbus_service> service_;
};

} // namespace meterlink::io
