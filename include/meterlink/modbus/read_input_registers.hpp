#pragma once

/// Function 04: registers that can only be read.

#include <meterlink/modbus/detail/address_range.hpp>
#include <meterlink/modbus/detail/registers_response.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus {

/// Asks for 1 to 125 input registers (Modbus application protocol V1.1b3, 6.4): `start`, `quantity`.
using read_input_registers_request = detail::address_range<function::read_input_registers, 125>;

/// The input registers asked for, in borrowed octets: `registers()`.
using read_input_registers_response_view = detail::registers_response_view<function::read_input_registers>;

/// The input registers asked for, kept: `make` from values, `from` a view.
using read_input_registers_response = detail::registers_response<function::read_input_registers>;

} // namespace meterlink::modbus
