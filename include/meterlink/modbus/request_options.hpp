#pragma once

/// How a client is to carry out one request.

#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/core/session.hpp>

namespace meterlink::modbus {

/// Names a submitted request in its event and for its cancellation. Never used twice by one client.
enum class request_id : std::uint64_t { none = 0 };

/// Which of the waiting requests comes first; equals in the order in which they were submitted.
enum class priority : std::uint8_t { low, normal, high };

/// What a request may have of its own. What is not given is that of the unit, or of the client.
struct request_options {
    modbus::priority priority = modbus::priority::normal;
    /// From the end of the request to the end of the reply, on a line to its beginning.
    std::optional<session_clock::duration> response_timeout{};
    std::optional<std::uint8_t> retries{}; ///< Further attempts after one that failed.
    /// Octets of the response PDU of a function whose length only the caller knows, so that RTU need not wait
    /// for silence; another length is no reply. Not for exception responses.
    std::optional<std::size_t> response_size{};
};

} // namespace meterlink::modbus
