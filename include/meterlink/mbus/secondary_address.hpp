#pragma once

/// The secondary address: a meter's identity as eight octets, and as a mask that selects meters by it.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/reader.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/tpl/header.hpp>

namespace meterlink::mbus {

namespace detail {

/// Bit 0 of every nibble F, the wildcards among eight BCD digits.
constexpr std::uint32_t wildcard_digits(std::uint32_t mask) noexcept {
    return mask & mask >> 1 & mask >> 2 & mask >> 3 & 0x1111'1111U;
}

} // namespace detail

/// Whether eight BCD digits fit a mask, in which every nibble F stands for any digit.
[[nodiscard]] constexpr bool digits_match(std::uint32_t mask, std::uint32_t digits) noexcept {
    return ((mask ^ digits) & ~(detail::wildcard_digits(mask) * 0xFU)) == 0;
}

/// Secondary address (EN 13757-3:2018, the selection of a slave), possibly with wildcards. The fields hold
/// the raw codes, so that every eight octets are one.
struct secondary_address {
    static constexpr std::size_t size = 8;

    std::uint32_t id = 0xFFFF'FFFF;      ///< Identification number, 8 BCD digits; a nibble F is any digit.
    std::uint16_t manufacturer = 0xFFFF; ///< Manufacturer code; an octet FF is any.
    std::uint8_t version = 0xFF;         ///< FF is any.
    std::uint8_t device_type = 0xFF;     ///< FF is any.

    /// Reads exactly eight octets: identification, manufacturer, version, device type. `order` is that inside
    /// the first two. `errc::truncated`, `errc::trailing_bytes`.
    [[nodiscard]] static constexpr result<secondary_address>
    parse(bytes_view input, byte_order order = byte_order::least_significant_first) noexcept {
        if (input.size() < size)
            return fail(errc::truncated, layer::mbus, input.size());
        if (input.size() > size)
            return fail(errc::trailing_bytes, layer::mbus, size, -1, input[size]);
        return secondary_address{static_cast<std::uint32_t>(load_number(input.first(4), order)),
                                 static_cast<std::uint16_t>(load_number(input.subspan(4, 2), order)),
                                 input[6], input[7]};
    }

    /// The address of the meter that sent a long header.
    [[nodiscard]] static constexpr secondary_address from(const tpl::long_header& header) noexcept {
        return {header.identification, header.manufacturer.code, header.version,
                static_cast<std::uint8_t>(header.device_type)};
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return size; }

    /// Writes the eight octets; `errc::buffer_too_small` without room for them.
    [[nodiscard]] constexpr result<std::size_t>
    emit(bytes_span out, byte_order order = byte_order::least_significant_first) const noexcept {
        return writer{out}
            .number(id, 4, order)
            .number(manufacturer, 2, order)
            .u8(version)
            .u8(device_type)
            .finish();
    }

    /// Whether this address, taken as a mask, selects the meter `other`.
    [[nodiscard]] constexpr bool matches(const secondary_address& other) const noexcept {
        constexpr auto octet_matches = [](unsigned mask, unsigned octet) {
            return (mask & 0xFFU) == 0xFFU || ((mask ^ octet) & 0xFFU) == 0;
        };
        return digits_match(id, other.id) && octet_matches(manufacturer, other.manufacturer) &&
               octet_matches(manufacturer >> 8U, other.manufacturer >> 8U) &&
               octet_matches(version, other.version) && octet_matches(device_type, other.device_type);
    }

    /// Whether it may select more than one identity.
    [[nodiscard]] constexpr bool has_wildcards() const noexcept {
        return detail::wildcard_digits(id) != 0 || (manufacturer & 0xFFU) == 0xFFU ||
               manufacturer >> 8U == 0xFFU || version == 0xFF || device_type == 0xFF;
    }

    [[nodiscard]] friend constexpr bool operator==(const secondary_address&,
                                                   const secondary_address&) noexcept = default;
};

} // namespace meterlink::mbus
