#pragma once

/// What stands behind addresses that a server serves: values that are stored, or functions of the
/// application.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include <meterlink/modbus/exception.hpp>

namespace meterlink::modbus {

/// Why the application does not do what was asked; nothing where it has done it.
using refusal = std::optional<exception_code>;

/// Whether clients may write stored values.
enum class access : std::uint8_t { read_only, writable };

/// Registers that the application has itself. Where a function is missing, the registers cannot be read, or
/// not be written. One call is for registers that stand one after the other, `start` being the address of the
/// first one, within one range. The functions must not add ranges.
struct served_registers {
    /// Fills all of `out`. 1 to 125 registers.
    std::function<refusal(std::uint16_t start, std::span<std::uint16_t> out)> read;
    /// Takes all of `values`, or none. 1 to 123 registers.
    std::function<refusal(std::uint16_t start, std::span<const std::uint16_t> values)> write{};
};

/// Coils or discrete inputs that the application has itself, likewise: up to 2000 are read, up to 1968
/// written.
struct served_bits {
    std::function<refusal(std::uint16_t start, std::span<bool> out)> read;
    std::function<refusal(std::uint16_t start, std::span<const bool> values)> write{};
};

} // namespace meterlink::modbus
