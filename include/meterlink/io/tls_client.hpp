#pragma once

/// A connection under TLS that is made here.

#include <chrono>
#include <cstdint>
#include <string>

#include <asio/any_io_executor.hpp>

#include <meterlink/io/detail/tls_link.hpp>
#include <meterlink/io/endpoint.hpp>

namespace meterlink::io {

/// A stream to a TLS server, as Modbus/TCP Security has it: TLS 1.2 or later, the server's certificate judged
/// by those in `settings.authorities` and by its name, the own certificate shown where there is one.
///
/// `async_open` resolves the name, connects and shakes hands, in `connect_timeout` for all of that. Under
/// TLS 1.3 a server that does not take the certificate tells so only afterwards: reading then fails. Files
/// are read at every opening, so that they may be replaced.
class tls_client : public detail::tls_stream {
public:
    tls_client(const asio::any_io_executor& executor, const std::string& host, std::uint16_t port,
               const tls_settings& settings,
               std::chrono::milliseconds connect_timeout = std::chrono::seconds{10})
        : tls_stream{detail::make_tls_client(executor, host, port, settings, connect_timeout)} {}
};

} // namespace meterlink::io
