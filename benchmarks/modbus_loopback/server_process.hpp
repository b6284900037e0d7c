#pragma once

/// The server in a process of its own.

#include <cstdint>

#include <sys/types.h>

#include "peers.hpp"

namespace meterlink::bench {

/// Processor time that this process has used, in seconds.
[[nodiscard]] double processor_time();

/// Serves one connection on the loopback interface.
class server_process {
public:
    /// Throws `std::system_error` when there can be no process.
    explicit server_process(const server_kind& kind);
    server_process(const server_process&) = delete;
    server_process& operator=(const server_process&) = delete;
    ~server_process();

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// Waits for the connection to end, and returns the processor time since it had been accepted, in
    /// seconds; negative where the server has failed.
    [[nodiscard]] double wait();

private:
    int result_ = -1; ///< Where the process writes the time to.
    pid_t child_ = -1;
    std::uint16_t port_ = 0;
};

} // namespace meterlink::bench
