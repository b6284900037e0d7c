#pragma once

/// How a TCP port that serves one client at a time treats the others.

#include <functional>
#include <string>

namespace meterlink::io {

/// A client that was turned away.
struct refused_client {
    std::string peer;      ///< Address and port of the client.
    std::string connected; ///< Those of the client that is being served.
};

/// How a port for one client behaves.
struct single_client_options {
    /// What a second client reads before its connection is closed. `%s` stands for the client that is served;
    /// nothing is sent when empty.
    std::string refusal = "busy: %s is connected, one client at a time\r\n";
    /// Told of every client that is turned away.
    std::function<void(const refused_client&)> on_refused{};
};

} // namespace meterlink::io
