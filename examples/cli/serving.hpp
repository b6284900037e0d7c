#pragma once

/// What the subcommands share that others connect to.

#include <optional>
#include <string>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include <meterlink/io/endpoint.hpp>
#include <meterlink/io/single_client_options.hpp>

#include "terminal.hpp"

namespace meterlink::cli {

/// The port of this machine that `text` names, as `tcp://HOST:PORT` or `tcp-listen://HOST:PORT`. What is
/// wrong with it, is said.
[[nodiscard]] std::optional<io::endpoint> endpoint_to_listen_on(const std::string& text, complaints& errors);

/// `tcp://127.0.0.1:10001`: what those connect to who are on this machine.
[[nodiscard]] std::string address_of(const io::endpoint& where, unsigned port);

/// One client at a time; those who are refused are noted.
[[nodiscard]] io::single_client_options one_client(complaints& errors);

/// Stops a context when somebody interrupts, from the moment that it is made.
class interrupt_watch {
public:
    explicit interrupt_watch(asio::io_context& context);

private:
    asio::signal_set signals_;
};

} // namespace meterlink::cli
