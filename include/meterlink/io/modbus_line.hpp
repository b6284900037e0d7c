#pragma once

/// What an endpoint means for Modbus: how PDUs are framed there, and how long a character takes.

#include <meterlink/io/endpoint.hpp>
#include <meterlink/modbus/framing.hpp>
#include <meterlink/modbus/line_timing.hpp>

namespace meterlink::io {

/// How a serial line of Modbus is set unless somebody says otherwise (Modbus over serial line V1.02, 2.5.1
/// and 3.3): for `endpoint::parse`.
inline constexpr serial_settings usual_modbus_line{19200, parity::even, 8, 1};

/// The framing that an endpoint names; otherwise RTU on serial devices, and that of TCP on all others.
[[nodiscard]] inline modbus::framing modbus_framing(const endpoint& where) noexcept {
    if (where.framing)
        return *where.framing;
    return where.kind == endpoint_kind::serial ? modbus::framing::rtu : modbus::framing::tcp;
}

/// The times of the line behind an endpoint: those of a serial device, or of a network.
[[nodiscard]] inline modbus::line_timing modbus_timing(const endpoint& where) noexcept {
    return where.kind == endpoint_kind::serial
               ? modbus::line_timing{where.serial.baud, where.serial.bits_per_octet()}
               : modbus::line_timing::network();
}

/// The options of a client or server with the framing and times of an endpoint.
template <class Options>
[[nodiscard]] Options with_line(Options how, const endpoint& where) {
    how.framing = modbus_framing(where);
    how.timing = modbus_timing(where);
    return how;
}

} // namespace meterlink::io
