#pragma once

/// The three ways in which PDUs travel.

#include <array>
#include <cstdint>
#include <string_view>

namespace meterlink::modbus {

/// How PDUs are framed; each may travel over any stream, so that RTU over TCP is `rtu` on another stream.
enum class framing : std::uint8_t {
    tcp,   ///< MBAP header; several transactions at once (Modbus messaging on TCP/IP V1.0b).
    rtu,   ///< Octets with a CRC, ended by silence (Modbus over serial line V1.02, 2.5.1).
    ascii, ///< Hexadecimal characters with an LRC (Modbus over serial line V1.02, 2.5.2).
};

/// Stable identifier: `"tcp"`, `"rtu"`, `"ascii"`.
[[nodiscard]] constexpr std::string_view name(framing which) noexcept {
    constexpr std::array<std::string_view, 3> names{"tcp", "rtu", "ascii"};
    const auto at = static_cast<std::uint8_t>(which);
    return at < names.size() ? names[at] : "unknown";
}

/// Whether it is that of a line with one transaction at a time, on which unit 0 is everybody.
[[nodiscard]] constexpr bool is_line(framing which) noexcept { return which != framing::tcp; }

} // namespace meterlink::modbus
