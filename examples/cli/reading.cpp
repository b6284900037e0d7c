#include "reading.hpp"

#include <cerrno>
#include <cstring>
#include <map>
#include <utility>

#include <meterlink/format/format_cache_json.hpp>
#include <meterlink/wmbus/bits.hpp>
#include <meterlink/wmbus/line_code.hpp>
#include <meterlink/wmbus/manchester.hpp>
#include <meterlink/wmbus/three_of_six.hpp>

#include "telegram_kind.hpp"
#include "whole_file.hpp"

namespace meterlink::cli {

namespace {

using wmbus::frame_format;

/// The octets of `chips`, as many as the frame has; what follows it on the air need not be chips of the code.
/// The offset of an error counts octets of `chips`.
template <wmbus::line_code Code>
result<std::size_t> decode_chips(bytes_view chips, bytes_span out) {
    const wmbus::bits_view bits{chips};
    const auto all = wmbus::decode<Code>(bits, out);
    if (all || all.error().code != errc::chip_code)
        return all;
    const auto good = all.error().offset / Code::chips_per_octet;
    if (good > 0 && good >= wmbus::air_size(frame_format::a, out[0]))
        return good;
    return fail(errc::chip_code, layer::wmbus, all.error().offset / 8);
}

std::optional<frame_format> format_of(telegram_kind kind) {
    switch (kind) {
    case telegram_kind::wmbus_a: return frame_format::a;
    case telegram_kind::wmbus_b: return frame_format::b;
    case telegram_kind::wmbus_stripped: return frame_format::stripped;
    default: return std::nullopt;
    }
}

/// Octets of which not even the sender can be read are no telegram.
reading reading_of(const wmbus::telegram_view& telegram, bytes_view octets) {
    reading out;
    out.octets = octets;
    if (telegram.link)
        out.wireless = &telegram;
    else if (!telegram.problems.empty())
        out.refusal = telegram.problems.front();
    return out;
}

} // namespace

void add_kind_option(CLI::App& command, reading_options& options) {
    const std::map<std::string, telegram_kind> kinds{
        {"auto", telegram_kind::automatic},    {"mbus", telegram_kind::mbus},
        {"wmbus", telegram_kind::wmbus},       {"wmbus-a", telegram_kind::wmbus_a},
        {"wmbus-b", telegram_kind::wmbus_b},   {"wmbus-stripped", telegram_kind::wmbus_stripped},
        {"3of6", telegram_kind::three_of_six}, {"manchester", telegram_kind::manchester}};
    command
        .add_option("--as", options.kind,
                    "What the input is: auto (the default), mbus, wmbus, wmbus-a, wmbus-b, wmbus-stripped,\n"
                    "3of6 or manchester; see below")
        ->type_name("KIND")
        ->transform(CLI::CheckedTransformer(kinds).description(""));
}

void add_reading_options(CLI::App& command, reading_options& options) {
    add_key_options(command, options.keys);
    command
        .add_option(
            "--formats", options.formats,
            "Formats of compact frames, as JSON: read when FILE is there, and written at the end with\n"
            "what full and format frames have taught")
        ->option_text("FILE");
}

bool telegram_reader::load(complaints& errors) {
    if (!load_keys(options_.keys, ring_, key_owners_, errors))
        return false;
    if (options_.formats.empty())
        return true;
    std::string text;
    const auto failure = read_whole_file(options_.formats, text);
    if (failure == ENOENT)
        return true;
    if (failure != 0) {
        errors.plain("cannot read " + options_.formats + ": " + std::strerror(failure));
        return false;
    }
    if (const auto count = format::parse_format_cache(text, formats_); !count) {
        errors.plain(options_.formats + ": " + count.error());
        return false;
    }
    saved_formats_ = std::move(text);
    return true;
}

void telegram_reader::save(complaints& errors) const {
    if (options_.formats.empty())
        return;
    std::string text;
    format::append_json(text, formats_);
    if (text == saved_formats_)
        return;
    if (const auto failure = write_whole_file(options_.formats, text); failure != 0)
        errors.plain("cannot write " + options_.formats + ": " + std::strerror(failure));
}

reading telegram_reader::read(bytes_view octets) {
    if (is_coded(options_.kind))
        return read_coded(octets);
    if (!is_wireless(octets, options_.kind))
        return read_wired(octets);
    const auto format = format_of(options_.kind);
    return reading_of(decoder_.decode(octets, format), octets);
}

const wmbus::telegram_view& telegram_reader::read(const wmbus::received& from) {
    const auto octets = from.telegram.view();
    return decoder_.decode(octets, from.format, from.time);
}

reading telegram_reader::read_coded(bytes_view chips) {
    reading out;
    octets_.resize(chips.size());
    const auto count = options_.kind == telegram_kind::three_of_six
                           ? decode_chips<wmbus::three_of_six>(chips, octets_)
                           : decode_chips<wmbus::manchester>(chips, octets_);
    if (!count) {
        out.octets = chips;
        out.refusal = count.error();
        return out;
    }
    const auto octets = bytes_view{octets_}.first(*count);
    return reading_of(decoder_.decode(octets), octets);
}

reading telegram_reader::read_wired(bytes_view octets) {
    reading out;
    out.octets = octets;
    const auto parsed = mbus::telegram_view::parse(octets);
    if (!parsed) {
        out.refusal = parsed.error();
        return out;
    }
    out.wired = *parsed;
    if (parsed->message())
        open_message(out);
    return out;
}

void telegram_reader::open_message(reading& frame) {
    const auto open = opener_.open(*frame.wired->message());
    if (open.problem.code != errc::none)
        frame.problem = open.problem.shifted(mbus::telegram_view::message_offset);
    frame.wired = frame.wired->with_message(open.message);
}

} // namespace meterlink::cli
