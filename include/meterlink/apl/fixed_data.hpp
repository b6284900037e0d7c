#pragma once

/// The fixed data structure of the first M-Bus meters (CI 73, 77).

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <meterlink/apl/measurement.hpp>
#include <meterlink/apl/value.hpp>
#include <meterlink/core/bcd.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/reader.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>

namespace meterlink::apl {

/// One of the two counters.
struct fixed_counter {
    apl::measurement measurement{};
    record_value value = no_data{};
    bool is_historical = false; ///< Stored at a fixed date, not the present value.
};

/// Fixed data structure (EN 1434-3:1997, 6.2): identification, access number, status and two counters.
struct fixed_data {
    std::uint32_t identification = 0; ///< Eight BCD digits, the first in the most significant nibble.
    std::uint8_t access_number = 0;
    /// Bit 0: binary counters, else BCD; bit 1: stored values; bits 7..2 as `tpl::status`.
    std::uint8_t status = 0;
    std::array<std::uint8_t, 2> unit_codes{}; ///< Bits 5..0 of each unit octet.
    std::uint8_t medium_code = 0;             ///< Four bits; `fixed_medium_name` names it.
    std::array<std::uint32_t, 2> counters{};  ///< As transmitted: BCD or binary.

    [[nodiscard]] static constexpr std::size_t wire_size() noexcept { return 16; }

    /// Reads what stands behind the CI field: exactly 16 octets, otherwise `truncated` or `trailing_bytes`.
    [[nodiscard]] static constexpr result<fixed_data>
    parse(bytes_view input, byte_order order = byte_order::least_significant_first) noexcept;

    [[nodiscard]] constexpr result<std::size_t>
    emit(bytes_span out, byte_order order = byte_order::least_significant_first) const noexcept;

    [[nodiscard]] constexpr bool has_binary_counters() const noexcept { return (status & 0x01U) != 0; }
    [[nodiscard]] constexpr bool has_stored_counters() const noexcept { return (status & 0x02U) != 0; }

    /// The first or second counter (`index` 0 or 1), decoded.
    [[nodiscard]] constexpr fixed_counter counter(std::size_t index) const noexcept;

