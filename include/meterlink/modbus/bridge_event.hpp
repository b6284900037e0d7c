#pragma once

/// What a bridge tells its owner.

#include <cstdint>
#include <variant>

#include <meterlink/modbus/adu.hpp>
#include <meterlink/modbus/server_event.hpp>

namespace meterlink::modbus {

/// Names a connection of a client to a bridge. Not used again before 65535 others had its place.
enum class upstream_id : std::uint32_t {};

/// Answers wait for the client of a connection, or it is to be closed.
struct upstream_ready {
    upstream_id which{};

    [[nodiscard]] friend constexpr bool operator==(const upstream_ready&,
                                                   const upstream_ready&) noexcept = default;
};

/// Any of them. `request_refused` is an exception that the bridge has answered itself or got from the line,
/// by the unit that was asked; `garbage` came from the line.
using bridge_event = std::variant<upstream_ready, request_refused, garbage>;

} // namespace meterlink::modbus
