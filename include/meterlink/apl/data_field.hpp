#pragma once

/// The data field of a DIF: how a value is coded and how long it is (EN 13757-3, 6.3.3).

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace meterlink::apl {

/// Bits 3..0 of the DIF.
enum class data_field : std::uint8_t {
    none = 0x0,
    integer_8 = 0x1,
    integer_16 = 0x2,
    integer_24 = 0x3,
    integer_32 = 0x4,
    real_32 = 0x5,
    integer_48 = 0x6,
    integer_64 = 0x7,
    selection = 0x8, ///< Selection for readout: a request, without data.
    bcd_2 = 0x9,
    bcd_4 = 0xA,
    bcd_6 = 0xB,
    bcd_8 = 0xC,
    variable = 0xD, ///< The first data octet, LVAR, says how many follow and what they are.
    bcd_12 = 0xE,
    special = 0xF, ///< Manufacturer data, idle filler, global readout: no record.
};

/// Octets of data after the VIB; 0 for `variable`, whose length stands in LVAR.
[[nodiscard]] constexpr std::size_t data_size(data_field field) noexcept {
    constexpr std::array<std::uint8_t, 16> sizes{0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, 0, 6, 0};
    return sizes[static_cast<std::size_t>(field) & 0x0FU];
}

/// True for fields of BCD digits; a variable field may hold some too, its LVAR says so.
[[nodiscard]] constexpr bool is_bcd(data_field field) noexcept {
    return (field >= data_field::bcd_2 && field <= data_field::bcd_8) || field == data_field::bcd_12;
}

/// True for the integers of 8 to 64 bits; the data type of the VIB says how to read one.
[[nodiscard]] constexpr bool is_integer(data_field field) noexcept {
    return field >= data_field::integer_8 && field <= data_field::integer_64 && field != data_field::real_32;
}

/// English name: `"32 bit integer"`.
[[nodiscard]] constexpr std::string_view name(data_field field) noexcept {
    constexpr std::array<std::string_view, 16> names{
        "no data",        "8 bit integer",   "16 bit integer", "24 bit integer",
        "32 bit integer", "32 bit real",     "48 bit integer", "64 bit integer",
        "selection",      "2 digit BCD",     "4 digit BCD",    "6 digit BCD",
        "8 digit BCD",    "variable length", "12 digit BCD",   "special function",
    };
    return names[static_cast<std::size_t>(field) & 0x0FU];
}

} // namespace meterlink::apl
