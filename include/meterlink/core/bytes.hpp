#pragma once

/// The one spelling of "some bytes" in the library.

#include <cstdint>
#include <span>

namespace meterlink {

/// Borrowed, read-only octets; the caller keeps them alive for as long as a view made from them.
using bytes_view = std::span<const std::uint8_t>;

/// Borrowed, writable octets: where `emit` writes to.
using bytes_span = std::span<std::uint8_t>;

/// The order in which the octets of one field travel.
enum class byte_order : std::uint8_t {
    least_significant_first, ///< EN 13757 and the default everywhere.
    most_significant_first,  ///< Modbus, SML, link CRCs, and the obsolete M-Bus "mode 2".
};

} // namespace meterlink
