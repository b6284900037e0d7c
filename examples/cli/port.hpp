#pragma once

/// Where a receiver is listened to: the standard input, a file or a serial port.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <meterlink/core/bytes.hpp>

namespace meterlink::cli {

/// From now on Ctrl-C, and a polite kill, end a `port::wait` instead of the program; the second one ends the
/// program.
void catch_interrupts();
[[nodiscard]] bool is_interrupted();

/// Octets that come whenever they come, and may be answered where the other end is a serial port.
class port {
public:
    enum class wait_result : std::uint8_t { ready, timeout, interrupted };

    /// `-` for the standard input. Where `is_open` is false, `errno` says why.
    explicit port(const std::string& path);
    ~port();
    port(const port&) = delete;
    port& operator=(const port&) = delete;

    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
    /// True for a serial port, and whatever else has a speed.
    [[nodiscard]] bool is_serial() const;
    /// True for a file, whose octets came at some time before.
    [[nodiscard]] bool is_recording() const;

    /// Sets a serial port to `baud`, 8N1, and every octet as it is. Returns 0, or an `errno`.
    [[nodiscard]] int set_up(unsigned baud) const;

    /// Waits until octets are there, or until the input has ended; for ever without `patience`.
    [[nodiscard]] wait_result wait(std::optional<std::chrono::milliseconds> patience) const;
    /// Octets that are there. 0 at the end, -1 for a failure that `errno` names.
    [[nodiscard]] std::ptrdiff_t read(bytes_span to) const;
    /// Sends all of it. False for a failure that `errno` names.
    [[nodiscard]] bool write(bytes_view octets) const;

private:
    int descriptor_ = -1;
    bool is_own_ = false;
};

} // namespace meterlink::cli