    [[nodiscard]] friend constexpr bool operator==(const fixed_data&, const fixed_data&) noexcept = default;
};

/// Stable identifier of a four-bit medium code; the names of `tpl::device_type` where they exist.
[[nodiscard]] constexpr std::string_view fixed_medium_name(std::uint8_t code) noexcept {
    constexpr std::array<std::string_view, 16> names{
        "other",      "oil",   "electricity",         "gas",      "heat_outlet", "steam",
        "warm_water", "water", "heat_cost_allocator", "reserved", "gas",         "heat_outlet",
        "warm_water", "water", "heat_cost_allocator", "reserved"};
    return names[code & 0x0FU];
}

namespace detail {

inline constexpr std::uint8_t fixed_unit_same_as_first = 0x3E;

/// The unit codes, one row per range; each step within a range is a factor of ten.
struct fixed_unit_row {
    std::uint8_t first;
    std::uint8_t last;
    meterlink::quantity quantity;
    meterlink::unit unit;
    std::int8_t exponent10;
};

// clang-format off
inline constexpr std::array fixed_unit_rows{
    fixed_unit_row{0x02, 0x0A, quantity::energy, unit::watt_hour, 0},
    fixed_unit_row{0x0B, 0x13, quantity::energy, unit::joule, 3},
    fixed_unit_row{0x14, 0x1C, quantity::power, unit::watt, 0},
    fixed_unit_row{0x1D, 0x25, quantity::power, unit::joule_per_hour, 3},
    fixed_unit_row{0x26, 0x2E, quantity::volume, unit::cubic_metre, -6},
    fixed_unit_row{0x2F, 0x37, quantity::volume_flow, unit::cubic_metre_per_hour, -6},
    fixed_unit_row{0x38, 0x38, quantity::temperature, unit::degree_celsius, -3},
    fixed_unit_row{0x39, 0x39, quantity::heat_cost_allocation, unit::hca_unit, 0},
    fixed_unit_row{0x3F, 0x3F, quantity::dimensionless, unit::none, 0},
};
// clang-format on

/// 00 (h, m, s) and 01 (D, M, Y) are of a layout that is not known, and come as reserved.
constexpr measurement fixed_measurement(std::uint8_t code) noexcept {
    measurement out;
    for (const auto& row : fixed_unit_rows)
        if (code >= row.first && code <= row.last) {
            out.quantity = row.quantity;
            out.unit = row.unit;
            out.exponent10 = static_cast<std::int8_t>(row.exponent10 + (code - row.first));
        }
    return out;
}

} // namespace detail

constexpr result<fixed_data> fixed_data::parse(bytes_view input, byte_order order) noexcept {
    if (input.size() < wire_size())
        return fail(errc::truncated, layer::apl, input.size());
    if (input.size() > wire_size())
        return fail(errc::trailing_bytes, layer::apl, wire_size());
    const auto u32 = [&](std::size_t at) {
        return static_cast<std::uint32_t>(load_number(input.subspan(at, 4), order));
    };
    fixed_data out;
    out.identification = u32(0);
    out.access_number = input[4];
    out.status = input[5];
    const bool lsb_first = order == byte_order::least_significant_first;
    const unsigned first = input[lsb_first ? 6 : 7];
    const unsigned second = input[lsb_first ? 7 : 6];
    out.unit_codes = {static_cast<std::uint8_t>(first & 0x3FU), static_cast<std::uint8_t>(second & 0x3FU)};
    out.medium_code = static_cast<std::uint8_t>(first >> 6U | second >> 6U << 2U);
    out.counters = {u32(8), u32(12)};
    return out;
}

constexpr result<std::size_t> fixed_data::emit(bytes_span out, byte_order order) const noexcept {
    const bool lsb_first = order == byte_order::least_significant_first;
    const auto first = static_cast<std::uint8_t>((unit_codes[0] & 0x3FU) | (medium_code & 0x03U) << 6U);
    const auto second = static_cast<std::uint8_t>((unit_codes[1] & 0x3FU) | (medium_code & 0x0CU) << 4U);
    return writer{out}
        .number(identification, 4, order)
        .u8(access_number)
        .u8(status)
        .u8(lsb_first ? first : second)
        .u8(lsb_first ? second : first)
        .number(counters[0], 4, order)
        .number(counters[1], 4, order)
        .finish();
}

constexpr fixed_counter fixed_data::counter(std::size_t index) const noexcept {
    const auto code = unit_codes[index & 1U];
    fixed_counter out;
    out.is_historical = has_stored_counters() || code == detail::fixed_unit_same_as_first;
    out.measurement =
        detail::fixed_measurement(code == detail::fixed_unit_same_as_first ? unit_codes[0] : code);
    const auto bits = counters[index & 1U];
    if (has_binary_counters()) {
        if (bits == 0x80000000) // as everywhere in type B
            out.value = invalid{invalid_reason::no_value};
        else
            out.value = decimal{static_cast<std::int32_t>(bits), out.measurement.exponent10};
        return out;
    }
    const std::array<std::uint8_t, 4> digits{
        static_cast<std::uint8_t>(bits), static_cast<std::uint8_t>(bits >> 8U),
        static_cast<std::uint8_t>(bits >> 16U), static_cast<std::uint8_t>(bits >> 24U)};
    const auto bcd = decode_bcd(digits);
    if (bcd.has_value())
        out.value = decimal{bcd.value, out.measurement.exponent10};
    else
        out.value =
            invalid{bcd.kind == bcd_kind::no_value ? invalid_reason::no_value : invalid_reason::bcd_digit};
    return out;
}

} // namespace meterlink::apl
