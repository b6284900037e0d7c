#pragma once

/// Function 01: the state of coils, which can also be written.

#include <meterlink/modbus/detail/address_range.hpp>
#include <meterlink/modbus/detail/bits_response.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus {

/// Asks for 1 to 2000 coils (Modbus application protocol V1.1b3, 6.1): `start`, `quantity`.
using read_coils_request = detail::address_range<function::read_coils, 2000>;

/// The coils asked for, in borrowed octets: `bits()`.
using read_coils_response_view = detail::bits_response_view<function::read_coils>;

/// The coils asked for, kept: `make` from values, `from` a view.
using read_coils_response = detail::bits_response<function::read_coils>;

} // namespace meterlink::modbus
