#pragma once

/// What a request that comes to a bridge is about to do to a device.

#include <cstdint>
#include <optional>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/only_reads.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/diagnostics.hpp>
#include <meterlink/modbus/encapsulated_interface.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/mask_write_register.hpp>
#include <meterlink/modbus/pdu.hpp>
#include <meterlink/modbus/read_coils.hpp>
#include <meterlink/modbus/read_discrete_inputs.hpp>
#include <meterlink/modbus/read_holding_registers.hpp>
#include <meterlink/modbus/read_input_registers.hpp>
#include <meterlink/modbus/read_write_multiple_registers.hpp>
#include <meterlink/modbus/register_table.hpp>
#include <meterlink/modbus/server_options.hpp>
#include <meterlink/modbus/table_range.hpp>
#include <meterlink/modbus/write_multiple_coils.hpp>
#include <meterlink/modbus/write_multiple_registers.hpp>
#include <meterlink/modbus/write_single_coil.hpp>
#include <meterlink/modbus/write_single_register.hpp>

namespace meterlink::modbus {

/// Whether a bridge passes the request unless it is told more: functions that are known, of the diagnostics
/// the echo alone (the others silence, restart or reset a device), and of the encapsulated interface the
/// identification of the device. One that is too short to tell counts as such; its length is wrong anyway.
[[nodiscard]] constexpr bool is_commonly_passed(bytes_view request) noexcept {
    if (request.empty() || !is_known(static_cast<function>(request[0])))
        return false;
    switch (static_cast<function>(request[0])) {
    case function::diagnostics:
        return request.size() < 3 ||
               static_cast<diagnostic>(detail::u16_at(request, 1)) == diagnostic::return_query_data;
    case function::encapsulated_interface:
        return request.size() < 2 ||
               static_cast<mei_type>(request[1]) == mei_type::read_device_identification;
    default: return true;
    }
}

/// Whether the request may change something in a device: all do that are not known to read only.
[[nodiscard]] constexpr bool may_change(bytes_view request) noexcept {
    return request.empty() || !detail::only_reads(request);
}

namespace detail {

template <class Request>
[[nodiscard]] result<access_request> reading(access_request what, register_table table, bytes_view request) {
    return Request::parse(request).transform([&](const Request& asked) {
        what.read = table_range{table, asked.start, asked.quantity};
        return what;
    });
}

template <class Request>
[[nodiscard]] result<access_request> writing_one(access_request what, register_table table,
                                                 bytes_view request) {
    return Request::parse(request).transform([&](const Request& asked) {
        what.write = table_range{table, asked.address, 1};
        if (what.function == function::mask_write_register)
            what.read = what.write;
        return what;
    });
}

template <class Request>
[[nodiscard]] result<access_request> writing_some(access_request what, register_table table,
                                                  bytes_view request) {
    return Request::parse(request).transform([&](const Request& asked) {
        what.write = table_range{table, asked.start(), asked.quantity()};
        return what;
    });
}

[[nodiscard]] inline result<access_request> reading_and_writing(access_request what, register_table table,
                                                                bytes_view request) {
    using asked_view = read_write_multiple_registers_request_view;
    return asked_view::parse(request).transform([&](const asked_view& asked) {
        what.read = table_range{table, asked.read_start(), asked.read_quantity()};
        what.write = table_range{table, asked.write_start(), asked.write_quantity()};
        return what;
    });
}

} // namespace detail

/// What the request, which is not empty, wants to do to `unit`, without the role of who asks. Where the
/// function names addresses of a table, its errors are those of the request's `parse`: what cannot be told
/// for certain cannot be allowed.
[[nodiscard]] inline result<access_request> access_of(unit_id unit, bytes_view request) {
    access_request what{{}, unit, static_cast<function>(request[0])};
    what.changes = may_change(request);
    constexpr auto coils = register_table::coils;
    constexpr auto holding = register_table::holding_registers;
    switch (what.function) {
    case function::read_coils: return detail::reading<read_coils_request>(what, coils, request);
    case function::read_discrete_inputs:
        return detail::reading<read_discrete_inputs_request>(what, register_table::discrete_inputs, request);
    case function::read_holding_registers:
        return detail::reading<read_holding_registers_request>(what, holding, request);
    case function::read_input_registers:
        return detail::reading<read_input_registers_request>(what, register_table::input_registers, request);
    case function::write_single_coil:
        return detail::writing_one<write_single_coil_request>(what, coils, request);
    case function::write_single_register:
        return detail::writing_one<write_single_register_request>(what, holding, request);
    case function::mask_write_register:
        return detail::writing_one<mask_write_register_request>(what, holding, request);
    case function::write_multiple_coils:
        return detail::writing_some<write_multiple_coils_request_view>(what, coils, request);
    case function::write_multiple_registers:
        return detail::writing_some<write_multiple_registers_request_view>(what, holding, request);
    case function::read_write_multiple_registers: return detail::reading_and_writing(what, holding, request);
    default: return what;
    }
}

} // namespace meterlink::modbus
