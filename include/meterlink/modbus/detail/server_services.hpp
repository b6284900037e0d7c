#pragma once

/// The bodies of `server`: diagnostics, identification, files, queues, and functions of the application.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <meterlink/modbus/detail/request_refusal.hpp>
#include <meterlink/modbus/diagnostics.hpp>
#include <meterlink/modbus/encapsulated_interface.hpp>
#include <meterlink/modbus/exception.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/get_comm_event_counter.hpp>
#include <meterlink/modbus/get_comm_event_log.hpp>
#include <meterlink/modbus/read_device_identification.hpp>
#include <meterlink/modbus/read_exception_status.hpp>
#include <meterlink/modbus/read_fifo_queue.hpp>
#include <meterlink/modbus/read_file_record.hpp>
#include <meterlink/modbus/report_server_id.hpp>
#include <meterlink/modbus/server.hpp>
#include <meterlink/modbus/write_file_record.hpp>

namespace meterlink::modbus {

inline std::size_t server::serve(job& what) {
    const auto& services = what.device->services;
    const auto code = static_cast<function>(what.request[0]);
    const bool is_there = [&] {
        switch (code) {
        case function::diagnostics:
        case function::get_comm_event_counter:
        case function::get_comm_event_log: return true;
        case function::read_exception_status: return static_cast<bool>(services.exception_status);
        case function::report_server_id: return !services.server_id.empty();
        case function::read_file_record: return static_cast<bool>(services.read_file);
        case function::write_file_record: return static_cast<bool>(services.write_file);
        case function::read_fifo_queue: return static_cast<bool>(services.read_fifo);
        case function::encapsulated_interface: return !what.device->identification.empty() || services.custom;
        default: return services.custom && what.request[0] != 0 && !is_exception(what.request[0]);
        }
    }();
    const bool has_files = code == function::read_file_record || code == function::write_file_record;
    if (!is_there || (!has_files && !may(what))) // files are looked at first
        return refuse(what, exception_code::illegal_function);
    switch (code) {
    case function::diagnostics: return diagnose(what);
    case function::read_file_record: return read_file_record(what);
    case function::write_file_record: return write_file_record(what);
    case function::read_fifo_queue: return read_fifo_queue(what);
    case function::encapsulated_interface: return identify(what);
    case function::read_exception_status:
    case function::get_comm_event_counter:
    case function::get_comm_event_log:
    case function::report_server_id: break;
    default: return do_custom(what);
    }
    if (what.request.size() > 1)
        return refuse(what, exception_code::illegal_data_value);
    if (code == function::read_exception_status)
        return read_exception_status_response{services.exception_status()}.emit(what.out).value_or(0);
    if (code == function::get_comm_event_counter)
        return get_comm_event_counter_response{0, counters_.events()}.emit(what.out).value_or(0);
    return code == function::get_comm_event_log ? tell_event_log(what) : report_server_id(what);
}

inline std::size_t server::diagnose(job& what) {
    if (what.request.size() < diagnostics_view::header_size)
        return counters_.is_listening_only() ? 0 : refuse(what, exception_code::illegal_data_value);
    const auto which = static_cast<diagnostic>(detail::u16_at(what.request, 1));
    if (counters_.is_listening_only() && which != diagnostic::restart_communications)
        return 0;
    if (!is_known(which) || which == diagnostic::change_ascii_delimiter ||
        (which == diagnostic::force_listen_only && !is_on_line()) ||
        (which == diagnostic::return_diagnostic_register && !what.device->services.diagnostic_register))
        return refuse(what, exception_code::illegal_function);
    const auto asked = diagnostics_view::parse(what.request);
    constexpr std::uint16_t clear_log = 0xFF00;
    const bool takes_any = which == diagnostic::return_query_data;
    const bool takes_clear = which == diagnostic::restart_communications;
    if (asked && (takes_any || asked->value() == 0 || (takes_clear && asked->value() == clear_log)))
        return diagnose(what, *asked);
    return counters_.is_listening_only() ? 0 : refuse(what, exception_code::illegal_data_value);
}

inline std::size_t server::diagnose(job& what, const diagnostics_view& asked) {
    const auto which = asked.subfunction();
    if (which == diagnostic::force_listen_only) {
        counters_.listen_only();
        return 0;
    }
    if (which == diagnostic::restart_communications) {
        const bool was_silent = counters_.is_listening_only();
        counters_.restart(asked.value() != 0);
        if (was_silent)
            return 0;
    }
    if (which == diagnostic::clear_counters)
        counters_.clear();
    if (is_echoed(which)) {
        std::ranges::copy(asked.wire(), what.out.begin());
        return asked.wire().size();
    }
    const auto value = which == diagnostic::return_diagnostic_register
                           ? what.device->services.diagnostic_register()
                           : counters_.of(which).value_or(std::uint16_t{0});
    return diagnostics{which, value}.emit(what.out).value_or(0);
}

inline std::size_t server::tell_event_log(job& what) const {
    const auto size = get_comm_event_log_response_view::header_size + counters_.logged();
    detail::field_writer fields{what.out};
    fields.u8(what.request[0])
        .u8(static_cast<std::uint8_t>(size - 2))
        .u16(0)
        .u16(counters_.events())
        .u16(counters_.messages());
    counters_.for_each_logged([&](std::uint8_t event) { fields.u8(event); });
    return size;
}

inline std::size_t server::report_server_id(job& what) {
    const auto& services = what.device->services;
    const auto made =
        report_server_id_response::make(services.server_id, services.is_running, services.additional_data);
    return made ? made->emit(what.out).value_or(0) : refuse(what, exception_code::server_device_failure);
}

inline std::size_t server::read_file_record(job& what) {
    const auto asked = read_file_record_request_view::parse(what.request);
    if (!asked)
        return refuse(what, detail::file_refusal_of(asked.error()));
    std::array<file_record_reference, max_pdu_size / file_record_reference::size> files;
    std::size_t count = 0;
    for (const auto each : asked->references())
        files[count++] = each;
    if (!may(what, {}, {}, std::span{files}.first(count)))
        return refuse(what, exception_code::illegal_function);
    detail::field_writer fields{what.out};
    fields.u8(what.request[0]).u8(0);
    std::array<std::uint16_t, max_read_file_record_body / 2> values; // filled as far as it is used
    for (const auto each : asked->references()) {
        const auto out = std::span{values}.first(each.quantity);
        std::ranges::fill(out, std::uint16_t{0});
        if (const auto no = what.device->services.read_file(each.file, each.record, out))
            return refuse(what, *no);
        fields.u8(static_cast<std::uint8_t>(1 + 2 * each.quantity)).u8(file_record_reference::reference_type);
        for (const auto value : out)
            fields.u16(value);
    }
    what.out[1] = static_cast<std::uint8_t>(fields.size() - 2);
    return fields.size();
}

inline std::size_t server::write_file_record(job& what) {
    const auto asked = write_file_record_request_view::parse(what.request);
    if (!asked)
        return refuse(what, detail::file_refusal_of(asked.error()));
    std::array<file_record_reference, max_pdu_size / file_record_reference::size> files;
    std::size_t count = 0;
    for (const auto each : asked->records())
        files[count++] = each.where;
    if (!may(what, {}, {}, std::span{files}.first(count)))
        return refuse(what, exception_code::illegal_function);
    std::array<std::uint16_t, max_pdu_size / 2> values; // filled as far as it is used
    for (const auto each : asked->records()) {
        std::ranges::copy(each.registers, values.begin());
        const auto some = std::span<const std::uint16_t>{values}.first(each.registers.size());
        if (const auto no = what.device->services.write_file(each.where.file, each.where.record, some))
            return refuse(what, *no);
    }
    std::ranges::copy(asked->wire(), what.out.begin());
    return asked->wire().size();
}

inline std::size_t server::read_fifo_queue(job& what) {
    const auto asked = read_fifo_queue_request::parse(what.request);
    if (!asked)
        return refuse(what, detail::refusal_of(asked.error()));
    queue_.clear();
    if (const auto no = what.device->services.read_fifo(asked->pointer, queue_))
        return refuse(what, *no);
    const auto response = read_fifo_queue_response::make(queue_);
    return response ? response->emit(what.out).value_or(0) : refuse(what, exception_code::illegal_data_value);
}

inline std::size_t server::identify(job& what) {
    const auto is_identification =
        what.request.size() > 1 &&
        what.request[1] == static_cast<std::uint8_t>(mei_type::read_device_identification);
    if (what.request.size() > 1 && (!is_identification || what.device->identification.empty()))
        return what.device->services.custom ? do_custom(what)
                                            : refuse(what, exception_code::illegal_function);
    const auto asked = read_device_identification_request::parse(what.request);
    if (!asked)
        return refuse(what, exception_code::illegal_data_value);
    const auto size = what.device->identification.respond(*asked, what.out);
    return size > 0 ? size : refuse(what, exception_code::illegal_data_address);
}

inline std::size_t server::do_custom(job& what) {
    pdu response;
    if (const auto no = what.device->services.custom(what.request, response))
        return refuse(what, *no);
    if (response.empty() || response[0] != what.request[0])
        return refuse(what, exception_code::server_device_failure);
    std::ranges::copy(response, what.out.begin());
    return response.size();
}

} // namespace meterlink::modbus
