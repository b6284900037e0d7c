#pragma once

/// The requests of a client by name.

#include <array>
#include <cstdint>
#include <span>

#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/modbus/mask_write_register.hpp>
#include <meterlink/modbus/pdu.hpp>
#include <meterlink/modbus/read_coils.hpp>
#include <meterlink/modbus/read_discrete_inputs.hpp>
#include <meterlink/modbus/read_holding_registers.hpp>
#include <meterlink/modbus/read_input_registers.hpp>
#include <meterlink/modbus/read_write_multiple_registers.hpp>
#include <meterlink/modbus/request_options.hpp>
#include <meterlink/modbus/write_multiple_coils.hpp>
#include <meterlink/modbus/write_multiple_registers.hpp>
#include <meterlink/modbus/write_single_coil.hpp>
#include <meterlink/modbus/write_single_register.hpp>

namespace meterlink::modbus::detail {

/// Forwards to `Client::submit`. Addresses are those on the wire, counted from 0. Errors are those of the
/// request's PDU, and of `submit`.
template <class Client>
class client_requests {
public:
    /// Any request that can be put on the wire.
    template <emittable Request>
    result<request_id> ask(unit_id unit, const Request& what, instant now, const request_options& how = {}) {
        std::array<std::uint8_t, max_pdu_size> buffer; // filled as far as it is used
        const auto size = what.emit(buffer);
        if (!size)
            return fail(size.error());
        return static_cast<Client&>(*this).submit(unit, bytes_view{buffer}.first(*size), now, how);
    }

    result<request_id> read_coils(unit_id unit, std::uint16_t start, std::uint16_t quantity, instant now,
                                  const request_options& how = {}) {
        return ask(unit, read_coils_request{start, quantity}, now, how);
    }
    result<request_id> read_discrete_inputs(unit_id unit, std::uint16_t start, std::uint16_t quantity,
                                            instant now, const request_options& how = {}) {
        return ask(unit, read_discrete_inputs_request{start, quantity}, now, how);
    }
    result<request_id> read_holding_registers(unit_id unit, std::uint16_t start, std::uint16_t quantity,
                                              instant now, const request_options& how = {}) {
        return ask(unit, read_holding_registers_request{start, quantity}, now, how);
    }
    result<request_id> read_input_registers(unit_id unit, std::uint16_t start, std::uint16_t quantity,
                                            instant now, const request_options& how = {}) {
        return ask(unit, read_input_registers_request{start, quantity}, now, how);
    }
    result<request_id> write_single_coil(unit_id unit, std::uint16_t address, bool value, instant now,
                                         const request_options& how = {}) {
        return ask(unit, write_single_coil_request{address, value}, now, how);
    }
    result<request_id> write_single_register(unit_id unit, std::uint16_t address, std::uint16_t value,
                                             instant now, const request_options& how = {}) {
        return ask(unit, write_single_register_request{address, value}, now, how);
    }
    result<request_id> write_multiple_coils(unit_id unit, std::uint16_t start, std::span<const bool> values,
                                            instant now, const request_options& how = {}) {
        return ask_made(unit, write_multiple_coils_request::make(start, values), now, how);
    }
    result<request_id> write_multiple_registers(unit_id unit, std::uint16_t start,
                                                std::span<const std::uint16_t> values, instant now,
                                                const request_options& how = {}) {
        return ask_made(unit, write_multiple_registers_request::make(start, values), now, how);
    }
    result<request_id> mask_write_register(unit_id unit, std::uint16_t address, std::uint16_t and_mask,
                                           std::uint16_t or_mask, instant now,
                                           const request_options& how = {}) {
        return ask(unit, mask_write_register_request{address, and_mask, or_mask}, now, how);
    }

protected:
    client_requests() = default;
    client_requests(const client_requests&) = default;
    client_requests(client_requests&&) = default;
    client_requests& operator=(const client_requests&) = default;
    client_requests& operator=(client_requests&&) = default;
    ~client_requests() = default;

private:
    template <class Request>
    result<request_id> ask_made(unit_id unit, const result<Request>& made, instant now,
                                const request_options& how) {
        if (!made)
            return fail(made.error());
        return ask(unit, *made, now, how);
    }
};

} // namespace meterlink::modbus::detail
