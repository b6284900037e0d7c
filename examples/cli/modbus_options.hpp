#pragma once

/// What every command that asks Modbus devices takes.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <meterlink/io/endpoint.hpp>
#include <meterlink/modbus/client_options.hpp>
#include <meterlink/modbus/framing.hpp>
#include <meterlink/modbus/read_cost.hpp>

#include "bus_options.hpp"

namespace meterlink::cli {

/// The line, its recordings and its colours are those of `bus_options`.
struct modbus_options : bus_options {
    std::string framing;              ///< Empty: tcp in a network, rtu on a serial line.
    unsigned pause = 0;               ///< ms
    unsigned delay_after_connect = 0; ///< ms
    std::size_t window = 1;           ///< Requests outstanding at once.
};

/// Adds URL, --framing, --timeout, --retries, --pause, --delay-after-connect, --window, --trace, --record,
/// --replay and --color to `command`. Without `needs_url` the URL may be missing.
void add_modbus_options(CLI::App& command, modbus_options& options, bool needs_url = true);

/// Adds --framing, with the names of all framings.
void add_modbus_framing(CLI::App& command, std::string& framing);

/// The endpoint of `text` as Modbus has it: port 502 where a network has none, and 19200 bit/s where a serial
/// line has no bit rate.
[[nodiscard]] std::string modbus_url(const std::string& text);
/// The line that `options` name, with their framing. Complains about one that is none.
[[nodiscard]] std::optional<io::endpoint> modbus_endpoint(const modbus_options& options, complaints& errors);
/// The framing of that name; none for an empty one.
[[nodiscard]] std::optional<modbus::framing> modbus_framing_named(const std::string& text);

/// What `options` make of a client on the line `where`.
[[nodiscard]] modbus::client_options modbus_client_options(const modbus_options& options,
                                                           const io::endpoint& where);
/// What a read costs there.
[[nodiscard]] modbus::read_cost modbus_cost(const io::endpoint& where);

/// `1`, `1,2,7-9`: ids of units, each once. Empty where `text` is none.
[[nodiscard]] std::vector<std::uint8_t> parse_modbus_units(const std::string& text, unsigned lowest,
                                                           unsigned highest);

/// What stands in the help of each of these commands.
[[nodiscard]] std::string modbus_footer(const std::string& before, const std::string& examples);

} // namespace meterlink::cli
