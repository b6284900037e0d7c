#pragma once

/// How long the PDU is whose beginning is there: what tells frames apart where the transport has no length.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/encapsulated_interface.hpp>
#include <meterlink/modbus/exception.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/pdu.hpp>

namespace meterlink::modbus {

namespace detail {

/// `header` octets and as many as the one at `at` counts; `errc::byte_count` when no PDU is that long.
[[nodiscard]] constexpr result<std::size_t> counted_size(bytes_view beginning, std::size_t at,
                                                         std::size_t header) noexcept {
    if (beginning.size() <= at)
        return fail(errc::truncated, layer::modbus, beginning.size());
    if (beginning[at] > max_pdu_size - header)
        return fail(field_error(errc::byte_count, at, max_pdu_size - header, beginning[at]));
    return header + beginning[at];
}

/// A queue of registers counts its octets by two octets.
[[nodiscard]] constexpr result<std::size_t> fifo_response_size(bytes_view beginning) noexcept {
    constexpr std::size_t header = 3;
    if (beginning.size() < header)
        return fail(errc::truncated, layer::modbus, beginning.size());
    const auto count = u16_at(beginning, 1);
    if (count > max_pdu_size - header)
        return fail(field_error(errc::byte_count, 1, max_pdu_size - header, count));
    return header + count;
}

/// `errc::function_unexpected` for MEI types other than the identification of the device, the only one whose
/// length can be told.
[[nodiscard]] constexpr error identification_error(bytes_view beginning) noexcept {
    if (beginning.size() < 2)
        return {errc::truncated, layer::modbus, beginning.size()};
    constexpr auto known = static_cast<std::uint8_t>(mei_type::read_device_identification);
    if (beginning[1] != known)
        return field_error(errc::function_unexpected, 1, known, beginning[1]);
    return no_error;
}

[[nodiscard]] constexpr result<std::size_t> encapsulated_request_size(bytes_view beginning) noexcept {
    if (const auto problem = identification_error(beginning); problem != no_error)
        return fail(problem);
    return 4;
}

/// Walks the objects: each has an id, a length, and that many octets.
[[nodiscard]] constexpr result<std::size_t> encapsulated_response_size(bytes_view beginning) noexcept {
    constexpr std::size_t header = 7;
    if (const auto problem = identification_error(beginning); problem != no_error)
        return fail(problem);
    if (beginning.size() < header)
        return fail(errc::truncated, layer::modbus, beginning.size());
    std::size_t size = header;
    for (auto left = beginning[header - 1]; left > 0; --left) {
        if (beginning.size() < size + 2)
            return fail(errc::truncated, layer::modbus, beginning.size());
        const std::size_t length = beginning[size + 1];
        if (size + 2 + length > max_pdu_size)
            return fail(errc::byte_count, layer::modbus, size + 1, -1, beginning[size + 1]);
        size += 2 + length;
    }
    return size;
}

} // namespace detail

/// Octets of the request PDU that begins with `beginning`; more octets change neither size nor errors but
/// `errc::truncated`, which says that it takes more to know. `errc::function_unexpected` for functions and
/// MEI types that are not known here: their lengths are the caller's. `errc::byte_count` for a count beyond
/// the longest PDU. A diagnostic echo may be longer than its usual one field, which only silence on the line
/// tells.
[[nodiscard]] constexpr result<std::size_t> request_size(bytes_view beginning) noexcept {
    if (beginning.empty())
        return fail(errc::truncated, layer::modbus, 0);
    switch (static_cast<function>(beginning[0])) {
    case function::read_coils:
    case function::read_discrete_inputs:
    case function::read_holding_registers:
    case function::read_input_registers:
    case function::write_single_coil:
    case function::write_single_register:
    case function::diagnostics: return 5;
    case function::read_exception_status:
    case function::get_comm_event_counter:
    case function::get_comm_event_log:
    case function::report_server_id: return 1;
    case function::write_multiple_coils:
    case function::write_multiple_registers: return detail::counted_size(beginning, 5, 6);
    case function::read_file_record:
    case function::write_file_record: return detail::counted_size(beginning, 1, 2);
    case function::mask_write_register: return 7;
    case function::read_write_multiple_registers: return detail::counted_size(beginning, 9, 10);
    case function::read_fifo_queue: return 3;
    case function::encapsulated_interface: return detail::encapsulated_request_size(beginning);
    }
    return fail(errc::function_unexpected, layer::modbus, 0, -1, beginning[0]);
}

/// As `request_size`, of a response. An exception response has two octets, whatever the function.
[[nodiscard]] constexpr result<std::size_t> response_size(bytes_view beginning) noexcept {
    if (beginning.empty())
        return fail(errc::truncated, layer::modbus, 0);
    if (is_exception(beginning[0]))
        return exception_response::size;
    switch (static_cast<function>(beginning[0])) {
    case function::read_coils:
    case function::read_discrete_inputs:
    case function::read_holding_registers:
    case function::read_input_registers:
    case function::get_comm_event_log:
    case function::report_server_id:
    case function::read_file_record:
    case function::write_file_record:
    case function::read_write_multiple_registers: return detail::counted_size(beginning, 1, 2);
    case function::write_single_coil:
    case function::write_single_register:
    case function::diagnostics:
    case function::get_comm_event_counter:
    case function::write_multiple_coils:
    case function::write_multiple_registers: return 5;
    case function::read_exception_status: return 2;
    case function::mask_write_register: return 7;
    case function::read_fifo_queue: return detail::fifo_response_size(beginning);
    case function::encapsulated_interface: return detail::encapsulated_response_size(beginning);
    }
    return fail(errc::function_unexpected, layer::modbus, 0, -1, beginning[0]);
}

} // namespace meterlink::modbus
