#pragma once

/// Function 03: registers that can also be written.

#include <meterlink/modbus/detail/address_range.hpp>
#include <meterlink/modbus/detail/registers_response.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus {

/// Asks for 1 to 125 holding registers (Modbus application protocol V1.1b3, 6.3): `start`, `quantity`.
using read_holding_registers_request = detail::address_range<function::read_holding_registers, 125>;

/// The holding registers asked for, in borrowed octets: `registers()`.
using read_holding_registers_response_view =
    detail::registers_response_view<function::read_holding_registers>;

/// The holding registers asked for, kept: `make` from values, `from` a view.
using read_holding_registers_response = detail::registers_response<function::read_holding_registers>;

} // namespace meterlink::modbus
