#pragma once

/// What a server tells its owner.

#include <cstddef>
#include <variant>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/modbus/adu.hpp>
#include <meterlink/modbus/bit_view.hpp>
#include <meterlink/modbus/exception.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/pdu.hpp>
#include <meterlink/modbus/register_view.hpp>
#include <meterlink/modbus/table_range.hpp>

namespace meterlink::modbus {

/// A client has written coils or holding registers, and the device has taken them.
struct values_written {
    /// What the longest request writes: 123 registers or 1968 bits.
    static constexpr std::size_t max_size = 246;

    unit_id unit = 0;
    table_range where{};
    bounded_bytes<max_size> octets{}; ///< As they travel.

    /// What holding registers are now.
    [[nodiscard]] register_view registers() const noexcept { return register_view{octets}; }
    /// What coils are now.
    [[nodiscard]] bit_view bits() const noexcept { return {octets, where.count}; }
};

/// A request got an exception for an answer.
struct request_refused {
    unit_id unit = 0;
    modbus::function function{};
    exception_code code{};
};

/// Any of them; `garbage` is octets that were no request.
using server_event = std::variant<values_written, request_refused, garbage>;

} // namespace meterlink::modbus
