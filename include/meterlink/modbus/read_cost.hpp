#pragma once

/// What a read costs on a line, so that it can be decided whether a hole is read along or a second request
/// is sent.

#include <chrono>
#include <cstdint>

#include <meterlink/modbus/register_table.hpp>

namespace meterlink::modbus {

/// The cost of a read, in a unit of its own: only comparisons count.
struct read_cost {
    std::uint64_t per_request = 0; ///< Of everything but the octets that were asked for.
    std::uint64_t per_octet = 0;   ///< Of one octet of registers or bits.

    /// The cost of reading `count` entries of `table` in one request.
    [[nodiscard]] constexpr std::uint64_t of(register_table table, std::uint64_t count) const noexcept {
        return per_request + per_octet * (holds_bits(table) ? (count + 7) / 8 : 2 * count);
    }
};

/// A serial line and a device on it.
struct line_parameters {
    std::uint32_t baud = 9600;
    /// Bits of a character: 11 with parity or two stop bits (the standard's), 10 with 8N1.
    std::uint32_t bits_per_character = 11;
    /// From the end of a request until the device answers, silence not counted.
    std::chrono::microseconds turnaround{20'000};
};

/// The cost on a line in RTU mode (MODBUS over Serial Line V1.02, 2.5.1). A request is eight characters, an
/// answer five and its octets, each followed by a silence of 3.5 characters, which are 1750 us above 19200
/// Bd. Unit: a microsecond divided by the bit rate, in which all this is whole.
[[nodiscard]] constexpr read_cost rtu_cost(const line_parameters& line) noexcept {
    const auto character = std::uint64_t{1'000'000} * line.bits_per_character;
    const auto silence = line.baud > 19200 ? std::uint64_t{1750} * line.baud : 7 * character / 2;
    const auto turnaround =
        line.turnaround.count() > 0 ? static_cast<std::uint64_t>(line.turnaround.count()) : 0;
    return {(8 + 5) * character + 2 * silence + turnaround * line.baud, character};
}

/// The cost over TCP: what a request carries costs next to nothing against the request itself.
[[nodiscard]] constexpr read_cost tcp_cost() noexcept { return {1'000'000, 1}; }

/// The time of a read on `line`: request, turnaround, answer and both silences.
[[nodiscard]] constexpr std::chrono::microseconds read_time(const line_parameters& line, register_table table,
                                                            std::uint64_t count) noexcept {
    if (line.baud == 0)
        return std::chrono::microseconds::max();
    return std::chrono::microseconds{static_cast<std::int64_t>(rtu_cost(line).of(table, count) / line.baud)};
}

/// The smallest hole, in registers, with which two requests are no dearer than one; 0 where octets cost
/// nothing.
[[nodiscard]] constexpr std::uint64_t break_even_hole(const read_cost& cost) noexcept {
    const auto per_register = 2 * cost.per_octet;
    return per_register == 0 ? 0 : (cost.per_request + per_register - 1) / per_register;
}

} // namespace meterlink::modbus
