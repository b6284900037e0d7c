#pragma once

/// The body of all PDUs that are a start address and a quantity and nothing else.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus::detail {

/// `function start quantity`, five octets.
template <function Function, std::uint16_t MaxQuantity>
struct address_range {
    static constexpr function code = Function;
    static constexpr std::uint16_t max_quantity = MaxQuantity; ///< The least is 1.
    static constexpr std::size_t size = 5;                     ///< Octets of the PDU.

    std::uint16_t start = 0; ///< As on the wire, counted from 0.
    std::uint16_t quantity = 1;

    /// What is wrong with the fields: `errc::quantity_out_of_range` (offset 3), `errc::address_overflow`
    /// (offset 1; expected is the last start that this quantity has room behind).
    [[nodiscard]] constexpr error check() const noexcept {
        return range_error(start, quantity, max_quantity, 1);
    }

    /// `errc::function_unexpected`, `errc::truncated`, `errc::pdu_length`, then as `check`.
    [[nodiscard]] static constexpr result<address_range> parse(bytes_view input) noexcept {
        if (const auto problem = fixed_pdu_error(input, Function, size); problem != no_error)
            return fail(problem);
        const address_range out{u16_at(input, 1), u16_at(input, 3)};
        if (const auto problem = out.check(); problem != no_error)
            return fail(problem);
        return out;
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return size; }

    /// What `check` refuses is not written; `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (const auto problem = check(); problem != no_error)
            return fail(problem);
        if (out.size() < size)
            return no_room(out);
        return field_writer{out}.u8(to_octet(Function)).u16(start).u16(quantity).size();
    }

    [[nodiscard]] friend constexpr bool operator==(const address_range&,
                                                   const address_range&) noexcept = default;
};

} // namespace meterlink::modbus::detail
