#pragma once

/// Function 0F: coils one after the other are written.

#include <meterlink/modbus/detail/address_range.hpp>
#include <meterlink/modbus/detail/write_request.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus {

/// Writes 1 to 1968 coils (Modbus application protocol V1.1b3, 6.11), in borrowed octets: `start()`,
/// `quantity()`, `values()`.
using write_multiple_coils_request_view =
    detail::write_request_view<function::write_multiple_coils, detail::bit_values, 1968>;

/// The same request, kept: `make(start, values)`, `from` a view.
using write_multiple_coils_request =
    detail::write_request<function::write_multiple_coils, detail::bit_values, 1968>;

/// What was written: `start` and `quantity` of the request.
using write_multiple_coils_response = detail::address_range<function::write_multiple_coils, 1968>;

} // namespace meterlink::modbus
