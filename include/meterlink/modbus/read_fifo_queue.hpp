#pragma once

/// Function 18: the queue of registers that a device keeps behind one address, without clearing it.

#include <cstddef>
#include <cstdint>
#include <span>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/packed.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/register_view.hpp>

namespace meterlink::modbus {

/// Asks for the queue at an address (Modbus application protocol V1.1b3, 6.18).
struct read_fifo_queue_request {
    static constexpr function code = function::read_fifo_queue;
    static constexpr std::size_t size = 3; ///< Octets of the PDU.

    std::uint16_t pointer = 0; ///< Address of the register that counts the queue.

    /// `errc::function_unexpected`, `errc::truncated`, `errc::pdu_length`.
    [[nodiscard]] static constexpr result<read_fifo_queue_request> parse(bytes_view input) noexcept {
        if (const auto problem = detail::fixed_pdu_error(input, code, size); problem != no_error)
            return fail(problem);
        return read_fifo_queue_request{detail::u16_at(input, 1)};
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return size; }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (out.size() < size)
            return detail::no_room(out);
        return detail::field_writer{out}.u8(to_octet(code)).u16(pointer).size();
    }

    [[nodiscard]] friend constexpr bool operator==(const read_fifo_queue_request&,
                                                   const read_fifo_queue_request&) noexcept = default;
};

/// Up to 31 registers of a queue (Modbus application protocol V1.1b3, 6.18), in borrowed octets.
class read_fifo_queue_response_view {
public:
    static constexpr function code = function::read_fifo_queue;
    static constexpr std::size_t max_quantity = 31; ///< None is possible too.
    static constexpr std::size_t header_size = 5;

    /// `errc::function_unexpected`; `errc::quantity_out_of_range` (offset 3) for more than 31 registers;
    /// `errc::byte_count` (offset 1) where it does not fit the number of registers; `errc::truncated`;
    /// `errc::pdu_length`.
    [[nodiscard]] static constexpr result<read_fifo_queue_response_view> parse(bytes_view input) noexcept {
        if (const auto problem = detail::header_error(input, code, header_size); problem != no_error)
            return fail(problem);
        const std::size_t quantity = detail::u16_at(input, 3);
        if (quantity > max_quantity)
            return fail(detail::field_error(errc::quantity_out_of_range, 3, max_quantity, quantity));
        if (const std::size_t count = detail::u16_at(input, 1); count != 2 + 2 * quantity)
            return fail(detail::field_error(errc::byte_count, 1, 2 + 2 * quantity, count));
        if (const auto problem = detail::size_error(input, header_size + 2 * quantity); problem != no_error)
            return fail(problem);
        return read_fifo_queue_response_view{input};
    }

    /// The oldest first.
    [[nodiscard]] constexpr register_view registers() const noexcept {
        return register_view{wire_.subspan(header_size)};
    }
    /// The PDU as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

private:
    explicit constexpr read_fifo_queue_response_view(bytes_view wire) noexcept : wire_{wire} {}

    bytes_view wire_;
};

/// Up to 31 registers of a queue, stored inside the object.
class read_fifo_queue_response {
public:
    using view_type = read_fifo_queue_response_view;

    /// `errc::quantity_out_of_range` (offset 3) for more than 31 registers.
    [[nodiscard]] static constexpr result<read_fifo_queue_response>
    make(std::span<const std::uint16_t> values) noexcept {
        if (values.size() > view_type::max_quantity)
            return fail(
                detail::field_error(errc::quantity_out_of_range, 3, view_type::max_quantity, values.size()));
        read_fifo_queue_response out;
        out.registers_.fill(values.size(), [&](std::size_t i) { return values[i]; });
        return out;
    }

    [[nodiscard]] static constexpr read_fifo_queue_response from(view_type view) noexcept {
        read_fifo_queue_response out;
        out.registers_.copy(view.registers());
        return out;
    }

    [[nodiscard]] constexpr register_view registers() const noexcept { return registers_.view(); }
    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return view_type::header_size + registers_.octets().size();
    }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (out.size() < wire_size())
            return detail::no_room(out);
        return detail::field_writer{out}
            .u8(to_octet(view_type::code))
            .u16(static_cast<std::uint16_t>(2 + registers_.octets().size()))
            .u16(static_cast<std::uint16_t>(registers_.size()))
            .bytes(registers_.octets())
            .size();
    }

    [[nodiscard]] friend constexpr bool operator==(const read_fifo_queue_response&,
                                                   const read_fifo_queue_response&) noexcept = default;

private:
    constexpr read_fifo_queue_response() noexcept = default;

    detail::packed_registers<view_type::max_quantity> registers_;
};

} // namespace meterlink::modbus
