#pragma once

/// The other process: the meters.

#include <cstdint>

#include <sys/types.h>

#include "settings.hpp"

namespace meterlink::bench {

/// A process with one simulated meter per TCP connection, for as long as this object lives. The meter of the
/// n-th connection has the identification number n.
class meters {
public:
    /// Must be made before anything of asio. Throws `std::system_error` when there can be no process.
    explicit meters(const settings& how);
    meters(const meters&) = delete;
    meters& operator=(const meters&) = delete;
    ~meters();

    /// Where they listen, on the loopback interface.
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

private:
    pid_t child_ = -1;
    int channel_ = -1; ///< The child ends when it is closed.
    std::uint16_t port_ = 0;
};

} // namespace meterlink::bench
