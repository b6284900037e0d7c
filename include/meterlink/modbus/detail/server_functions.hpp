#pragma once

/// The bodies of `server`: the functions that read and write tables.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include <meterlink/modbus/detail/only_reads.hpp>
#include <meterlink/modbus/detail/request_refusal.hpp>
#include <meterlink/modbus/diagnostics.hpp>
#include <meterlink/modbus/exception.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/mask_write_register.hpp>
#include <meterlink/modbus/pdu_size.hpp>
#include <meterlink/modbus/read_coils.hpp>
#include <meterlink/modbus/read_discrete_inputs.hpp>
#include <meterlink/modbus/read_holding_registers.hpp>
#include <meterlink/modbus/read_input_registers.hpp>
#include <meterlink/modbus/read_write_multiple_registers.hpp>
#include <meterlink/modbus/server.hpp>
#include <meterlink/modbus/write_multiple_coils.hpp>
#include <meterlink/modbus/write_multiple_registers.hpp>
#include <meterlink/modbus/write_single_coil.hpp>
#include <meterlink/modbus/write_single_register.hpp>

namespace meterlink::modbus {

inline std::size_t server::answer(job& what) {
    const auto code = static_cast<function>(what.request[0]);
    if (counters_.is_listening_only() && code != function::diagnostics)
        return 0;
    const auto size = execute(what);
    if (size > 0 && !is_exception(what.out[0]))
        counters_.note_answer(code != function::get_comm_event_counter);
    return size;
}

inline std::size_t server::execute(job& what) {
    switch (static_cast<function>(what.request[0])) {
    case function::read_coils: return read_table<read_coils_request>(what, register_table::coils);
    case function::read_discrete_inputs:
        return read_table<read_discrete_inputs_request>(what, register_table::discrete_inputs);
    case function::read_holding_registers:
        return read_table<read_holding_registers_request>(what, register_table::holding_registers);
    case function::read_input_registers:
        return read_table<read_input_registers_request>(what, register_table::input_registers);
    case function::write_single_coil:
    case function::write_multiple_coils:
        if (!what.device->table(register_table::coils).has_writable())
            return refuse(what, exception_code::illegal_function);
        return what.request[0] == to_octet(function::write_single_coil) ? write_single_coil(what)
                                                                        : write_multiple_coils(what);
    case function::write_single_register:
    case function::write_multiple_registers:
    case function::mask_write_register:
    case function::read_write_multiple_registers: break;
    default: return serve(what);
    }
    if (!what.device->table(register_table::holding_registers).has_writable())
        return refuse(what, exception_code::illegal_function);
    switch (static_cast<function>(what.request[0])) {
    case function::write_single_register: return write_single_register(what);
    case function::write_multiple_registers: return write_multiple_registers(what);
    case function::mask_write_register: return mask_write_register(what);
    default: return read_write_multiple_registers(what);
    }
}

inline std::size_t server::refuse(const job& what, exception_code why) {
    counters_.note_exception(why);
    const auto code = static_cast<function>(what.request[0] & ~exception_flag);
    tell(request_refused{what.unit, code, why});
    return exception_response{code, why}.emit(what.out).value_or(0);
}

inline bool server::may(const job& what, std::optional<table_range> read, std::optional<table_range> write,
                        std::span<const file_record_reference> files) const {
    if (!options_.authorise)
        return true;
    access_request asked{{},   what.unit, static_cast<function>(what.request[0]),
                         read, write,     !detail::only_reads(what.request),
                         files};
    if (role_)
        asked.role = *role_;
    return options_.authorise(asked);
}

template <class Request>
std::size_t server::read_table(job& what, register_table table) {
    const auto asked = Request::parse(what.request);
    if (!asked)
        return refuse(what, detail::refusal_of(asked.error()));
    if (options_.authorise && !may(what, table_range{table, asked->start, asked->quantity}))
        return refuse(what, exception_code::illegal_function);
    auto& entries = what.device->table(table);
    if (!entries.is_readable(asked->start, asked->quantity))
        return refuse(what, exception_code::illegal_data_address);
    const auto count = holds_bits(table) ? detail::octets_of_bits(asked->quantity) : 2U * asked->quantity;
    const auto values = what.out.subspan(2, count);
    const auto no = holds_bits(table) ? entries.read_bits(asked->start, asked->quantity, values)
                                      : entries.read_registers(asked->start, values);
    if (no)
        return refuse(what, *no);
    what.out[0] = what.request[0];
    what.out[1] = static_cast<std::uint8_t>(count);
    return 2 + count;
}

/// Why `what` may not write there, nor read `read` where there is one; nothing where it may.
inline refusal server::writing_refusal(const job& what, const table_range& where,
                                       std::optional<table_range> read) const {
    if (!may(what, read, where))
        return exception_code::illegal_function;
    if (!what.device->table(where.table).is_writable(where.start, where.count) ||
        (read && !what.device->table(read->table).is_readable(read->start, read->count)))
        return exception_code::illegal_data_address;
    return {};
}

/// Writes `values`, as they travel, and tells it. Whether it may be has been checked.
inline refusal server::store(const job& what, const table_range& where, bytes_view values) {
    auto& table = what.device->table(where.table);
    const auto no = holds_bits(where.table) ? table.write_bits(where.start, bit_view{values, where.count})
                                            : table.write_registers(where.start, register_view{values});
    if (no)
        return no;
    values_written told{what.unit, where, {}};
    told.octets.append(values);
    tell(std::move(told));
    return {};
}

/// Writes `values` if that may be, and answers with `response`.
template <class Response>
std::size_t server::write(job& what, const table_range& where, bytes_view values, const Response& response) {
    auto no = writing_refusal(what, where);
    if (!no)
        no = store(what, where, values);
    return no ? refuse(what, *no) : response.emit(what.out).value_or(0);
}

inline std::size_t server::write_single_coil(job& what) {
    const auto asked = write_single_coil_request::parse(what.request);
    if (!asked)
        return refuse(what, detail::refusal_of(asked.error()));
    const std::array<std::uint8_t, 1> value{static_cast<std::uint8_t>(asked->value ? 1 : 0)};
    return write(what, {register_table::coils, asked->address, 1}, value, *asked);
}

inline std::size_t server::write_single_register(job& what) {
    const auto asked = write_single_register_request::parse(what.request);
    if (!asked)
        return refuse(what, detail::refusal_of(asked.error()));
    return write(what, {register_table::holding_registers, asked->address, 1}, what.request.subspan(3, 2),
                 *asked);
}

inline std::size_t server::mask_write_register(job& what) {
    const auto asked = mask_write_register_request::parse(what.request);
    if (!asked)
        return refuse(what, detail::refusal_of(asked.error()));
    const table_range where{register_table::holding_registers, asked->address, 1};
    std::array<std::uint8_t, 2> value{};
    auto no = writing_refusal(what, where, where);
    if (!no)
        no = what.device->table(where.table).read_registers(where.start, value);
    if (!no) {
        detail::field_writer{value}.u16(asked->apply(detail::u16_at(value, 0)));
        no = store(what, where, value);
    }
    return no ? refuse(what, *no) : asked->emit(what.out).value_or(0);
}

inline std::size_t server::write_multiple_coils(job& what) {
    const auto asked = write_multiple_coils_request_view::parse(what.request);
    if (!asked) {
        const std::size_t quantity = what.request.size() < 6 ? 0 : detail::u16_at(what.request, 3);
        return refuse(what,
                      detail::refusal_of(asked.error(), what.request, 5, detail::octets_of_bits(quantity)));
    }
    return write(what, {register_table::coils, asked->start(), asked->quantity()}, asked->values().octets(),
                 write_multiple_coils_response{asked->start(), asked->quantity()});
}

inline std::size_t server::write_multiple_registers(job& what) {
    const auto asked = write_multiple_registers_request_view::parse(what.request);
    if (!asked) {
        const std::size_t quantity = what.request.size() < 6 ? 0 : detail::u16_at(what.request, 3);
        return refuse(what, detail::refusal_of(asked.error(), what.request, 5, 2 * quantity));
    }
    return write(what, {register_table::holding_registers, asked->start(), asked->quantity()},
                 asked->values().octets(),
                 write_multiple_registers_response{asked->start(), asked->quantity()});
}

inline std::size_t server::read_write_multiple_registers(job& what) {
    using view = read_write_multiple_registers_request_view;
    const auto asked = view::parse(what.request);
    if (!asked) {
        const std::size_t quantity =
            what.request.size() < view::header_size ? 0 : detail::u16_at(what.request, 7);
        if (quantity == 0 || quantity > view::max_write_quantity)
            return refuse(what, exception_code::illegal_data_value);
        return refuse(what, detail::refusal_of(asked.error(), what.request, 9, 2 * quantity));
    }
    constexpr auto holding = register_table::holding_registers;
    const table_range read{holding, asked->read_start(), asked->read_quantity()};
    const table_range where{holding, asked->write_start(), asked->write_quantity()};
    const auto count = std::size_t{2} * read.count;
    auto no = writing_refusal(what, where, read);
    if (!no)
        no = store(what, where, asked->values().octets());
    if (!no)
        no = what.device->table(holding).read_registers(read.start, what.out.subspan(2, count));
    if (no)
        return refuse(what, *no);
    what.out[0] = what.request[0];
    what.out[1] = static_cast<std::uint8_t>(count);
    return 2 + count;
}

} // namespace meterlink::modbus
