#pragma once

/// From the data octets of a record to its value.

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include <meterlink/apl/data_field.hpp>
#include <meterlink/apl/date_codec.hpp>
#include <meterlink/apl/lvar.hpp>
#include <meterlink/apl/value.hpp>
#include <meterlink/apl/vib.hpp>
#include <meterlink/core/bcd.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/reader.hpp>

namespace meterlink::apl {

namespace detail {

/// raw * 10^exponent, with the rarer corrections of the VIB.
constexpr record_value scaled_slowly(std::int64_t raw, const measurement& m) noexcept {
    auto out = result<decimal>{decimal{raw, m.exponent10}};
    if (m.counts_4096th) // raw / 4096 is raw * 5^12 / 10^12
        out = multiply(decimal{raw, 0}, 244'140'625).and_then([&](decimal d) {
            return d.scaled(m.exponent10 - 12);
        });
    if (m.offset_thousandths != 0 && out)
        out = add(*out, {m.offset_thousandths, static_cast<std::int8_t>(m.prefix10 - 3)});
    if (!out)
        return invalid{invalid_reason::too_large};
    return *out;
}

constexpr record_value scaled(std::int64_t raw, const measurement& m) noexcept {
    if (!m.counts_4096th && m.offset_thousandths == 0) [[likely]]
        return decimal{raw, m.exponent10};
    return scaled_slowly(raw, m);
}

template <class T>
constexpr record_value to_value(const decoded<T>& from) noexcept {
    if (from)
        return *from;
    return invalid{from.error()};
}

constexpr std::int64_t sign_extended(std::uint64_t bits, std::size_t octets) noexcept {
    const auto unused = static_cast<unsigned>(64 - 8 * octets);
    return static_cast<std::int64_t>(bits << unused) >> unused;
}

constexpr record_value decode_date(std::uint64_t bits, std::size_t octets, const measurement& m) noexcept {
    switch (octets) {
    case 2: return to_value(decode_type_g(static_cast<std::uint16_t>(bits)));
    case 3: return to_value(decode_type_j(static_cast<std::uint32_t>(bits)));
    case 4: return to_value(decode_type_f(static_cast<std::uint32_t>(bits)));
    case 6: return to_value(decode_type_i(bits));
    default: return scaled(sign_extended(bits, octets), m);
    }
}

/// An integer of 1 to 8 octets, least significant first, as the data type of the VIB says.
constexpr record_value decode_integer(std::uint64_t bits, std::size_t octets, const measurement& m) noexcept {
    const auto all_ones = ~std::uint64_t{0} >> (64 - 8 * octets);
    switch (m.type) {
    case data_type::signed_integer:
        if (bits == (all_ones >> 1U) + 1) [[unlikely]]
            return invalid{invalid_reason::no_value};
        return scaled(sign_extended(bits, octets), m);
    case data_type::unsigned_integer:
        if (bits == all_ones)
            return invalid{invalid_reason::no_value};
        if (bits > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return invalid{invalid_reason::too_large};
        return scaled(static_cast<std::int64_t>(bits), m);
    case data_type::bit_flags: return bit_flags{bits};
    case data_type::date:
    case data_type::date_time: return decode_date(bits, octets, m);
    case data_type::opaque: break;
    }
    return scaled(sign_extended(bits, octets), m);
}

inline record_value decode_real(std::uint32_t bits, const measurement& m) noexcept {
    const auto number = std::bit_cast<float>(bits);
    if (std::isnan(number))
        return invalid{invalid_reason::not_a_number};
    if (std::isinf(number))
        return invalid{invalid_reason::infinite};
    const auto counted = m.counts_4096th ? number / 4096 : number;
    if (m.offset_thousandths != 0) {
        const auto offset = m.offset_thousandths * std::pow(10.0, m.prefix10 - 3 - m.exponent10);
        return real{static_cast<float>(double{counted} + offset), m.exponent10};
    }
    return real{counted, m.exponent10};
}

constexpr record_value decode_digits(bytes_view data, const measurement& m, bcd_sign sign,
                                     bool is_negative = false) noexcept {
    const auto digits = decode_bcd(data, sign);
    if (digits.has_value()) [[likely]]
        return scaled(is_negative ? -digits.value : digits.value, m);
    return invalid{digits.kind == bcd_kind::no_value ? invalid_reason::no_value : invalid_reason::bcd_digit};
}

/// True when a number of the manufacturer, or of a type nobody knows, would be guesswork.
constexpr bool is_numeric(const measurement& m) noexcept {
    return (m.type == data_type::signed_integer || m.type == data_type::unsigned_integer) &&
           m.quantity != quantity::manufacturer_specific && m.quantity != quantity::reserved;
}

/// True for a whole secondary address (identification, manufacturer, version, device type) in the place of a
/// number: as one number it would have no meaning.
constexpr bool is_secondary_address(const measurement& m, std::size_t octets) noexcept {
    return octets == 8 && m.type == data_type::unsigned_integer &&
           (m.quantity == quantity::enhanced_identification || m.quantity == quantity::address);
}

/// `number` holds the same octets as `wire`, least significant first.
constexpr record_value decode_variable(lvar length, bytes_view number, bytes_view wire, const measurement& m,
                                       byte_order order) noexcept {
    switch (length.kind()) {
    case lvar_kind::text:
        if (m.type == data_type::opaque || m.type == data_type::date_time)
            return opaque{wire};
        return text{wire, order == byte_order::least_significant_first};
    case lvar_kind::positive_bcd:
    case lvar_kind::negative_bcd:
        if (number.empty())
            return no_data{};
        return decode_digits(number, m, bcd_sign::none, length.kind() == lvar_kind::negative_bcd);
    case lvar_kind::binary:
        if (number.empty())
            return no_data{};
        if (number.size() <= 8 && is_numeric(m) && !is_secondary_address(m, number.size()))
            return decode_integer(load_little_endian(number), number.size(), m);
        return opaque{wire};
    case lvar_kind::reserved: break;
    }
    return opaque{wire};
}

/// A data field of fixed length, least significant octet first.
inline record_value decode_fixed(data_field field, bytes_view data, const measurement& m) noexcept {
    switch (field) {
    case data_field::real_32: return decode_real(static_cast<std::uint32_t>(load_little_endian(data)), m);
    case data_field::bcd_2:
    case data_field::bcd_4:
    case data_field::bcd_6:
    case data_field::bcd_8:
    case data_field::bcd_12: return decode_digits(data, m, bcd_sign::top_nibble);
    case data_field::integer_8: return decode_integer(data[0], 1, m);
    case data_field::integer_16: return decode_integer(load_little_endian(data.first<2>()), 2, m);
    case data_field::integer_24: return decode_integer(load_little_endian(data.first<3>()), 3, m);
    case data_field::integer_32: return decode_integer(load_little_endian(data.first<4>()), 4, m);
    case data_field::integer_48: return decode_integer(load_little_endian(data.first<6>()), 6, m);
    case data_field::integer_64: return decode_integer(load_little_endian(data.first<8>()), 8, m);
    case data_field::none:
    case data_field::selection:
    case data_field::variable:
    case data_field::special: break;
    }
    return no_data{};
}

} // namespace detail

/// What a record's data octets mean. `data` is without LVAR and as long as `field` and `length` say; `order`
/// is that of the octets within it.
[[nodiscard]] inline record_value decode_value(data_field field, lvar length, bytes_view data,
                                               const measurement& m, byte_order order) noexcept {
    if (m.record_error != 0)
        return invalid{invalid_reason::record_error};
    const bool is_opaque = field == data_field::variable
                               ? m.is_profile
                               : is_integer(field) && (m.type == data_type::opaque ||
                                                       detail::is_secondary_address(m, data.size()));
    if (is_opaque)
        return opaque{data};
    auto number = data;
    std::array<std::uint8_t, 16> turned{};
    if (order == byte_order::most_significant_first && data.size() <= turned.size()) {
        std::reverse_copy(data.begin(), data.end(), turned.begin());
        number = std::span{turned}.first(data.size());
    }
    if (field == data_field::variable)
        return detail::decode_variable(length, number, data, m, order);
    return detail::decode_fixed(field, number, m);
}

} // namespace meterlink::apl
