#pragma once

/// What every command that speaks on a wired bus takes.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <meterlink/io/endpoint.hpp>
#include <meterlink/mbus/destination.hpp>
#include <meterlink/mbus/master.hpp>

#include "terminal.hpp"

namespace meterlink::cli {

struct bus_options {
    std::string url;
    std::uint32_t baud = 0; ///< 0: that of the URL; 2400 behind a network.
    std::string timing = "quick";
    std::optional<std::uint32_t> timeout; ///< ms
    std::optional<unsigned> retries;
    std::optional<unsigned> select_retries;
    std::optional<std::uint32_t> wait_after_init;    ///< ms
    std::optional<std::uint32_t> collision_recovery; ///< ms
    std::optional<std::uint32_t> wait_between;       ///< ms
    std::optional<std::uint32_t> latency;            ///< ms; none: what is usual for the kind of line.
    bool shows_traffic = false;
    std::string record; ///< File; empty for none.
    std::string replay; ///< File in place of `url`; empty for none.
    colour_choice colour = colour_choice::automatic;
};

/// Adds URL, the options of timing, --trace, --record, --replay and --color to `command`.
void add_bus_options(CLI::App& command, bus_options& options);
/// Where `arguments`, of the program, name a command of `app` that takes --replay, and --replay, puts an URL
/// for the recording where that command takes its URL. Throws `CLI::ExcludesError` where there is one
/// already.
void put_recording_in_place_of_url(const CLI::App& app, std::vector<std::string>& arguments);
/// Refuses bit rates that the bus does not have, and says which there are.
[[nodiscard]] CLI::Validator known_baud_rate();
/// `; did you mean tcp://HOST:PORT?` behind the complaint about an URL that lacks no more than its beginning;
/// otherwise empty.
[[nodiscard]] std::string url_hint(const std::string& text);
/// Adds --baud, for commands at one bit rate.
void add_baud_option(CLI::App& command, bus_options& options);

/// What `options` make of a master on a line of that kind, which works at `baud`.
[[nodiscard]] mbus::master::options master_options(const bus_options& options, io::endpoint_kind kind,
                                                   std::uint32_t baud);

/// Whom a command may speak to.
enum class audience : std::uint8_t { one, all }; // `all`: 255 too, for what needs no answer

/// A primary address, 0 to 250, 253 or 254, or a secondary one as `12345678` or `12345678.PAD.01.07`.
/// Complains about others.
[[nodiscard]] std::optional<mbus::destination> parse_destination(const std::string& text, bool is_secondary,
                                                                 complaints& errors,
                                                                 audience whom = audience::one);

/// What stands in the help of each of these commands.
[[nodiscard]] std::string bus_footer(const std::string& before, const std::string& examples);

} // namespace meterlink::cli
