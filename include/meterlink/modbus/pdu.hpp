#pragma once

/// What every transport of Modbus carries: a protocol data unit, to or from a unit.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bounded_bytes.hpp>

namespace meterlink::modbus {

/// Whom a request is for, and whom a reply is from (Modbus over serial line, 2.2): 0 is everybody on a serial
/// line, 1 to 247 are its devices, 248 to 255 are reserved. Over TCP, 0 and 255 are the device itself.
using unit_id = std::uint8_t;

/// Addresses all devices of a serial line, none of which answers.
inline constexpr unit_id broadcast_unit = 0;

/// Octets of the longest PDU (Modbus application protocol, 4.1).
inline constexpr std::size_t max_pdu_size = 253;

/// A protocol data unit, kept: the function code and what follows it. A `bytes_view` is made from it.
using pdu = bounded_bytes<max_pdu_size>;

} // namespace meterlink::modbus
