#pragma once

/// The function codes that this library knows: the first octet of every PDU.

#include <array>
#include <cstdint>
#include <string_view>

namespace meterlink::modbus {

/// What a request asks for (Modbus application protocol V1.1b3, 5.1). May hold a code without an enumerator:
/// it came from the wire, or is a custom function (65 to 72 and 100 to 110 are set aside for those).
enum class function : std::uint8_t {
    read_coils = 0x01,
    read_discrete_inputs = 0x02,
    read_holding_registers = 0x03,
    read_input_registers = 0x04,
    write_single_coil = 0x05,
    write_single_register = 0x06,
    read_exception_status = 0x07,
    diagnostics = 0x08,
    get_comm_event_counter = 0x0B,
    get_comm_event_log = 0x0C,
    write_multiple_coils = 0x0F,
    write_multiple_registers = 0x10,
    report_server_id = 0x11,
    read_file_record = 0x14,
    write_file_record = 0x15,
    mask_write_register = 0x16,
    read_write_multiple_registers = 0x17,
    read_fifo_queue = 0x18,
    encapsulated_interface = 0x2B,
};

namespace detail {

struct function_row {
    function code;
    std::string_view name;
};

inline constexpr std::array function_rows{
    function_row{function::read_coils, "read_coils"},
    function_row{function::read_discrete_inputs, "read_discrete_inputs"},
    function_row{function::read_holding_registers, "read_holding_registers"},
    function_row{function::read_input_registers, "read_input_registers"},
    function_row{function::write_single_coil, "write_single_coil"},
    function_row{function::write_single_register, "write_single_register"},
    function_row{function::read_exception_status, "read_exception_status"},
    function_row{function::diagnostics, "diagnostics"},
    function_row{function::get_comm_event_counter, "get_comm_event_counter"},
    function_row{function::get_comm_event_log, "get_comm_event_log"},
    function_row{function::write_multiple_coils, "write_multiple_coils"},
    function_row{function::write_multiple_registers, "write_multiple_registers"},
    function_row{function::report_server_id, "report_server_id"},
    function_row{function::read_file_record, "read_file_record"},
    function_row{function::write_file_record, "write_file_record"},
    function_row{function::mask_write_register, "mask_write_register"},
    function_row{function::read_write_multiple_registers, "read_write_multiple_registers"},
    function_row{function::read_fifo_queue, "read_fifo_queue"},
    function_row{function::encapsulated_interface, "encapsulated_interface"},
};

} // namespace detail

/// The octet that travels.
[[nodiscard]] constexpr std::uint8_t to_octet(function code) noexcept {
    return static_cast<std::uint8_t>(code);
}

/// Stable identifier of `code`, as it stands in JSON: `"read_coils"`; `"unknown"` for one without enumerator.
[[nodiscard]] constexpr std::string_view name(function code) noexcept {
    for (const auto& row : detail::function_rows)
        if (row.code == code)
            return row.name;
    return "unknown";
}

/// Whether `code` is one that this library has a codec for.
[[nodiscard]] constexpr bool is_known(function code) noexcept { return name(code) != "unknown"; }

} // namespace meterlink::modbus
