#pragma once

/// Function 17: holding registers are written, and then others, or the same, are read.

#include <cstddef>
#include <cstdint>
#include <span>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/packed.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/detail/registers_response.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/register_view.hpp>

namespace meterlink::modbus {

/// Writes 1 to 121 holding registers, then reads 1 to 125 (Modbus application protocol V1.1b3, 6.17), in
/// borrowed octets.
class read_write_multiple_registers_request_view {
public:
    static constexpr function code = function::read_write_multiple_registers;
    static constexpr std::uint16_t max_read_quantity = 125;
    static constexpr std::uint16_t max_write_quantity = 121;
    static constexpr std::size_t header_size = 10;

    /// `errc::function_unexpected`; `errc::quantity_out_of_range` (offset 3 or 7); `errc::address_overflow`
    /// (offset 1 or 5); `errc::byte_count` (offset 9); `errc::truncated`; `errc::pdu_length`.
    [[nodiscard]] static constexpr result<read_write_multiple_registers_request_view>
    parse(bytes_view input) noexcept {
        if (const auto problem = detail::header_error(input, code, header_size); problem != no_error)
            return fail(problem);
        const read_write_multiple_registers_request_view out{input};
        if (const auto problem =
                range_error(out.read_start(), out.read_quantity(), out.write_start(), out.write_quantity());
            problem != no_error)
            return fail(problem);
        const std::size_t count = 2U * out.write_quantity();
        if (input[9] != count)
            return fail(detail::field_error(errc::byte_count, 9, count, input[9]));
        if (const auto problem = detail::size_error(input, header_size + count); problem != no_error)
            return fail(problem);
        return out;
    }

    /// What is wrong with the addresses and quantities, as `parse` has it.
    [[nodiscard]] static constexpr error range_error(std::uint16_t read_start, std::size_t read_quantity,
                                                     std::uint16_t write_start,
                                                     std::size_t write_quantity) noexcept {
        const auto problem = detail::range_error(read_start, read_quantity, max_read_quantity, 1);
        return problem != no_error ? problem
                                   : detail::range_error(write_start, write_quantity, max_write_quantity, 5);
    }

    /// As on the wire, counted from 0.
    [[nodiscard]] constexpr std::uint16_t read_start() const noexcept { return detail::u16_at(wire_, 1); }
    [[nodiscard]] constexpr std::uint16_t read_quantity() const noexcept { return detail::u16_at(wire_, 3); }
    [[nodiscard]] constexpr std::uint16_t write_start() const noexcept { return detail::u16_at(wire_, 5); }
    [[nodiscard]] constexpr std::uint16_t write_quantity() const noexcept { return detail::u16_at(wire_, 7); }
    /// What is written.
    [[nodiscard]] constexpr register_view values() const noexcept {
        return register_view{wire_.subspan(header_size)};
    }
    /// The PDU as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

private:
    explicit constexpr read_write_multiple_registers_request_view(bytes_view wire) noexcept : wire_{wire} {}

    bytes_view wire_;
};

/// Writes 1 to 121 holding registers, then reads 1 to 125; what is written is stored inside the object.
class read_write_multiple_registers_request {
public:
    using view_type = read_write_multiple_registers_request_view;

    /// `errc::quantity_out_of_range` (offset 3 or 7), `errc::address_overflow` (offset 1 or 5).
    [[nodiscard]] static constexpr result<read_write_multiple_registers_request>
    make(std::uint16_t read_start, std::uint16_t read_quantity, std::uint16_t write_start,
         std::span<const std::uint16_t> values) noexcept {
        if (const auto problem =
                view_type::range_error(read_start, read_quantity, write_start, values.size());
            problem != no_error)
            return fail(problem);
        read_write_multiple_registers_request out{read_start, read_quantity, write_start};
        out.values_.fill(values.size(), [&](std::size_t i) { return values[i]; });
        return out;
    }

    [[nodiscard]] static constexpr read_write_multiple_registers_request from(view_type view) noexcept {
        read_write_multiple_registers_request out{view.read_start(), view.read_quantity(),
                                                  view.write_start()};
        out.values_.copy(view.values());
        return out;
    }

    [[nodiscard]] constexpr std::uint16_t read_start() const noexcept { return read_start_; }
    [[nodiscard]] constexpr std::uint16_t read_quantity() const noexcept { return read_quantity_; }
    [[nodiscard]] constexpr std::uint16_t write_start() const noexcept { return write_start_; }
    [[nodiscard]] constexpr std::uint16_t write_quantity() const noexcept {
        return static_cast<std::uint16_t>(values_.size());
    }
    [[nodiscard]] constexpr register_view values() const noexcept { return values_.view(); }
    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return view_type::header_size + values_.octets().size();
    }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (out.size() < wire_size())
            return detail::no_room(out);
        return detail::field_writer{out}
            .u8(to_octet(view_type::code))
            .u16(read_start_)
            .u16(read_quantity_)
            .u16(write_start_)
            .u16(write_quantity())
            .u8(static_cast<std::uint8_t>(values_.octets().size()))
            .bytes(values_.octets())
            .size();
    }

    [[nodiscard]] friend constexpr bool
    operator==(const read_write_multiple_registers_request&,
               const read_write_multiple_registers_request&) noexcept = default;

private:
    constexpr read_write_multiple_registers_request(std::uint16_t read_start, std::uint16_t read_quantity,
                                                    std::uint16_t write_start) noexcept
        : read_start_{read_start}, read_quantity_{read_quantity}, write_start_{write_start} {}

    std::uint16_t read_start_;
    std::uint16_t read_quantity_;
    std::uint16_t write_start_;
    detail::packed_registers<view_type::max_write_quantity> values_;
};

/// The registers read, in borrowed octets: `registers()`.
using read_write_multiple_registers_response_view =
    detail::registers_response_view<function::read_write_multiple_registers>;

/// The registers read, kept.
using read_write_multiple_registers_response =
    detail::registers_response<function::read_write_multiple_registers>;

} // namespace meterlink::modbus
