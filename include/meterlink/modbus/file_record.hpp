#pragma once

/// Registers of a file: what the functions 14 and 15 read and write.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/modbus/detail/item_range.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/register_view.hpp>

namespace meterlink::modbus {

/// Which registers of which file (Modbus application protocol V1.1b3, 6.14). A file has up to 10000 of them.
struct file_record_reference {
    static constexpr std::uint8_t reference_type = 6; ///< The only one, it stands before each reference.
    static constexpr std::size_t size = 7;            ///< Octets on the wire.
    static constexpr std::uint16_t records_in_file = 10000;

    std::uint16_t file = 1;   ///< 1 to FFFF.
    std::uint16_t record = 0; ///< The first register, 0 to 9999.
    std::uint16_t quantity = 1;

    /// What is wrong with a reference that stands at `offset`: `errc::value_out_of_range` (file 0),
    /// `errc::quantity_out_of_range` (none, or more than `max_quantity`), `errc::address_overflow` (beyond
    /// register 9999).
    [[nodiscard]] constexpr error check(std::size_t offset, std::size_t max_quantity) const noexcept {
        if (file == 0)
            return {errc::value_out_of_range, layer::modbus, offset + 1, -1, 0};
        if (quantity == 0 || quantity > max_quantity)
            return detail::field_error(errc::quantity_out_of_range, offset + 5, max_quantity, quantity);
        if (record + quantity > records_in_file)
            return detail::field_error(errc::address_overflow, offset + 3, records_in_file - quantity,
                                       record);
        return no_error;
    }

    /// The reference at the beginning of `octets`, which has the room of one.
    [[nodiscard]] static constexpr file_record_reference first_of(bytes_view octets) noexcept {
        return {detail::u16_at(octets, 1), detail::u16_at(octets, 3), detail::u16_at(octets, 5)};
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return size; }

    [[nodiscard]] friend constexpr bool operator==(const file_record_reference&,
                                                   const file_record_reference&) noexcept = default;
};

/// Registers of a file, borrowed, and where they stand in it.
struct file_record {
    file_record_reference where; ///< Its quantity is that of the registers.
    register_view registers;

    /// The record at the beginning of `octets`, which has been checked.
    [[nodiscard]] static constexpr file_record first_of(bytes_view octets) noexcept {
        const auto where = file_record_reference::first_of(octets);
        return {where, register_view{octets.subspan(file_record_reference::size, 2U * where.quantity)}};
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return file_record_reference::size + registers.octets().size();
    }
};

namespace detail {

/// `octets[at]` is the reference type that there is.
[[nodiscard]] constexpr error reference_type_error(bytes_view octets, std::size_t at) noexcept {
    constexpr auto expected = file_record_reference::reference_type;
    return octets[at] == expected ? no_error
                                  : field_error(errc::value_out_of_range, at, expected, octets[at]);
}

} // namespace detail

} // namespace meterlink::modbus
