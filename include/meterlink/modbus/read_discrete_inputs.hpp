#pragma once

/// Function 02: the state of discrete inputs, which can only be read.

#include <meterlink/modbus/detail/address_range.hpp>
#include <meterlink/modbus/detail/bits_response.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus {

/// Asks for 1 to 2000 discrete inputs (Modbus application protocol V1.1b3, 6.2): `start`, `quantity`.
using read_discrete_inputs_request = detail::address_range<function::read_discrete_inputs, 2000>;

/// The discrete inputs asked for, in borrowed octets: `bits()`.
using read_discrete_inputs_response_view = detail::bits_response_view<function::read_discrete_inputs>;

/// The discrete inputs asked for, kept: `make` from values, `from` a view.
using read_discrete_inputs_response = detail::bits_response<function::read_discrete_inputs>;

} // namespace meterlink::modbus
