#pragma once

/// Names to addresses. What is an address already costs no thread and no name server.

#include <cstdint>
#include <string>
#include <utility>

#include <asio/ip/address.hpp>
#include <asio/ip/basic_resolver.hpp>
#include <asio/post.hpp>

namespace meterlink::io::detail {

/// The results for a numeric `host`; `*` is any address. Empty for a name.
template <class Protocol>
typename asio::ip::basic_resolver<Protocol>::results_type numeric(const std::string& host,
                                                                  std::uint16_t port) {
    using results = typename asio::ip::basic_resolver<Protocol>::results_type;
    asio::error_code error;
    const auto address =
        host == "*" ? asio::ip::address{asio::ip::address_v6::any()} : asio::ip::make_address(host, error);
    if (error)
        return {};
    return results::create(typename Protocol::endpoint{address, port}, host, std::to_string(port));
}

} // namespace meterlink::io::detail
