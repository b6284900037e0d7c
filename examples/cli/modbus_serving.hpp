#pragma once

/// What the Modbus commands share that others connect to.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include <meterlink/io/endpoint.hpp>
#include <meterlink/io/served_client.hpp>
#include <meterlink/modbus/server_options.hpp>

#include "terminal.hpp"

namespace meterlink::cli {

struct modbus_serving_options {
    std::string listen = "tcp://127.0.0.1:1502";
    std::string framing; ///< Empty: what is usual there.
    std::size_t most_clients = 8;
    std::string writer_role; ///< Empty: who may connect may write.
};

/// Adds --listen.
CLI::Option* add_modbus_listen_option(CLI::App& command, modbus_serving_options& options);
/// Adds --max-clients.
void add_modbus_client_limit(CLI::App& command, modbus_serving_options& options);

/// Adds --writer-role.
void add_modbus_writer_role(CLI::App& command, modbus_serving_options& options);
/// Who may do what; empty where everybody may do the same.
[[nodiscard]] std::function<bool(const modbus::access_request&)>
modbus_authorisation(const modbus_serving_options& options);

/// Where `options` say: a port of this machine, or a serial line. Complains about what is neither,
/// and about a role where nobody has one.
[[nodiscard]] std::optional<io::endpoint> modbus_place(const modbus_serving_options& options,
                                                       complaints& errors);
/// What those connect to who are on this machine.
[[nodiscard]] std::string modbus_place_text(const io::endpoint& where, unsigned port);

/// `127.0.0.1:40112 was refused: there are as many clients as may be`.
[[nodiscard]] std::string text_of_client(const io::client_event& event);

} // namespace meterlink::cli
