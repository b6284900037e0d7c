#pragma once

/// What tells one layout of records from another: the headers of its records, and their signature.

#include <cstddef>
#include <cstdint>

#include <meterlink/apl/record_range.hpp>
#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/crc.hpp>
#include <meterlink/core/result.hpp>

namespace meterlink::tpl {

/// Octets of the headers of all records that a format frame can carry.
inline constexpr std::size_t max_format_size = 253;

/// DIB and VIB of one record after the other, without data.
using format_headers = bounded_bytes<max_format_size>;

/// Signature of a format (EN 13757-3:2018, annex G): the CRC over its headers.
[[nodiscard]] constexpr std::uint16_t signature_of(bytes_view headers) noexcept {
    return crc16_en13757::of(headers);
}

/// The headers of `records`. Fillers 2F and manufacturer data do not count: whether they should, the sources
/// do not tell. Errors: that of the first bad record; `buffer_too_small` beyond `max_format_size`.
[[nodiscard]] inline result<format_headers> headers_of(const apl::record_range& records) noexcept {
    format_headers out;
    for (const auto& record : records) {
        if (!record)
            return fail(record.error());
        if (!out.append(record->dib_wire()) || !out.append(record->vib().wire()))
            return fail(errc::buffer_too_small, layer::tpl, max_format_size);
    }
    return out;
}

/// The signature of `records`, however many there are. Error: that of the first bad record.
[[nodiscard]] inline result<std::uint16_t> signature_of(const apl::record_range& records) noexcept {
    crc16_en13757 crc;
    for (const auto& record : records) {
        if (!record)
            return fail(record.error());
        crc.update(record->dib_wire()).update(record->vib().wire());
    }
    return crc.finish();
}

/// The CRC of the full frame: over all octets of `records`, data included. Error: that of the first bad
/// record.
[[nodiscard]] inline result<std::uint16_t> full_frame_crc_of(const apl::record_range& records) noexcept {
    crc16_en13757 crc;
    for (const auto& record : records) {
        if (!record)
            return fail(record.error());
        crc.update(record->wire());
    }
    return crc.finish();
}

} // namespace meterlink::tpl
