#pragma once

/// Whether a PDU can be the answer to a request: what a client asks before it believes a value.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/diagnostics.hpp>
#include <meterlink/modbus/encapsulated_interface.hpp>
#include <meterlink/modbus/exception.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/get_comm_event_counter.hpp>
#include <meterlink/modbus/get_comm_event_log.hpp>
#include <meterlink/modbus/mask_write_register.hpp>
#include <meterlink/modbus/read_coils.hpp>
#include <meterlink/modbus/read_device_identification.hpp>
#include <meterlink/modbus/read_discrete_inputs.hpp>
#include <meterlink/modbus/read_exception_status.hpp>
#include <meterlink/modbus/read_fifo_queue.hpp>
#include <meterlink/modbus/read_file_record.hpp>
#include <meterlink/modbus/read_holding_registers.hpp>
#include <meterlink/modbus/read_input_registers.hpp>
#include <meterlink/modbus/read_write_multiple_registers.hpp>
#include <meterlink/modbus/report_server_id.hpp>
#include <meterlink/modbus/write_file_record.hpp>
#include <meterlink/modbus/write_multiple_coils.hpp>
#include <meterlink/modbus/write_multiple_registers.hpp>
#include <meterlink/modbus/write_single_coil.hpp>
#include <meterlink/modbus/write_single_register.hpp>

