#pragma once

/// Certificates for TLS, and what they say.

#include <memory>
#include <optional>
#include <string>

#include <asio/ssl/context.hpp>

#include <meterlink/io/detail/tls_link.hpp>

namespace meterlink::io::detail {

class tls_context {
public:
    explicit tls_context(asio::ssl::context::method method) : it{method} {}

    asio::ssl::context it;
};

loaded_tls load_tls_client(const tls_settings& settings);

/// Makes a client demand the certificate of `name`, a host name or an address.
bool expect_name(SSL* session, const std::string& name) noexcept;

/// The role of the peer's certificate, if it has one.
struct peer_role {
    std::optional<std::string> role;
    bool is_malformed = false; ///< More than one, or no UTF8String.
};

peer_role role_of_peer(SSL* session);

} // namespace meterlink::io::detail
