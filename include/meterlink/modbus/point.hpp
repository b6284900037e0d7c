#pragma once

/// A point: one named value of a device, where it stands and how it is read.

#include <cstddef>
#include <cstdint>
#include <string>

#include <meterlink/core/quantity.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/unit.hpp>
#include <meterlink/modbus/pdu.hpp>
#include <meterlink/modbus/register_address.hpp>
#include <meterlink/modbus/register_value.hpp>

namespace meterlink::modbus {

/// One value of a device, as a device description lists it.
struct point {
    std::string name;
    modbus::unit_id unit_id = 1;
    register_address address;
    register_format format;
    meterlink::quantity quantity = meterlink::quantity::unknown;
    meterlink::unit unit = meterlink::unit::none;

    /// How many entries of its table the point takes: registers, or the one bit of a coil or discrete input.
    [[nodiscard]] constexpr std::size_t width() const noexcept {
        return holds_bits(address.table) ? 1 : format.type.width();
    }
};

/// Whether `p` can exist: `errc::address_overflow` when it runs beyond entry 65535 of its table.
[[nodiscard]] inline result<void> check(const point& p) noexcept {
    if (p.address.offset + p.width() > 65536)
        return fail(errc::address_overflow, layer::modbus, 0);
    return {};
}

/// The value of `p` in registers that begin at its address; see `decode_registers`.
template <register_sequence Registers>
[[nodiscard]] constexpr result<register_value> decode_point(const point& p,
                                                            const Registers& registers) noexcept {
    return decode_registers(registers, p.format);
}

/// The value of a point that is a coil or a discrete input: 0 or 1, scaled; type and order do not count.
[[nodiscard]] constexpr result<register_value> decode_point(const point& p, bool bit) noexcept {
    auto format = p.format;
    format.type = register_kind::uint16;
    return detail::unsigned_from(bit ? 1 : 0, format);
}

} // namespace meterlink::modbus
