#pragma once

/// The four tables of a Modbus device, and how much of each one request may read.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus {

/// A table of the data model (MODBUS Application Protocol V1.1b3, 4.3). Each has 65536 entries of its own.
enum class register_table : std::uint8_t {
    coils,             ///< Bits, readable and writable; references 0xxxx.
    discrete_inputs,   ///< Bits, readable; references 1xxxx.
    input_registers,   ///< 16 bits each, readable; references 3xxxx.
    holding_registers, ///< 16 bits each, readable and writable; references 4xxxx.
};

namespace detail {

struct register_table_row {
    std::string_view name;
    char reference_digit;
    function read_function;
};

inline constexpr std::array<register_table_row, 4> register_table_rows{{
    {"coils", '0', function::read_coils},
    {"discrete_inputs", '1', function::read_discrete_inputs},
    {"input_registers", '3', function::read_input_registers},
    {"holding_registers", '4', function::read_holding_registers},
}};

constexpr const register_table_row& row_of(register_table table) noexcept {
    return register_table_rows[static_cast<std::size_t>(table) % register_table_rows.size()];
}

} // namespace detail

/// Stable identifier, as it stands in device descriptions: `"holding_registers"`.
[[nodiscard]] constexpr std::string_view name(register_table table) noexcept {
    return detail::row_of(table).name;
}

/// The table whose `name` is `text`.
[[nodiscard]] constexpr std::optional<register_table> register_table_from(std::string_view text) noexcept {
    for (std::size_t i = 0; i < detail::register_table_rows.size(); ++i)
        if (detail::register_table_rows[i].name == text)
            return static_cast<register_table>(i);
    return std::nullopt;
}

/// Whether the entries of the table are single bits.
[[nodiscard]] constexpr bool holds_bits(register_table table) noexcept {
    return table == register_table::coils || table == register_table::discrete_inputs;
}

/// The function that reads the table.
[[nodiscard]] constexpr function read_function(register_table table) noexcept {
    return detail::row_of(table).read_function;
}

/// How many entries one request may read at most (6.1 to 6.4): 2000 bits or 125 registers.
[[nodiscard]] constexpr std::uint16_t max_read_quantity(register_table table) noexcept {
    return holds_bits(table) ? 2000 : 125;
}

} // namespace meterlink::modbus
