#pragma once

/// The body of all responses that are a byte count and bits.

#include <cstddef>
#include <cstdint>
#include <span>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/bit_view.hpp>
#include <meterlink/modbus/detail/packed.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus::detail {

/// `function count bits` in borrowed octets.
template <function Function>
class bits_response_view {
public:
    static constexpr function code = Function;
    static constexpr std::size_t max_quantity = 2000; ///< The least is 1.
    static constexpr std::size_t header_size = 2;

    /// `errc::function_unexpected`; `errc::byte_count` (offset 1) for none or more than 250;
    /// `errc::truncated`; `errc::pdu_length`. Looks at no bit.
    [[nodiscard]] static constexpr result<bits_response_view> parse(bytes_view input) noexcept {
        if (const auto problem = header_error(input, Function, header_size); problem != no_error)
            return fail(problem);
        const std::size_t count = input[1];
        if (count == 0 || count > octets_of_bits(max_quantity))
            return fail(errc::byte_count, layer::modbus, 1, -1, input[1]);
        if (const auto problem = size_error(input, header_size + count); problem != no_error)
            return fail(problem);
        return bits_response_view{input};
    }

    /// All bits that travel, eight per octet. The request knows how many of the last octet were asked for.
    [[nodiscard]] constexpr bit_view bits() const noexcept { return bit_view{wire_.subspan(header_size)}; }
    /// The `quantity` bits that were asked for.
    [[nodiscard]] constexpr bit_view bits(std::size_t quantity) const noexcept {
        return {wire_.subspan(header_size), quantity};
    }
    /// The PDU as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

private:
    explicit constexpr bits_response_view(bytes_view wire) noexcept : wire_{wire} {}

    bytes_view wire_;
};

/// `function count bits`, the bits stored inside the object.
template <function Function>
class bits_response {
public:
    using view_type = bits_response_view<Function>;

    /// `errc::quantity_out_of_range` (offset 1) for no bits, or more than 2000.
    [[nodiscard]] static constexpr result<bits_response> make(std::span<const bool> values) noexcept {
        return make(values.size(), [&](std::size_t i) { return values[i]; });
    }

    /// The same from bits that exist one by one: `value_of(i)` is the bit at `i`, below `quantity`.
    template <class ValueOf>
    [[nodiscard]] static constexpr result<bits_response> make(std::size_t quantity,
                                                              ValueOf&& value_of) noexcept {
        if (quantity == 0 || quantity > view_type::max_quantity)
            return fail(field_error(errc::quantity_out_of_range, 1, view_type::max_quantity, quantity));
        bits_response out;
        out.bits_.fill(quantity, value_of);
        return out;
    }

    /// All bits that travelled, as `view.bits()`.
    [[nodiscard]] static constexpr bits_response from(view_type view) noexcept {
        bits_response out;
        out.bits_.copy(view.bits());
        return out;
    }

    [[nodiscard]] constexpr bit_view bits() const noexcept { return bits_.view(); }
    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return view_type::header_size + bits_.octets().size();
    }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        return emit_counted(out, Function, bits_.octets());
    }

    [[nodiscard]] friend constexpr bool operator==(const bits_response&,
                                                   const bits_response&) noexcept = default;

private:
    constexpr bits_response() noexcept = default;

    packed_bits<view_type::max_quantity> bits_;
};

} // namespace meterlink::modbus::detail
