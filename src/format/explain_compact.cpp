// Compact and format frames in explain(): what a full frame is split into.

#include <algorithm>

#include <fmt/format.h>
#include <meterlink/apl/record_range.hpp>
#include <meterlink/core/crc.hpp>
#include <meterlink/core/reader.hpp>

#include "explain_words.hpp"
#include "explain_writer.hpp"

namespace meterlink::format::detail {

namespace {

std::uint16_t load_u16(bytes_view octets) {
    return static_cast<std::uint16_t>(load_little_endian(octets.first(2)));
}

/// What pads the octets up to the end of an encrypted block.
void explain_padding(field_writer& out) {
    const auto octets = out.rest();
    const auto is_padding =
        std::all_of(octets.begin(), octets.end(), [](auto o) { return o == apl::detail::dif_filler; });
    if (octets.empty() || !is_padding)
        return;
    out.begin_group("idle fillers");
    out.add(octets.size(), clause::special_dif, "filler", "skipped");
}

/// Data of the records that the decoder found behind the signature, and what follows them.
void explain_data(field_writer& out, const tpl::message_view& message) {
    std::size_t number = 1;
    for (const auto& record : message.records()) {
        const auto here = out.rest();
        const auto data = record ? record->data_wire() : bytes_view{};
        if (!record || here.size() < data.size() || !std::equal(data.begin(), data.end(), here.begin()))
            break;
        out.begin_group(record_title(number++, *record));
        explain_record_data(out, *record);
    }
    explain_records(out, message.options());
}

} // namespace

void explain_compact_frame(field_writer& out, const message_context& context) {
    constexpr auto where = clause::compact_frame;
    if (out.rest().size() < 4) {
        if (context.has_problem(errc::truncated))
            out.add_error(out.rest().size(), where, "compact frame",
                          "cut off: signature and CRC are 4 octets");
        return;
    }
    const auto is_expanded = context.message != nullptr && context.message->is_expanded();
    const auto signature = load_u16(out.rest());
    if (is_expanded || context.has_problem(errc::full_frame_crc))
        out.add(2, where, "signature", fmt::format("{:04X}, of a format that is known", signature));
    else
        out.add(2, where, "signature",
                fmt::format("{:04X}, of the format that the full frame had; not known here", signature));
    const auto crc = load_u16(out.rest());
    if (context.has_problem(errc::full_frame_crc))
        out.add_error(2, where, "CRC", fmt::format("{:04X}, wrong: not that of the full frame", crc));
    else
        out.add(2, where, "CRC",
                fmt::format("{:04X}, of the full frame{}", crc, is_expanded ? ": right" : ""));
    if (!is_expanded)
        return;
    explain_data(out, *context.message);
}

void explain_format_frame(field_writer& out) {
    constexpr auto where = clause::compact_frame;
    const auto octets = out.rest();
    const std::size_t length = octets[0];
    if (length < 2 || length + 1 > octets.size()) {
        out.add_error(1, where, "length",
                      fmt::format("{}: {}", length, length < 2 ? "too small" : "cut off"));
        return;
    }
    const auto end = out.at() + octets.size();
    out.add(1, where, "length", fmt::format("{} octets", length));
    const auto signature = load_u16(out.rest());
    const auto expected = crc16_en13757::of(octets.subspan(3, length - 2));
    if (signature == expected)
        out.add(2, where, "signature", fmt::format("{:04X}, right: the CRC of what follows", signature));
    else
        out.add_error(2, where, "signature",
                      fmt::format("{:04X}, wrong: expected {:04X}", signature, expected));
    out.limit_to(out.at() + length - 2);
    explain_record_headers(out, {});
    out.limit_to(end);
    explain_padding(out);
}

} // namespace meterlink::format::detail
