#pragma once

/// Measured values into the registers of a server: multiplied, and rounded where the registers want it.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

#include <meterlink/core/decimal.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/register_encoding.hpp>
#include <meterlink/modbus/register_order.hpp>
#include <meterlink/modbus/register_type.hpp>
#include <meterlink/modbus/register_value.hpp>

namespace meterlink::modbus {

/// How values stand in registers: registers = value * `factor`. With factor 100, 12.34 becomes 1234.
struct served_format {
    register_type type = register_kind::int32; ///< A number: neither text nor bits.
    register_order order = register_order::abcd;
    decimal factor{1, 0};

    /// How a client reads such registers; `errc::value_not_encodable` where 1 / `factor` is no decimal.
    [[nodiscard]] result<register_format> for_reading() const noexcept {
        const auto scale = detail::exact_quotient({1, 0}, factor);
        const auto narrow = scale ? scale->narrowed() : fail(errc::value_not_encodable, layer::modbus, 0);
        if (!narrow)
            return fail(errc::value_not_encodable, layer::modbus, 0);
        return register_format{type, order, *narrow, {}, usual_not_available(type)};
    }
};

namespace detail {

/// The nearest whole number, halves away from zero.
[[nodiscard]] constexpr decimal rounded(decimal value) noexcept {
    auto wide = wide_decimal{value};
    unsigned last = 0;
    for (; wide.exponent10 < 0 && wide.magnitude != 0; ++wide.exponent10) {
        last = static_cast<unsigned>(wide.magnitude % 10);
        wide.magnitude /= 10;
    }
    if (wide.exponent10 < 0)
        return {0, 0}; // below a tenth
    if (last >= 5)
        ++wide.magnitude;
    // The lowest mantissa has no positive counterpart.
    const auto mantissa = static_cast<std::int64_t>(wide.negative ? 0 - wide.magnitude : wide.magnitude);
    return {mantissa, static_cast<std::int8_t>(wide.exponent10)};
}

} // namespace detail

/// Writes `value` as `how` says into the first `how.type.width()` registers of `out`, and returns that width.
/// Integers and BCD are rounded to the nearest, halves away from zero; reals become the nearest of their
/// kind. `errc::value_not_encodable` for what is out of range, is what stands for "not available", or for
/// text and bits; `errc::decimal_overflow` where the product has no room; `errc::buffer_too_small` where
/// `out` ends.
[[nodiscard]] inline result<std::size_t> encode_served(decimal value, const served_format& how,
                                                       std::span<std::uint16_t> out) noexcept {
    const auto kind = how.type.kind();
    const auto refused = fail(errc::value_not_encodable, layer::modbus, 0);
    if (kind == register_kind::text || kind == register_kind::bits)
        return refused;
    const auto product = multiply(value, how.factor);
    if (!product)
        return fail(product.error());
    register_format format{how.type, how.order, {1, 0}, {}, usual_not_available(how.type)};
    if (kind != register_kind::float32 && kind != register_kind::float64)
        return encode_registers(detail::rounded(*product), format, out);
    auto number = product->to_double();
    if (kind == register_kind::float32) {
        // Not by way of a double, which would round twice.
        const auto single = detail::nearest<float>(detail::wide_decimal{*product});
        if (!single && std::abs(number) > 1)
            return refused;
        number = double{single.value_or(std::copysign(0.0F, number < 0 ? -1.0F : 1.0F))};
    }
    return encode_registers(real{number, kind == register_kind::float32}, format, out);
}

/// Writes what stands for "not available" with this type, as `usual_not_available` has it.
/// `errc::value_not_encodable` for text and bits, which have no such thing.
[[nodiscard]] inline result<std::size_t> encode_missing(const served_format& how,
                                                        std::span<std::uint16_t> out) noexcept {
    return encode_registers(invalid{}, {how.type, how.order, {1, 0}, {}, usual_not_available(how.type)}, out);
}

} // namespace meterlink::modbus