namespace meterlink::modbus {

namespace detail {

/// What is wrong with `input` as a `T`.
template <class T>
[[nodiscard]] constexpr error parse_error(bytes_view input) noexcept {
    const auto parsed = T::parse(input);
    return parsed ? no_error : parsed.error();
}

/// The first octet of `reply` that is not that of the request, among the first `size` of both.
[[nodiscard]] constexpr error echo_error(bytes_view request, bytes_view reply, std::size_t size) noexcept {
    for (std::size_t at = 0; at < size; ++at)
        if (reply[at] != request[at])
            return field_error(errc::reply_mismatch, at, request[at], reply[at]);
    return no_error;
}

/// A reply of `Request`'s form that has to repeat it octet by octet.
template <class Request>
[[nodiscard]] constexpr error repeated_error(bytes_view request, bytes_view reply) noexcept {
    if (const auto problem = parse_error<Request>(request); problem != no_error)
        return problem;
    if (const auto problem = size_error(reply, request.size()); problem != no_error)
        return problem;
    return echo_error(request, reply, request.size());
}

/// The reply counts the octets that the quantity of the request takes.
template <class Request, class Response>
[[nodiscard]] constexpr error read_error(bytes_view request, bytes_view reply) noexcept {
    constexpr bool is_bits =
        Response::code == function::read_coils || Response::code == function::read_discrete_inputs;
    const auto asked = Request::parse(request);
    if (!asked)
        return asked.error();
    if (const auto problem = header_error(reply, Response::code, Response::header_size); problem != no_error)
        return problem;
    const std::size_t count = is_bits ? octets_of_bits(asked->quantity) : 2U * asked->quantity;
    if (reply[1] != count)
        return field_error(errc::byte_count, 1, count, reply[1]);
    return size_error(reply, Response::header_size + count);
}

/// The reply repeats address and quantity of what was written.
template <class Request, class Response>
[[nodiscard]] constexpr error written_error(bytes_view request, bytes_view reply) noexcept {
    if (const auto problem = parse_error<Request>(request); problem != no_error)
        return problem;
    if (const auto problem = size_error(reply, Response::size); problem != no_error)
        return problem;
    return echo_error(request, reply, Response::size);
}

[[nodiscard]] constexpr error read_write_error(bytes_view request, bytes_view reply) noexcept {
    const auto asked = read_write_multiple_registers_request_view::parse(request);
    if (!asked)
        return asked.error();
    if (const auto problem = parse_error<read_write_multiple_registers_response_view>(reply);
        problem != no_error)
        return problem;
    const std::size_t count = 2U * asked->read_quantity();
    return reply[1] == count ? no_error : field_error(errc::byte_count, 1, count, reply[1]);
}

[[nodiscard]] constexpr error diagnostics_error(bytes_view request, bytes_view reply) noexcept {
    const auto asked = diagnostics_view::parse(request);
    if (!asked)
        return asked.error();
    if (is_echoed(asked->subfunction())) {
        const auto problem = echo_error(request, reply, std::min(request.size(), reply.size()));
        return problem != no_error ? problem : size_error(reply, request.size());
    }
    if (const auto problem = parse_error<diagnostics_view>(reply); problem != no_error)
        return problem;
    return echo_error(request, reply, diagnostics_view::header_size);
}

/// As many records as were asked for, each as long as was asked for.
[[nodiscard]] constexpr error file_records_error(bytes_view request, bytes_view reply) noexcept {
    const auto asked = read_file_record_request_view::parse(request);
    if (!asked)
        return asked.error();
    const auto answered = read_file_record_response_view::parse(reply);
    if (!answered)
        return answered.error();
    std::size_t at = read_file_record_response_view::header_size;
    for (const auto reference : asked->references()) {
        const std::size_t length = 1 + 2U * reference.quantity;
        if (at >= reply.size())
            return {errc::byte_count, layer::modbus, 1, -1, reply[1]};
        if (reply[at] != length)
            return field_error(errc::byte_count, at, length, reply[at]);
        at += 1 + length;
    }
    return at == reply.size() ? no_error : error{errc::byte_count, layer::modbus, 1, -1, reply[1]};
}

[[nodiscard]] constexpr error identification_reply_error(bytes_view request, bytes_view reply) noexcept {
    const auto asked = read_device_identification_request::parse(request);
    if (!asked)
        return asked.error();
    const auto answered = read_device_identification_response_view::parse(reply);
    if (!answered)
        return answered.error();
    if (const auto problem = echo_error(request, reply, 3); problem != no_error)
        return problem;
    if (asked->access != identification_access::individual)
        return no_error;
    if (reply[6] != 1)
        return field_error(errc::reply_mismatch, 6, 1, reply[6]);
    const auto found = answered->objects().octets()[0];
    const auto object = static_cast<std::uint8_t>(asked->object);
    return found == object ? no_error : field_error(errc::reply_mismatch, 7, object, found);
}

[[nodiscard]] constexpr error encapsulated_error(bytes_view request, bytes_view reply) noexcept {
    const auto asked = encapsulated_interface_view::parse(request);
    if (!asked)
        return asked.error();
    if (asked->type() == mei_type::read_device_identification)
        return identification_reply_error(request, reply);
    if (const auto problem = parse_error<encapsulated_interface_view>(reply); problem != no_error)
        return problem;
    return echo_error(request, reply, encapsulated_interface_view::header_size);
}

/// The reply to a request without fields, which has nothing to compare.
template <class Request, class Response>
[[nodiscard]] constexpr error plain_error(bytes_view request, bytes_view reply) noexcept {
    const auto problem = parse_error<Request>(request);
    return problem != no_error ? problem : parse_error<Response>(reply);
}

/// `request` and `reply` have the same function code.
[[nodiscard]] constexpr error reply_error(bytes_view request, bytes_view reply) noexcept {
    switch (static_cast<function>(request[0])) {
    case function::read_coils:
        return read_error<read_coils_request, read_coils_response_view>(request, reply);
    case function::read_discrete_inputs:
        return read_error<read_discrete_inputs_request, read_discrete_inputs_response_view>(request, reply);
    case function::read_holding_registers:
        return read_error<read_holding_registers_request, read_holding_registers_response_view>(request,
                                                                                                reply);
    case function::read_input_registers:
        return read_error<read_input_registers_request, read_input_registers_response_view>(request, reply);
    case function::write_single_coil: return repeated_error<write_single_coil_request>(request, reply);
    case function::write_single_register:
        return repeated_error<write_single_register_request>(request, reply);
    case function::read_exception_status:
        return plain_error<read_exception_status_request, read_exception_status_response>(request, reply);
    case function::diagnostics: return diagnostics_error(request, reply);
    case function::get_comm_event_counter:
        return plain_error<get_comm_event_counter_request, get_comm_event_counter_response>(request, reply);
    case function::get_comm_event_log:
        return plain_error<get_comm_event_log_request, get_comm_event_log_response_view>(request, reply);
    case function::write_multiple_coils:
        return written_error<write_multiple_coils_request_view, write_multiple_coils_response>(request,
                                                                                               reply);
    case function::write_multiple_registers:
        return written_error<write_multiple_registers_request_view, write_multiple_registers_response>(
            request, reply);
    case function::report_server_id:
        return plain_error<report_server_id_request, report_server_id_response_view>(request, reply);
    case function::read_file_record: return file_records_error(request, reply);
    case function::write_file_record: return repeated_error<write_file_record_request_view>(request, reply);
    case function::mask_write_register: return repeated_error<mask_write_register_request>(request, reply);
    case function::read_write_multiple_registers: return read_write_error(request, reply);
    case function::read_fifo_queue:
        return plain_error<read_fifo_queue_request, read_fifo_queue_response_view>(request, reply);
    case function::encapsulated_interface: return encapsulated_error(request, reply);
    }
    return no_error;
}

} // namespace detail

/// Whether `reply` can be the answer to `request`, both PDUs. An exception response to that function is one,
/// whatever its code. Else the reply is well formed, counts as many octets as the quantity asked for takes,
/// and repeats what has to be repeated:
/// - `errc::function_unexpected` (offset 0): another function, or the exception response to another one;
/// - `errc::byte_count`: not as many octets as were asked for;
/// - `errc::reply_mismatch` at the first octet that should repeat the request and does not;
/// - `errc::truncated`, `errc::pdu_length` and what else the parser of the reply finds.
///
/// Of functions that are not known here only the function code is judged. A `request` that is malformed has
/// no other answer than an exception response, and its own error is returned for any other.
[[nodiscard]] constexpr result<void> check_reply(bytes_view request, bytes_view reply) noexcept {
    if (request.empty() || reply.empty())
        return fail(errc::truncated, layer::modbus, 0);
    const auto refused = static_cast<std::uint8_t>(request[0] | exception_flag);
    if (reply[0] == refused && !is_exception(request[0])) {
        if (const auto problem = detail::size_error(reply, exception_response::size); problem != no_error)
            return fail(problem);
        return {};
    }
    if (reply[0] != request[0])
        return fail(detail::field_error(errc::function_unexpected, 0, request[0], reply[0]));
    if (const auto problem = detail::reply_error(request, reply); problem != no_error)
        return fail(problem);
    return {};
}

} // namespace meterlink::modbus
