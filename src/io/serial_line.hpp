#pragma once

/// What the operating system is asked about serial lines. Everything returns 0 or `errno`.

#include <cstddef>
#include <cstdint>

#include <meterlink/io/endpoint.hpp>

namespace meterlink::io::detail {

/// Opens a device for this process alone. A negative number is `-errno`.
int open_line(const char* path, const serial_settings& settings) noexcept;

int set_line_baud_rate(int descriptor, std::uint32_t baud) noexcept;
int set_line_break(int descriptor, bool on) noexcept;
int flush_line(int descriptor) noexcept;

/// What comes before the device is closed: nothing is left to send, and others may open it.
void release_line(int descriptor) noexcept;

/// Octets that were written and are not on the line yet, 1 at least while the transmitter is shifting.
std::size_t octets_to_send(int descriptor) noexcept;

} // namespace meterlink::io::detail
