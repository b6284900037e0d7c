#pragma once

/// Compact frames: the data of records whose headers an earlier frame told.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <meterlink/apl/record_range.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/tpl/format_signature.hpp>

namespace meterlink::tpl {

/// Compact frame behind CI 79, 7B or 73 (EN 13757-3:2018, annex G), borrowed.
struct compact_frame_view {
    std::uint16_t signature = 0;      ///< Of the format.
    std::uint16_t full_frame_crc = 0; ///< Of the full frame that it stands for.
    bytes_view data{}; ///< Data of record after record, each LVAR included; fillers may follow.

    /// Reads a frame that fills `input`, the application's octets; `errc::truncated` when it is too short.
    [[nodiscard]] static constexpr result<compact_frame_view> parse(bytes_view input) noexcept {
        if (input.size() < 4)
            return fail(errc::truncated, layer::tpl, input.size());
        const auto u16 = [input](std::size_t at) {
            return static_cast<std::uint16_t>(input[at] | input[at + 1] << 8U);
        };
        return compact_frame_view{u16(0), u16(2), input.subspan(4)};
    }
};

/// Compact frame, owned.
struct compact_frame {
    std::uint16_t signature = 0;
    std::uint16_t full_frame_crc = 0;
    std::vector<std::uint8_t> data;

    [[nodiscard]] static compact_frame from(const compact_frame_view& view) {
        return {view.signature, view.full_frame_crc, {view.data.begin(), view.data.end()}};
    }

    /// The compact frame that stands for `records`. Error: that of the first bad record.
    [[nodiscard]] static result<compact_frame> of(const apl::record_range& records) {
        const auto signature = signature_of(records);
        const auto crc = full_frame_crc_of(records);
        if (!signature || !crc)
            return fail(signature ? crc.error() : signature.error());
        compact_frame out{*signature, *crc, {}};
        for (const auto& record : records) {
            const auto data = record->data_wire();
            out.data.insert(out.data.end(), data.begin(), data.end());
        }
        return out;
    }

    [[nodiscard]] std::size_t wire_size() const noexcept { return 4 + data.size(); }

    /// Writes what stands behind CI field and header; `errc::buffer_too_small` without room for it.
    [[nodiscard]] result<std::size_t> emit(bytes_span out) const noexcept {
        return writer{out}.u16(signature).u16(full_frame_crc).bytes(data).finish();
    }

    [[nodiscard]] friend bool operator==(const compact_frame&, const compact_frame&) noexcept = default;
};

} // namespace meterlink::tpl
