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
                                        static_cast<unsigned>(function) << 4U | static_cast<unsigned>(field)));
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
        return a.storage == b.storage && a.tariff == b.tariff && a.subunit == b.subunit && a.field == b.field &&
               a.function == b.function && a.wire_size() == b.wire_size();
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

/// Reads the DIB at the start of `input`. `errc::truncated` when the input ends in it, `errc::dife_count` when
/// it has more than ten DIFE. `size_out` is set to its length also in the second case, so that the caller can
/// walk on.
[[nodiscard]] constexpr result<dib> parse_dib(bytes_view input, std::size_t& size_out) noexcept {
    size_out = 0;
    if (input.empty())
        return fail(errc::truncated, layer::apl, 0);
    auto octet = input[0];
    dib out;
    out.field = static_cast<data_field>(octet & 0x0FU);
    out.function = static_cast<function_field>((octet >> 4U) & 0x03U);
    out.storage = (octet >> 6U) & 1U;
    std::size_t at = 1;
    bool too_many = false;
    while ((octet & 0x80U) != 0) {
        if (at == input.size())
            return fail(errc::truncated, layer::apl, at);
        octet = input[at];
        const auto index = at - 1;
        ++at;
        if (index >= max_dife) {
            too_many = too_many || index > max_dife || octet != 0;
            continue;
        }
        out.storage |= std::uint64_t{octet & 0x0FU} << (1 + 4 * index);
        out.tariff |= ((octet >> 4U) & 0x03U) << (2 * index);
        out.subunit = static_cast<std::uint16_t>(out.subunit | ((octet >> 6U) & 0x01U) << index);
    }
    size_out = at;
    if (too_many)
        return fail(errc::dife_count, layer::apl, 1 + max_dife);
    out.dife_count = static_cast<std::uint8_t>(at - 1);
    return out;
}

} // namespace meterlink::apl
