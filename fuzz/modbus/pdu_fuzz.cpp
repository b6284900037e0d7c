// Any octets as a PDU: what a codec takes is written back as the same octets, the lengths that are told fit,
// and a reply is judged without regard to what it is. The first octet says where the request ends and the
// reply begins.

#include <meterlink/modbus/pdu_size.hpp>
#include <meterlink/modbus/reply_check.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "require.hpp"

namespace {

using namespace meterlink;
using namespace meterlink::modbus;

using meterlink::fuzzing::require;

template <class T>
void require_same(const T& value, bytes_view input) {
    std::array<std::uint8_t, max_pdu_size> out{};
    require(value.wire_size() == input.size() && value.emit(out) == input.size());
    require(std::equal(input.begin(), input.end(), out.begin()));
    require(value.emit(bytes_span{out}.first(input.size() - 1)).error().code == errc::buffer_too_small);
}

void require_inside(const error& e, bytes_view input) {
    require(e.layer == layer::modbus && e.offset <= input.size());
}

/// Both ways of a PDU that is a value.
template <class T>
bool round_trip(bytes_view input) {
    const auto value = T::parse(input);
    if (!value) {
        require_inside(value.error(), input);
        return false;
    }
    require_same(*value, input);
    require(T::parse(input) == value);
    return true;
}

/// Both ways of a PDU that is borrowed and kept.
template <class View, class Owner>
bool round_trip(bytes_view input) {
    const auto view = View::parse(input);
    if (!view) {
        require_inside(view.error(), input);
        return false;
    }
    require(view->wire().data() == input.data() && view->wire().size() == input.size());
    const auto owner = Owner::from(*view);
    require_same(owner, input);
    std::array<std::uint8_t, max_pdu_size> out{};
    const auto written = bytes_view{out}.first(owner.emit(out).value());
    require(Owner::from(*View::parse(written)) == owner);
    return true;
}

/// How many octets `range` holds when every element is looked at.
template <class Range>
std::size_t weigh(const Range& range) {
    std::size_t weight = 0;
    for (const auto item : range)
        weight += item.wire_size();
    return weight;
}

void walk(bytes_view input) {
    if (const auto view = read_file_record_request_view::parse(input))
        require(weigh(view->references()) == input.size() - 2);
    if (const auto view = read_file_record_response_view::parse(input))
        require(weigh(view->records()) == input.size() - 2);
    if (const auto view = write_file_record_request_view::parse(input))
        require(weigh(view->records()) == input.size() - 2);
    if (const auto view = read_device_identification_response_view::parse(input))
        require(weigh(view->objects()) == input.size() - 7 && view->objects().size() == input[6]);
    if (const auto view = report_server_id_response_view::parse(input))
        for (std::size_t id_size = 0; id_size < 4; ++id_size)
            require(view->server_id(id_size).size() + view->additional_data(id_size).size() <= input.size());
}

bool is_request(bytes_view input) {
    bool any = round_trip<read_coils_request>(input);
    any |= round_trip<read_discrete_inputs_request>(input);
    any |= round_trip<read_holding_registers_request>(input);
    any |= round_trip<read_input_registers_request>(input);
    any |= round_trip<write_single_coil_request>(input);
    any |= round_trip<write_single_register_request>(input);
    any |= round_trip<read_exception_status_request>(input);
    any |= round_trip<get_comm_event_counter_request>(input);
    any |= round_trip<get_comm_event_log_request>(input);
    any |= round_trip<write_multiple_coils_request_view, write_multiple_coils_request>(input);
    any |= round_trip<write_multiple_registers_request_view, write_multiple_registers_request>(input);
    any |= round_trip<report_server_id_request>(input);
    any |= round_trip<read_file_record_request_view, read_file_record_request>(input);
    any |= round_trip<write_file_record_request_view, write_file_record_request>(input);
    any |= round_trip<mask_write_register_request>(input);
    any |=
        round_trip<read_write_multiple_registers_request_view, read_write_multiple_registers_request>(input);
    any |= round_trip<read_fifo_queue_request>(input);
    any |= round_trip<read_device_identification_request>(input);
    return any;
}

bool is_response(bytes_view input) {
    bool any = round_trip<exception_response>(input);
    any |= round_trip<read_coils_response_view, read_coils_response>(input);
    any |= round_trip<read_discrete_inputs_response_view, read_discrete_inputs_response>(input);
    any |= round_trip<read_holding_registers_response_view, read_holding_registers_response>(input);
    any |= round_trip<read_input_registers_response_view, read_input_registers_response>(input);
    any |= round_trip<write_single_coil_response>(input);
    any |= round_trip<write_single_register_response>(input);
    any |= round_trip<read_exception_status_response>(input);
    any |= round_trip<get_comm_event_counter_response>(input);
    any |= round_trip<get_comm_event_log_response_view, get_comm_event_log_response>(input);
    any |= round_trip<write_multiple_coils_response>(input);
    any |= round_trip<write_multiple_registers_response>(input);
    any |= round_trip<report_server_id_response_view, report_server_id_response>(input);
    any |= round_trip<read_file_record_response_view, read_file_record_response>(input);
    any |= round_trip<write_file_record_response_view, write_file_record_response>(input);
    any |= round_trip<mask_write_register_response>(input);
    any |= round_trip<read_write_multiple_registers_response_view, read_write_multiple_registers_response>(
        input);
    any |= round_trip<read_fifo_queue_response_view, read_fifo_queue_response>(input);
    any |= round_trip<read_device_identification_response_view, read_device_identification_response>(input);
    return any;
}

/// Diagnostics and encapsulated interfaces look alike both ways, and not all of their lengths can be told.
bool has_length_of_its_own(bytes_view input) {
    return input[0] == to_octet(function::diagnostics) ||
           input[0] == to_octet(function::encapsulated_interface);
}

/// What the telling of lengths says of a PDU that a codec takes, and of each beginning of it.
template <class SizeOf>
void require_size(SizeOf size_of, bytes_view input) {
    require(size_of(input) == input.size());
    for (std::size_t size = 0; size < input.size(); ++size) {
        const auto announced = size_of(input.first(size));
        require(announced ? *announced == input.size() : announced.error().code == errc::truncated);
    }
}

void check(bytes_view input) {
    round_trip<diagnostics_view, diagnostics>(input);
    round_trip<encapsulated_interface_view, encapsulated_interface>(input);
    walk(input);
    if (is_request(input))
        require_size([](bytes_view octets) { return request_size(octets); }, input);
    if (is_response(input))
        require_size([](bytes_view octets) { return response_size(octets); }, input);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const bytes_view input{data, size};
    if (input.empty())
        return 0;
    const auto pdus = input.subspan(1);
    const auto cut = std::min<std::size_t>(input[0], pdus.size());
    const auto request = pdus.first(cut);
    const auto reply = pdus.subspan(cut);
    check(request);
    check(reply);

    const auto checked = check_reply(request, reply);
    if (!checked) {
        require(checked.error().layer == layer::modbus);
        return 0;
    }
    // what is believed is a reply that a codec takes, unless no codec knows the function
    require((reply[0] & ~exception_flag) == request[0] || reply[0] == request[0]);
    if (is_known(static_cast<function>(reply[0])) && !has_length_of_its_own(reply))
        require(is_response(reply));
    return 0;
}
