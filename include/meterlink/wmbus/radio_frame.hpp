#pragma once

/// A frame as chips on the air: preamble, sync word, coded octets, postamble.

#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/wmbus/bit_writer.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/line_code.hpp>
#include <meterlink/wmbus/manchester.hpp>
#include <meterlink/wmbus/mode.hpp>
#include <meterlink/wmbus/three_of_six.hpp>

namespace meterlink::wmbus {

/// What a radio is set to: a mode, and who sends in it.
struct tuning {
    wmbus::mode mode = wmbus::mode::t1;
    direction sender = direction::meter_to_other;

    [[nodiscard]] friend constexpr bool operator==(tuning, tuning) noexcept = default;
};

/// A frame found among chips; `octets` are borrowed from who decoded them.
struct radio_frame {
    bytes_view octets; ///< As on the air, L first, with the CRCs of `format`.
    frame_format format = frame_format::a;
    /// The mode that the sync word tells; T1 or C1 where the radio is set to a mode of one way, else T2 or
    /// C2.
    wmbus::mode mode = wmbus::mode::t1;
    std::uint64_t begin = 0; ///< The first chip of the sync word, counted from the first chip there was.
    std::uint64_t end = 0;   ///< One behind the last chip of the last octet.
    /// Why the octets are not a whole intact frame, its offset counting octets of the frame:
    /// `errc::block_crc`, `errc::chip_code` and `errc::truncated`. Of the latter two there are at least 12
    /// octets.
    std::optional<error> problem{};
};

/// Octets that hold the chips of the longest frame, which is one of mode S1.
inline constexpr std::size_t max_radio_frame_octets = (558 + 18 + 16 * max_air_size + 4 + 7) / 8;

namespace detail {

/// The chips of a postamble, two pairs 01 behind a line code; NRZ has none.
constexpr std::size_t postamble_chips(line_coding coding) noexcept {
    return coding == line_coding::nrz ? 0 : 4;
}

/// Calls `with` with the line code, as an object.
template <class With>
constexpr auto visit_line_code(line_coding coding, With&& with) noexcept {
    switch (coding) {
    case line_coding::manchester: return with(manchester{});
    case line_coding::three_of_six: return with(three_of_six{});
    case line_coding::nrz: break;
    }
    return with(nrz{});
}

} // namespace detail

/// Writes what a transmitter sends: the shortest preamble of the mode, the sync word, the octets of the frame
/// with its CRCs (see `add_crc`) in the mode's line code, and a postamble. The first chip is the first bit of
/// `out`, and the last octet is filled up with zeros. Returns how many chips. Errors:
/// `errc::value_out_of_range` where the mode is not sent so, or not in that format; `errc::truncated` for no
/// octets; `errc::frame_length` (offset 0) where L does not announce that many octets;
/// `errc::buffer_too_small`.
[[nodiscard]] constexpr result<std::size_t> emit_radio_frame(bytes_view frame, frame_format format,
                                                             tuning sent, bytes_span out) noexcept {
    const auto* const row = find_mode_row(sent.mode, sent.sender);
    if (row == nullptr || format == frame_format::stripped)
        return fail(errc::value_out_of_range, layer::wmbus, 0);
    const auto sync = format == frame_format::a ? row->sync_a : row->sync_b;
    if (sync.length == 0)
        return fail(errc::value_out_of_range, layer::wmbus, 0);
    if (frame.empty())
        return fail(errc::truncated, layer::wmbus, 0);
    if (!is_length(format, frame[0]) || frame.size() != air_size(format, frame[0]))
        return fail(errc::frame_length, layer::wmbus, 0, -1, frame[0]);

    bit_writer chips{out};
    const auto pairs = [&chips](std::size_t count) {
        for (std::size_t i = 0; i < count; i += 2)
            chips.put(0b01, 2);
    };
    pairs(row->preamble_chips);
    chips.put(sync.chips, sync.length);
    detail::visit_line_code(row->coding, [&]<class Code>(Code) { encode<Code>(frame, chips); });
    pairs(detail::postamble_chips(row->coding));
    return chips.finish();
}

} // namespace meterlink::wmbus
