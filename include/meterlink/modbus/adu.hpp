#pragma once

/// What the stream decoders of all framings find: application data units, and what is none.

#include <cstddef>
#include <cstdint>
#include <variant>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/modbus/pdu.hpp>

namespace meterlink::modbus {

/// An intact frame of whichever framing, in the memory of the decoder, or of the octets given to it: valid
/// until the decoder is asked again.
struct adu_view {
    std::uint16_t transaction = 0; ///< Of a TCP frame; lines have none.
    unit_id unit = 0;
    bytes_view pdu;            ///< One octet at least.
    std::size_t wire_size = 0; ///< Octets of the whole frame.
    /// Heard by a server: what another device answers, and no request.
    bool is_foreign_reply = false;
};

/// Octets that belong to no intact frame.
struct garbage {
    std::size_t count = 0;
    /// What kept the first of them from beginning a frame, or who did not ask for the frame that they are;
    /// its offset counts from there.
    error why;

    [[nodiscard]] friend constexpr bool operator==(const garbage&, const garbage&) noexcept = default;
};

/// What a decoder finds.
using decoder_event = std::variant<adu_view, garbage>;

} // namespace meterlink::modbus
