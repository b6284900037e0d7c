#pragma once

/// From a value to the data octets of a record.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <variant>
#include <vector>

#include <meterlink/apl/data_field.hpp>
#include <meterlink/apl/date_codec.hpp>
#include <meterlink/apl/lvar.hpp>
#include <meterlink/apl/measurement.hpp>
#include <meterlink/apl/value.hpp>
#include <meterlink/apl/value_codec.hpp>
#include <meterlink/core/bcd.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/decimal.hpp>
#include <meterlink/core/result.hpp>

namespace meterlink::apl {

namespace detail {

[[nodiscard]] inline tl::unexpected<error> not_encodable() {
    return fail(errc::value_not_encodable, layer::apl, 0);
}

/// Encodes one value for one data field; each overload takes one kind of value.
class value_encoder {
public:
    using octets = std::vector<std::uint8_t>;

    value_encoder(const measurement& m, data_field field) noexcept : measurement_{m}, field_{field} {}

    result<octets> operator()(no_data) const {
        if (field_ == data_field::none || field_ == data_field::selection)
            return octets{};
        if (field_ == data_field::variable)
            return octets{0xE0}; // 00 would be an empty text
        return not_encodable();
    }

    result<octets> operator()(const decimal& number) const {
        if (field_ == data_field::real_32)
            return real_octets(static_cast<float>(unscaled_real(number)));
        const auto raw = unscaled(number);
        if (!raw)
            return not_encodable();
        if (is_bcd(field_))
            return digits(*raw);
        if (is_integer(field_))
            return integer(*raw);
        if (field_ == data_field::variable)
            return is_numeric(measurement_) ? variable_integer(*raw) : variable_digits(*raw);
        return not_encodable();
    }

    result<octets> operator()(const real& number) const {
        if (field_ != data_field::real_32 || number.exponent10 != measurement_.exponent10)
            return not_encodable();
        const auto& m = measurement_;
        const auto offset = m.offset_thousandths == 0
                                ? 0.0
                                : m.offset_thousandths * std::pow(10.0, m.prefix10 - 3 - m.exponent10);
        const auto counted = double{number.significand} - offset;
        return real_octets(static_cast<float>(m.counts_4096th ? counted * 4096 : counted));
    }

    result<octets> operator()(const date& d) const {
        if (field_ != data_field::integer_16)
            return not_encodable();
        return encode_type_g(d).map([](std::uint16_t bits) { return little_endian(bits, 2); });
    }

    result<octets> operator()(const date_time& t) const {
        if (field_ == data_field::integer_32)
            return encode_type_f(t).map([](std::uint32_t bits) { return little_endian(bits, 4); });
        if (field_ == data_field::integer_48)
            return encode_type_i(t).map([](std::uint64_t bits) { return little_endian(bits, 6); });
        return not_encodable();
    }

    result<octets> operator()(const time_of_day& t) const {
        if (field_ != data_field::integer_24)
            return not_encodable();
        return encode_type_j(t).map([](std::uint32_t bits) { return little_endian(bits, 3); });
    }

    result<octets> operator()(const text& t) const {
        if (field_ != data_field::variable || t.wire.size() > 0xBF)
            return not_encodable();
        octets out{static_cast<std::uint8_t>(t.wire.size())};
        out.insert(out.end(), t.wire.begin(), t.wire.end());
        if (!t.is_reversed)
            std::reverse(out.begin() + 1, out.end());
        return out;
    }

    result<octets> operator()(bit_flags flags) const {
        if (!is_integer(field_) || (data_size(field_) < 8 && flags.bits >> (8 * data_size(field_)) != 0))
            return not_encodable();
        return little_endian(flags.bits, data_size(field_));
    }

    result<octets> operator()(const opaque& o) const {
        if (field_ == data_field::variable) {
            if (o.octets.size() > 0xBF)
                return not_encodable();
            octets out{lvar_of_opaque(o.octets.size())};
            out.insert(out.end(), o.octets.begin(), o.octets.end());
            return out;
        }
        if (o.octets.size() != data_size(field_))
            return not_encodable();
        return octets{o.octets.begin(), o.octets.end()};
    }

    /// "No value" has a code in each data type; the other reasons have none.
    result<octets> operator()(invalid i) const {
        if (i.reason == invalid_reason::not_a_number && field_ == data_field::real_32)
            return real_octets(std::numeric_limits<float>::quiet_NaN());
        if (i.reason != invalid_reason::no_value || field_ == data_field::variable ||
            data_size(field_) == 0 || field_ == data_field::real_32)
            return not_encodable();
        octets out(data_size(field_), 0xFF);
        if (is_integer(field_) && measurement_.type == data_type::signed_integer) {
            std::fill(out.begin(), out.end(), std::uint8_t{0});
            out.back() = 0x80;
        }
        return out;
    }

private:
    static octets little_endian(std::uint64_t bits, std::size_t size) {
        octets out(size);
        for (std::size_t i = 0; i < size; ++i)
            out[i] = static_cast<std::uint8_t>(bits >> (8 * i));
        return out;
    }

