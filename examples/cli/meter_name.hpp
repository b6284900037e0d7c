#pragma once

/// What a meter is called.

#include <string>

#include <meterlink/tpl/meter_address.hpp>

namespace meterlink::cli {

/// The eight digits as printed on the meter.
[[nodiscard]] inline std::string identification_of(const tpl::meter_address& meter) {
    constexpr auto* digits = "0123456789ABCDEF";
    std::string out;
    for (unsigned shift = 32; shift != 0; shift -= 4)
        out += digits[(meter.identification >> (shift - 4)) & 0xFU];
    return out;
}

/// Three letters.
[[nodiscard]] inline std::string manufacturer_of(const tpl::meter_address& meter) {
    const auto letters = meter.manufacturer.letters();
    return {letters.begin(), letters.end()};
}

} // namespace meterlink::cli
