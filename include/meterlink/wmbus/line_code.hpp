#pragma once

/// Octets to chips and back, in whichever line code.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/wmbus/bit_writer.hpp>
#include <meterlink/wmbus/bits.hpp>

namespace meterlink::wmbus {

/// A line code that turns each octet into the same number of chips.
template <class Code>
concept line_code = requires(std::uint8_t octet, std::uint32_t chips) {
    { Code::chips_per_octet } -> std::convertible_to<std::size_t>;
    { Code::chips_of(octet) } -> std::convertible_to<std::uint32_t>;
    { Code::octet_of(chips) } -> std::same_as<std::optional<std::uint8_t>>;
    { Code::defect_in(chips) } -> std::convertible_to<std::size_t>;
};

/// Appends the chips of `octets`.
template <line_code Code>
constexpr void encode(bytes_view octets, bit_writer& chips) noexcept {
    for (const auto octet : octets)
        chips.put(Code::chips_of(octet), Code::chips_per_octet);
}

/// Writes the chips of `octets` from the first bit of `out` on, the last octet filled up with zeros. Returns
/// how many chips; `errc::buffer_too_small` without room for them.
template <line_code Code>
[[nodiscard]] constexpr result<std::size_t> encode(bytes_view octets, bytes_span out) noexcept {
    bit_writer chips{out};
    encode<Code>(octets, chips);
    return chips.finish();
}

/// Writes the octets whose chips are given; chips that make no whole octet at the end are left. Returns how
/// many octets. Errors: `errc::chip_code`, its offset counting chips from the first of `chips` to the symbol
/// that is none, and `errc::buffer_too_small`.
template <line_code Code>
[[nodiscard]] constexpr result<std::size_t> decode(bits_view chips, bytes_span out) noexcept {
    const auto count = chips.size() / Code::chips_per_octet;
    if (out.size() < count)
        return fail(errc::buffer_too_small, layer::core, out.size());
    for (std::size_t i = 0; i < count; ++i) {
        const auto symbols = chips.peek(Code::chips_per_octet, i * Code::chips_per_octet);
        const auto octet = Code::octet_of(symbols);
        if (!octet)
            return fail(errc::chip_code, layer::wmbus, i * Code::chips_per_octet + Code::defect_in(symbols));
        out[i] = *octet;
    }
    return count;
}

/// Chips are bits, as in modes C, N and F (EN 13757-4:2019). Every octet is valid.
struct nrz {
    static constexpr std::size_t chips_per_octet = 8;

    [[nodiscard]] static constexpr std::uint32_t chips_of(std::uint8_t octet) noexcept { return octet; }
    [[nodiscard]] static constexpr std::optional<std::uint8_t> octet_of(std::uint32_t chips) noexcept {
        return static_cast<std::uint8_t>(chips & 0xFFU);
    }
    [[nodiscard]] static constexpr std::size_t defect_in(std::uint32_t) noexcept { return 0; }
};

} // namespace meterlink::wmbus
