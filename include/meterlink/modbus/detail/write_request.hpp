#pragma once

/// The body of both requests that write many: start address, quantity, byte count, values.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/packed.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus::detail {

/// Values that are bits: how many octets they take, who looks at them, who keeps them.
struct bit_values {
    using view = bit_view;
    template <std::size_t Max>
    using packed = packed_bits<Max>;
    static constexpr std::size_t octets(std::size_t quantity) noexcept { return octets_of_bits(quantity); }
    static constexpr view look(bytes_view octets, std::size_t quantity) noexcept {
        return {octets, quantity};
    }
};

/// Values that are registers, likewise.
struct register_values {
    using view = register_view;
    template <std::size_t Max>
    using packed = packed_registers<Max>;
    static constexpr std::size_t octets(std::size_t quantity) noexcept { return 2 * quantity; }
    static constexpr view look(bytes_view octets, std::size_t /*quantity*/) noexcept { return view{octets}; }
};

/// `function start quantity count values` in borrowed octets.
template <function Function, class Values, std::uint16_t MaxQuantity>
class write_request_view {
public:
    static constexpr function code = Function;
    static constexpr std::uint16_t max_quantity = MaxQuantity; ///< The least is 1.
    static constexpr std::size_t header_size = 6;

    /// `errc::function_unexpected`; `errc::quantity_out_of_range` (offset 3); `errc::address_overflow`
    /// (offset 1); `errc::byte_count` (offset 5) for another count than the quantity takes;
    /// `errc::truncated`; `errc::pdu_length`.
    [[nodiscard]] static constexpr result<write_request_view> parse(bytes_view input) noexcept {
        if (const auto problem = header_error(input, Function, header_size); problem != no_error)
            return fail(problem);
        const auto quantity = u16_at(input, 3);
        if (const auto problem = range_error(u16_at(input, 1), quantity, max_quantity, 1);
            problem != no_error)
            return fail(problem);
        const auto count = Values::octets(quantity);
        if (input[5] != count)
            return fail(field_error(errc::byte_count, 5, count, input[5]));
        if (const auto problem = size_error(input, header_size + count); problem != no_error)
            return fail(problem);
        return write_request_view{input};
    }

    /// As on the wire, counted from 0.
    [[nodiscard]] constexpr std::uint16_t start() const noexcept { return u16_at(wire_, 1); }
    [[nodiscard]] constexpr std::uint16_t quantity() const noexcept { return u16_at(wire_, 3); }
    [[nodiscard]] constexpr typename Values::view values() const noexcept {
        return Values::look(wire_.subspan(header_size), quantity());
    }
    /// The PDU as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

private:
    explicit constexpr write_request_view(bytes_view wire) noexcept : wire_{wire} {}

    bytes_view wire_;
};

/// `function start quantity count values`, the values stored inside the object.
template <function Function, class Values, std::uint16_t MaxQuantity>
class write_request {
public:
    using view_type = write_request_view<Function, Values, MaxQuantity>;

    /// From a range of values that knows its size. `errc::quantity_out_of_range` (offset 3),
    /// `errc::address_overflow` (offset 1).
    template <class Range>
    [[nodiscard]] static constexpr result<write_request> make(std::uint16_t start,
                                                              const Range& values) noexcept {
        return make(start, values.size(), [&](std::size_t i) { return values[i]; });
    }

    /// The same from values that exist one by one: `value_of(i)` is the one at `i`, below `quantity`.
    template <class ValueOf>
    [[nodiscard]] static constexpr result<write_request> make(std::uint16_t start, std::size_t quantity,
                                                              ValueOf&& value_of) noexcept {
        if (const auto problem = range_error(start, quantity, MaxQuantity, 1); problem != no_error)
            return fail(problem);
        write_request out{start};
        out.values_.fill(quantity, value_of);
        return out;
    }

    [[nodiscard]] static constexpr write_request from(view_type view) noexcept {
        write_request out{view.start()};
        out.values_.copy(view.values());
        return out;
    }

    [[nodiscard]] constexpr std::uint16_t start() const noexcept { return start_; }
    [[nodiscard]] constexpr std::uint16_t quantity() const noexcept {
        return static_cast<std::uint16_t>(values_.size());
    }
    [[nodiscard]] constexpr typename Values::view values() const noexcept { return values_.view(); }
    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return view_type::header_size + values_.octets().size();
    }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (out.size() < wire_size())
            return no_room(out);
        return field_writer{out}
            .u8(to_octet(Function))
            .u16(start_)
            .u16(quantity())
            .u8(static_cast<std::uint8_t>(values_.octets().size()))
            .bytes(values_.octets())
            .size();
    }

    [[nodiscard]] friend constexpr bool operator==(const write_request&,
                                                   const write_request&) noexcept = default;

private:
    explicit constexpr write_request(std::uint16_t start) noexcept : start_{start} {}

    std::uint16_t start_;
    typename Values::template packed<MaxQuantity> values_;
};

} // namespace meterlink::modbus::detail
