#pragma once

/// The body of all responses that are a byte count and registers.

#include <cstddef>
#include <cstdint>
#include <span>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/packed.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/register_view.hpp>

namespace meterlink::modbus::detail {

/// `function count registers` in borrowed octets.
template <function Function>
class registers_response_view {
public:
    static constexpr function code = Function;
    static constexpr std::size_t max_quantity = 125; ///< The least is 1.
    static constexpr std::size_t header_size = 2;

    /// `errc::function_unexpected`; `errc::byte_count` (offset 1) for an odd count, none, or more than 250;
    /// `errc::truncated`; `errc::pdu_length`. Looks at no register.
    [[nodiscard]] static constexpr result<registers_response_view> parse(bytes_view input) noexcept {
        if (const auto problem = header_error(input, Function, header_size); problem != no_error)
            return fail(problem);
        const std::size_t count = input[1];
        if (count == 0 || count % 2 != 0 || count > 2 * max_quantity)
            return fail(errc::byte_count, layer::modbus, 1, -1, input[1]);
        if (const auto problem = size_error(input, header_size + count); problem != no_error)
            return fail(problem);
        return registers_response_view{input};
    }

    [[nodiscard]] constexpr register_view registers() const noexcept {
        return register_view{wire_.subspan(header_size)};
    }
    /// The PDU as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

private:
    explicit constexpr registers_response_view(bytes_view wire) noexcept : wire_{wire} {}

    bytes_view wire_;
};

/// `function count registers`, the registers stored inside the object.
template <function Function>
class registers_response {
public:
    using view_type = registers_response_view<Function>;

    /// `errc::quantity_out_of_range` (offset 1) for no registers, or more than 125.
    [[nodiscard]] static constexpr result<registers_response>
    make(std::span<const std::uint16_t> values) noexcept {
        return make(values.size(), [&](std::size_t i) { return values[i]; });
    }

    /// The same from registers that exist one by one: `value_of(i)` is the register at `i`, below `quantity`.
    template <class ValueOf>
    [[nodiscard]] static constexpr result<registers_response> make(std::size_t quantity,
                                                                   ValueOf&& value_of) noexcept {
        if (quantity == 0 || quantity > view_type::max_quantity)
            return fail(field_error(errc::quantity_out_of_range, 1, view_type::max_quantity, quantity));
        registers_response out;
        out.registers_.fill(quantity, value_of);
        return out;
    }

    [[nodiscard]] static constexpr registers_response from(view_type view) noexcept {
        registers_response out;
        out.registers_.copy(view.registers());
        return out;
    }

    [[nodiscard]] constexpr register_view registers() const noexcept { return registers_.view(); }
    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return view_type::header_size + registers_.octets().size();
    }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        return emit_counted(out, Function, registers_.octets());
    }

    [[nodiscard]] friend constexpr bool operator==(const registers_response&,
                                                   const registers_response&) noexcept = default;

private:
    constexpr registers_response() noexcept = default;

    packed_registers<view_type::max_quantity> registers_;
};

} // namespace meterlink::modbus::detail
