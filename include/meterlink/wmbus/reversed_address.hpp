#pragma once

/// Link layer addresses of makers who send them in an order of their own.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/tpl/meter_address.hpp>

namespace meterlink::wmbus {

namespace detail {

/// Diehl Metering and the makers it grew out of.
inline constexpr std::array reversing_makers{
    *tpl::manufacturer::parse("DME"), *tpl::manufacturer::parse("HYD"), *tpl::manufacturer::parse("EWT"),
    *tpl::manufacturer::parse("SPL")};

} // namespace detail

/// Whether a telegram sends version and device type before the identification number: Diehl does where the
/// message is its own, by its CI field or by a security mode that the standard reserves. Known from
/// telegrams, not from a standard. `message` begins with the CI field.
[[nodiscard]] constexpr bool has_reversed_address(tpl::manufacturer maker, bytes_view message) noexcept {
    const auto& makers = detail::reversing_makers;
    if (std::find(makers.begin(), makers.end(), maker) == makers.end() || message.empty())
        return false;
    const auto ci = message[0];
    if (ci == 0x71 || (ci >= 0xA0 && ci <= 0xA7) || (ci >= 0xB1 && ci <= 0xB3))
        return true;
    constexpr std::size_t mode_octet = 4; // CI, access number, status, and the low octet of the configuration
    constexpr std::uint8_t first_reserved_mode = 16;
    return ci == 0x7A && message.size() > mode_octet && (message[mode_octet] & 0x1FU) >= first_reserved_mode;
}

/// The address behind one whose six octets after the maker's are version, device type, identification.
[[nodiscard]] constexpr tpl::meter_address in_standard_order(const tpl::meter_address& sent) noexcept {
    const auto high = static_cast<std::uint32_t>(sent.device_type) << 24U;
    return {sent.manufacturer, high | std::uint32_t{sent.version} << 16U | sent.identification >> 16U,
            static_cast<std::uint8_t>(sent.identification & 0xFFU),
            static_cast<tpl::device_type>(sent.identification >> 8U & 0xFFU)};
}

} // namespace meterlink::wmbus
