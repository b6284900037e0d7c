#pragma once

/// Initialisation vectors of the security modes.

#include <array>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/tpl/cipher.hpp>
#include <meterlink/tpl/meter_address.hpp>

namespace meterlink::tpl {

/// Initialisation vector of mode 5 (EN 13757-7:2018, 7.7.3): the meter's address, then the access number
/// eight times. That of mode 7 is zero.
[[nodiscard]] constexpr aes_block mode_5_vector(const meter_address& meter,
                                                std::uint8_t access_number) noexcept {
    aes_block out{};
    out.fill(access_number);
    [[maybe_unused]] const auto written = meter.emit(out);
    return out;
}

/// Nonce of mode 10 (EN 13757-7:2018, 7.7.7): the meter's address, zero, and the message counter, most
/// significant octet first.
[[nodiscard]] constexpr std::array<std::uint8_t, 13> mode_10_nonce(const meter_address& meter,
                                                                   std::uint32_t counter) noexcept {
    std::array<std::uint8_t, 13> out{};
    [[maybe_unused]] const auto written = meter.emit(out);
    for (std::size_t i = 0; i < 4; ++i)
        out[9 + i] = static_cast<std::uint8_t>(counter >> (8 * (3 - i)));
    return out;
}

} // namespace meterlink::tpl
