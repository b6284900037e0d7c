#pragma once

/// What a receiver hands on, whatever its make: a telegram and what is known about its way through the air.

#include <optional>
#include <string>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/mode.hpp>

namespace meterlink::wmbus {

/// A telegram from the air, as a receiver reported it.
struct received {
    /// When its last octet came in.
    instant time{};
    /// The octets, the L field first; restored where the receiver drops or rewrites it.
    bounded_bytes<max_air_size> telegram;
    /// Signal strength; none when the receiver does not measure it.
    std::optional<double> rssi_dbm;
    /// Radio mode; none when the receiver does not tell.
    std::optional<wmbus::mode> mode;
    /// Who heard it: the name given to the receiver's session.
    std::string receiver;
    /// Where the CRCs stand, as far as the receiver says; none when that is for the decoder to find out.
    std::optional<frame_format> format;

    [[nodiscard]] friend bool operator==(const received&, const received&) = default;
};

} // namespace meterlink::wmbus
