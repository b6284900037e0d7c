#pragma once

/// What a bridge is told about its line and its clients.

#include <chrono>
#include <cstddef>
#include <functional>
#include <vector>

#include <meterlink/core/session.hpp>
#include <meterlink/modbus/client_options.hpp>
#include <meterlink/modbus/framing.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/server_options.hpp>
#include <meterlink/modbus/unit_mapping.hpp>

namespace meterlink::modbus {

namespace detail {

/// A client of a line, whose patience is below that of most clients over TCP.
[[nodiscard]] inline client_options bridged_line() {
    client_options out;
    out.framing = framing::rtu;
    out.response_timeout = std::chrono::milliseconds{500};
    out.retries = 0; // whoever asked repeats
    return out;
}

} // namespace detail

/// What a bridge is told once.
struct bridge_options {
    using duration = session_clock::duration;

    /// The line; any framing.
    client_options line = detail::bridged_line();
    unit_mapping units = unit_mapping::identity();

    /// Whether only what reads gets to the line; all else gets exception 01 (`may_change`).
    bool is_read_only = false;
    /// Functions that get to the line beyond the usual ones (`is_commonly_passed`): those of a manufacturer,
    /// `diagnostics` with all its sub-functions, or `encapsulated_interface` with all its types. One client
    /// may silence a device for all others with them.
    std::vector<function> also_passed{};
    /// Asked for each request, with the unit as the client has it; a client that may not gets exception 01
    /// (Modbus/TCP Security). Where it is there, nobody without a role writes, and it is not asked then.
    /// Functions without addresses, as `write_file_record`, have neither `read` nor `write`. Without it, all
    /// clients may do the same.
    std::function<bool(const access_request&)> authorise{};

    /// Requests of one connection that wait for the line; more of them get exception 06.
    std::size_t most_waiting = 64;
    /// How long a request may wait for the line; then it gets exception 06 instead, for whoever asked has
    /// most likely given up.
    duration longest_wait = std::chrono::seconds{10};
    /// How long a request may take from its first octet to its last, before its connection is to be closed.
    duration request_timeout = std::chrono::seconds{30};
    /// Octets of answers that wait to be sent, before the connection of a client that does not take them is
    /// to be closed.
    std::size_t most_output = std::size_t{1} << 20U;
    /// Events that wait to be had; of more, the oldest are lost.
    std::size_t most_events = 256;
};

} // namespace meterlink::modbus
