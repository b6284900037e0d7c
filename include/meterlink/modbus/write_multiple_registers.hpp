#pragma once

/// Function 10: holding registers one after the other are written.

#include <meterlink/modbus/detail/address_range.hpp>
#include <meterlink/modbus/detail/write_request.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus {

/// Writes 1 to 123 holding registers (Modbus application protocol V1.1b3, 6.12), in borrowed octets:
/// `start()`, `quantity()`, `values()`.
using write_multiple_registers_request_view =
    detail::write_request_view<function::write_multiple_registers, detail::register_values, 123>;

/// The same request, kept: `make(start, values)`, `from` a view.
using write_multiple_registers_request =
    detail::write_request<function::write_multiple_registers, detail::register_values, 123>;

/// What was written: `start` and `quantity` of the request.
using write_multiple_registers_response = detail::address_range<function::write_multiple_registers, 123>;

} // namespace meterlink::modbus
