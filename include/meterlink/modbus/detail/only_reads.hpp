#pragma once

/// Which requests change nothing, for who authorises at a server or at a bridge.

#include <meterlink/core/bytes.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/diagnostics.hpp>
#include <meterlink/modbus/encapsulated_interface.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus::detail {

/// Whether a request, which is not empty, is known to change nothing.
[[nodiscard]] constexpr bool only_reads(bytes_view request) noexcept {
    switch (static_cast<function>(request[0])) {
    case function::read_coils:
    case function::read_discrete_inputs:
    case function::read_holding_registers:
    case function::read_input_registers:
    case function::read_exception_status:
    case function::get_comm_event_counter:
    case function::get_comm_event_log:
    case function::report_server_id:
    case function::read_file_record:
    case function::read_fifo_queue: return true;
    case function::encapsulated_interface:
        return request.size() > 1 &&
               static_cast<mei_type>(request[1]) == mei_type::read_device_identification;
    case function::diagnostics: break;
    default: return false;
    }
    if (request.size() < diagnostics_view::header_size)
        return false;
    const auto which = static_cast<diagnostic>(u16_at(request, 1));
    return which == diagnostic::return_query_data || which == diagnostic::return_diagnostic_register ||
           (which >= diagnostic::bus_message_count && which <= diagnostic::bus_character_overrun_count);
}

} // namespace meterlink::modbus::detail
