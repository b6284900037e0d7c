#pragma once

/// The data information block: how a record's value is coded, and which register it stands for.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <meterlink/apl/data_field.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>

namespace meterlink::apl {

/// Bits 5..4 of the DIF: which value of the register this is.
enum class function_field : std::uint8_t { instantaneous, maximum, minimum, error };

/// Stable identifier, as it stands in JSON: `"maximum"`.
[[nodiscard]] constexpr std::string_view name(function_field function) noexcept {
    switch (function) {
    case function_field::instantaneous: return "instantaneous";
    case function_field::maximum: return "maximum";
    case function_field::minimum: return "minimum";
    case function_field::error: break;
    }
    return "error";
}

/// DIFE that a record may carry; the final DIFE 00 may stand behind them as an eleventh.
inline constexpr std::size_t max_dife = 10;

/// Data information block (EN 13757-3:2018, 6.3): the DIF and its DIFE.
struct dib {
    std::uint64_t storage = 0; ///< Storage number, 41 bits; 0 is the present value.
    std::uint32_t tariff = 0;  ///< 20 bits; 0 is the total.
    std::uint16_t subunit = 0; ///< 10 bits; 0 is the meter itself.
    data_field field = data_field::none;
    function_field function = function_field::instantaneous;
    std::uint8_t dife_count = 0; ///< DIFE to send even where fewer would do, as some meters do.

    /// True when the last DIFE is 00: the storage number then is an OBIS register number.
    [[nodiscard]] constexpr bool is_register_number() const noexcept { return dife_count > needed_dife(); }

    /// Octets on the wire, 1 to 12.
    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        const auto needed = needed_dife();
        return 1 + (dife_count > needed ? dife_count : needed);
    }

    /// Writes DIF and DIFE; `errc::value_out_of_range` when a number has more bits than ten DIFE carry.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (needed_dife() > max_dife || dife_count > max_dife + 1)
            return fail(errc::value_out_of_range, layer::apl, 0);
        writer to{out};
        auto more = wire_size() - 1;
        to.u8(static_cast<std::uint8_t>((more > 0 ? 0x80U : 0U) | (storage & 1U) << 6U |
                                        static_cast<unsigned>(function) << 4U |
                                        static_cast<unsigned>(field)));
        for (std::size_t i = 0; more > 0; ++i) {
            --more;
            const auto storage_bits = i < max_dife ? (storage >> (1 + 4 * i)) & 0x0FU : 0U;
            const auto tariff_bits = i < max_dife ? (tariff >> (2 * i)) & 0x03U : 0U;
            const auto subunit_bit = i < max_dife ? (unsigned{subunit} >> i) & 0x01U : 0U;
            to.u8(static_cast<std::uint8_t>((more > 0 ? 0x80U : 0U) | subunit_bit << 6U | tariff_bits << 4U |
                                            storage_bits));
        }
        return to.finish();
    }

    /// Equal when the same octets go on the wire.
    [[nodiscard]] friend constexpr bool operator==(const dib& a, const dib& b) noexcept {
        return a.storage == b.storage && a.tariff == b.tariff && a.subunit == b.subunit &&
               a.field == b.field && a.function == b.function && a.wire_size() == b.wire_size();
    }

private:
    /// DIFE that the three numbers need.
    [[nodiscard]] constexpr std::size_t needed_dife() const noexcept {
        const auto storage_dife = (static_cast<std::size_t>(std::bit_width(storage >> 1U)) + 3) / 4;
        const auto tariff_dife = (static_cast<std::size_t>(std::bit_width(tariff)) + 1) / 2;
        const auto subunit_dife = static_cast<std::size_t>(std::bit_width(subunit));
        auto most = storage_dife > tariff_dife ? storage_dife : tariff_dife;
        return most > subunit_dife ? most : subunit_dife;
    }
};

namespace detail {

/// DIFE from the second octet on; see `read_dib`.
constexpr std::size_t read_dife(bytes_view input, dib& out, error& problem) noexcept {
    std::size_t at = 1;
    bool too_many = false;
    for (auto octet = input[0]; (octet & 0x80U) != 0; ++at) {
        if (at == input.size()) {
            problem = {errc::truncated, layer::apl, at};
            return 0;
        }
        octet = input[at];
        const auto index = at - 1;
        if (index < max_dife) {
            out.storage |= std::uint64_t{octet & 0x0FU} << (1 + 4 * index);
            out.tariff |= ((octet >> 4U) & 0x03U) << (2 * index);
            out.subunit = static_cast<std::uint16_t>(out.subunit | ((octet >> 6U) & 0x01U) << index);
        } else {
            too_many = too_many || index > max_dife || octet != 0; // a final DIFE 00 may be the eleventh
        }
    }
    if (too_many)
        problem = {errc::dife_count, layer::apl, 1 + max_dife};
    else
        out.dife_count = static_cast<std::uint8_t>(at - 1);
    return at;
}

/// Reads the DIB at the start of `input`, which is not empty, into `out`. Returns its length, 0 when the
/// input ends in it; sets `problem` where something is wrong.
constexpr std::size_t read_dib(bytes_view input, dib& out, error& problem) noexcept {
    const auto dif = input[0];
    out.storage = (dif >> 6U) & 1U;
    out.tariff = 0;
    out.subunit = 0;
    out.field = static_cast<data_field>(dif & 0x0FU);
    out.function = static_cast<function_field>((dif >> 4U) & 0x03U);
    out.dife_count = 0;
    return (dif & 0x80U) == 0 ? 1 : read_dife(input, out, problem);
}

} // namespace detail

/// Reads one DIB that fills all of `input`. Errors: `truncated`, `dife_count`, `trailing_bytes`.
[[nodiscard]] constexpr result<dib> parse_dib(bytes_view input) noexcept {
    if (input.empty())
        return fail(errc::truncated, layer::apl, 0);
    dib out;
    error problem = no_error;
    const auto size = detail::read_dib(input, out, problem);
    if (problem.code != errc::none)
        return fail(problem);
    if (size != input.size())
        return fail(errc::trailing_bytes, layer::apl, size);
    return out;
}

} // namespace meterlink::apl
