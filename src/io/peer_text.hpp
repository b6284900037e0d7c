#pragma once

/// A TCP peer as text.

#include <string>

#include <asio/ip/tcp.hpp>

namespace meterlink::io::detail {

/// `"10.0.0.7:502"`, `"[::1]:502"`.
inline std::string to_text(const asio::ip::tcp::endpoint& peer) {
    auto host = peer.address().to_string();
    if (peer.address().is_v6())
        host = '[' + host + ']';
    return host + ':' + std::to_string(peer.port());
}

} // namespace meterlink::io::detail