    /// The LVAR under which `size` octets come back as opaque: 00..BF where the VIB makes them so, else a
    /// binary one. Where neither exists they go as they are.
    [[nodiscard]] std::uint8_t lvar_of_opaque(std::size_t size) const noexcept {
        const auto& m = measurement_;
        const bool is_text = !m.is_profile && m.type != data_type::opaque && m.type != data_type::date_time;
        if (is_text && (size > 8 || !is_numeric(m) || is_secondary_address(m, size)))
            for (std::uint8_t code = 0xE1; code <= 0xF6; ++code)
                if (lvar{code}.size() == size)
                    return code;
        return static_cast<std::uint8_t>(size);
    }

    static octets real_octets(float number) { return little_endian(std::bit_cast<std::uint32_t>(number), 4); }

    /// The raw count that `number` is in the measurement's scale, when it is a whole one.
    [[nodiscard]] result<std::int64_t> unscaled(decimal number) const {
        const auto& m = measurement_;
        return subtract(number, {m.offset_thousandths, static_cast<std::int8_t>(m.prefix10 - 3)})
            .and_then([&](decimal d) { return d.scaled(-m.exponent10); })
            .and_then([&](decimal d) {
                return m.counts_4096th ? multiply(d.normalised(), 4096) : result<decimal>{d};
            })
            .and_then([](decimal d) { return d.to_integer(); });
    }

    [[nodiscard]] double unscaled_real(decimal number) const {
        const auto& m = measurement_;
        const auto counted =
            m.offset_thousandths == 0
                ? result<decimal>{number}
                : subtract(number, {m.offset_thousandths, static_cast<std::int8_t>(m.prefix10 - 3)});
        const auto shifted = counted.and_then([&](decimal d) { return d.scaled(-m.exponent10); });
        const auto raw = shifted ? shifted->to_double() : number.to_double();
        return measurement_.counts_4096th ? raw * 4096 : raw;
    }

    [[nodiscard]] result<octets> digits(std::int64_t raw) const {
        octets out(data_size(field_));
        if (!encode_bcd(raw, out))
            return not_encodable();
        return out;
    }

    [[nodiscard]] result<octets> integer(std::int64_t raw) const {
        if (is_secondary_address(measurement_, data_size(field_))) // would come back as octets
            return not_encodable();
        const auto bits = static_cast<unsigned>(8 * data_size(field_));
        const auto magnitude_bits = measurement_.type == data_type::signed_integer ? bits - 1 : bits;
        const auto limit = magnitude_bits >= 63 ? std::numeric_limits<std::int64_t>::max()
                                                : (std::int64_t{1} << magnitude_bits) - 1;
        // The outermost code of each type means "no value".
        const bool is_signed = measurement_.type == data_type::signed_integer;
        const bool fits = is_signed ? raw >= -limit && raw <= limit
                                    : raw >= 0 && (raw < limit || (bits == 64 && raw == limit));
        if (!fits)
            return not_encodable();
        return little_endian(static_cast<std::uint64_t>(raw), data_size(field_));
    }

    /// LVAR E1..E8: the shortest two's complement that is not the code of "no value".
    [[nodiscard]] result<octets> variable_integer(std::int64_t raw) const {
        if (raw == std::numeric_limits<std::int64_t>::min() ||
            (raw < 0 && measurement_.type == data_type::unsigned_integer))
            return not_encodable();
        std::size_t size = 1;
        while (size < 8 &&
               (raw <= -(std::int64_t{1} << (8 * size - 1)) || raw >= std::int64_t{1} << (8 * size - 1)))
            ++size;
        auto out = little_endian(static_cast<std::uint64_t>(raw), size);
        if (is_secondary_address(measurement_, size))
            return not_encodable();
        out.insert(out.begin(), static_cast<std::uint8_t>(0xE0 + size));
        return out;
    }

    /// LVAR C1..C9 and D1..D9: digits are a number under every VIB, where binary octets would come back
    /// opaque.
    [[nodiscard]] static result<octets> variable_digits(std::int64_t raw) {
        const bool is_negative = raw < 0;
        for (std::uint8_t size = 1; size <= bcd_max_octets && raw != std::numeric_limits<std::int64_t>::min();
             ++size) {
            octets out(1U + size, static_cast<std::uint8_t>((is_negative ? 0xD0U : 0xC0U) + size));
            if (encode_bcd(is_negative ? -raw : raw, bytes_span{out}.subspan(1), bcd_sign::none))
                return out;
        }
        return not_encodable();
    }

    const measurement& measurement_;
    data_field field_;
};

} // namespace detail

/// The data octets of `what`, LVAR first where the field is variable, as a record of measurement `m` and
/// `field` carries them, least significant octet first. The inverse of `decode_value`: numbers are exact,
/// except in real fields, which take the nearest real. `errc::value_not_encodable` when the field cannot hold
/// the value.
[[nodiscard]] inline result<std::vector<std::uint8_t>> encode_value(const record_value& what,
                                                                    const measurement& m, data_field field) {
    return std::visit(detail::value_encoder{m, field}, what);
}

} // namespace meterlink::apl
