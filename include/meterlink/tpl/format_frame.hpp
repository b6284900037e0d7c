#pragma once

/// Format frames: the headers of records without their data.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/tpl/format_signature.hpp>

namespace meterlink::tpl {

/// Format frame behind CI 69, 6A or 6B (EN 13757-3:2018, annex G), borrowed.
struct format_frame_view {
    std::uint16_t signature = 0; ///< As sent, and verified.
    bytes_view headers{};        ///< DIB and VIB of record after record.

    /// Reads the frame at the start of `input`, the application's octets; fillers may follow. Errors:
    /// `truncated`; `signature_mismatch`, with the signature of the headers as what was expected.
    [[nodiscard]] static constexpr result<format_frame_view> parse(bytes_view input) noexcept {
        if (input.empty() || input.size() - 1 < input[0])
            return fail(errc::truncated, layer::tpl, input.size());
        if (input[0] < 2)
            return fail(errc::truncated, layer::tpl, 1U + input[0]);
        format_frame_view out;
        out.signature = static_cast<std::uint16_t>(input[1] | input[2] << 8U);
        out.headers = input.subspan(3, input[0] - 2U);
        const auto expected = signature_of(out.headers);
        if (expected != out.signature)
            return fail(errc::signature_mismatch, layer::tpl, 1, expected, out.signature);
        return out;
    }
};

/// Format frame, owned.
struct format_frame {
    format_headers headers;

    [[nodiscard]] static constexpr format_frame from(const format_frame_view& view) noexcept {
        format_frame out;
        out.headers.append(view.headers); // a length octet cannot announce more than fits
        return out;
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return 3 + headers.size(); }

    /// Writes what stands behind CI field and header; `errc::buffer_too_small` without room for it.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        return writer{out}
            .u8(static_cast<std::uint8_t>(2 + headers.size()))
            .u16(signature_of(headers.view()))
            .bytes(headers.view())
            .finish();
    }

    [[nodiscard]] friend constexpr bool operator==(const format_frame&,
                                                   const format_frame&) noexcept = default;
};

} // namespace meterlink::tpl
