#pragma once

/// Signal strength as the CC1101 measures it, a radio chip that several makes of receiver have.

#include <cstdint>

namespace meterlink::wmbus {

/// dBm of an RSSI octet (CC1101 data sheet, 17.3; AMB8465 manual, "RSSI"; culfw reference, command X): half
/// decibels with a sign, less an offset of 74.
[[nodiscard]] constexpr double cc1101_rssi_dbm(std::uint8_t rssi) noexcept {
    return (rssi >= 128 ? rssi - 256 : rssi) / 2.0 - 74.0;
}

} // namespace meterlink::wmbus
