// explain() of a wireless telegram: its blocks and their CRCs, and its layers from the link layer up.

#include <meterlink/format/explain.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <meterlink/core/crc.hpp>
#include <meterlink/core/reader.hpp>
#include <meterlink/tpl/afl.hpp>
#include <meterlink/wmbus/detected_frame.hpp>
#include <meterlink/wmbus/ell.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/link_header.hpp>
#include <meterlink/wmbus/reversed_address.hpp>
#include <meterlink/wmbus/telegram.hpp>
#include <meterlink/wmbus/telegram_decoder.hpp>

#include "explain_words.hpp"
#include "explain_writer.hpp"

namespace meterlink::format {

namespace {

using detail::clause;
using detail::field_writer;
using wmbus::frame_format;
using wmbus::link_function;
using wmbus::telegram_view;

/// A frame of `input`, its CRCs set aside.
struct split_frame {
    std::vector<std::uint8_t> octets; ///< Without CRCs, the L field as it was sent.
    std::vector<detail::wedge> crcs;
    std::size_t size = 0;    ///< Octets of the input that are the frame's.
    std::size_t missing = 0; ///< Octets of the frame that the input lacks.
};

detail::wedge link_crc(bytes_view block, bytes_view sent, std::size_t at) {
    const auto expected = crc16_en13757::of(block);
    if (sent.size() < 2)
        return {at, sent.size(), "cut off: 1 of 2 octets", true};
    if (load_big_endian(sent.first(2)) != expected)
        return {at, 2, fmt::format("wrong: expected {:02X} {:02X}", expected >> 8U, expected & 0xFFU), true};
    return {at, 2, fmt::format("right: of the {} before it", detail::count_octets(block.size())), false};
}

split_frame split(bytes_view input, frame_format format) {
    split_frame out;
    const auto announced = wmbus::air_size(format, input[0]);
    out.size = std::min(input.size(), announced);
    out.missing = announced - out.size;
    const auto frame = input.first(out.size);
    const auto append = [&out](bytes_view more) {
        out.octets.insert(out.octets.end(), more.begin(), more.end());
    };
    if (format == frame_format::stripped) {
        append(frame);
        return out;
    }
    for (wmbus::detail::crc_blocks block{format, input[0]}; !block.at_end() && block.begin() < frame.size();
         block.advance()) {
        const auto there = frame.subspan(block.begin());
        const auto data = there.first(std::min(block.size(), there.size()));
        append(data);
        const auto crc = there.subspan(data.size(), std::min<std::size_t>(2, there.size() - data.size()));
        if (!crc.empty())
            out.crcs.push_back(link_crc(data, crc, out.octets.size()));
    }
    return out;
}

/// The octets of `frame` as they read with what was decrypted.
std::vector<std::uint8_t> read_octets(const split_frame& frame, const telegram_view& telegram) {
    auto out = frame.octets;
    const auto put = [&out](bytes_view open, std::size_t from) {
        if (from < out.size())
            std::copy_n(open.begin(), std::min(open.size(), out.size() - from),
                        out.begin() + static_cast<std::ptrdiff_t>(from));
    };
    if (telegram.ell_security == tpl::security_state::decrypted)
        put(telegram.opened.subspan(telegram.ell_offset), telegram.ell_offset);
    if (telegram.message && !telegram.is_reassembled)
        put(telegram.message->wire(), telegram.message_offset);
    return out;
}

std::string_view function_words(link_function function) {
    switch (function) {
    case link_function::snd_nke: return "SND_NKE, reset of the link";
    case link_function::snd_ud: return "SND_UD, data that ask for a reply";
    case link_function::snd_ud2: return "SND_UD2, data that ask for data";
    case link_function::snd_nr: return "SND_NR, data sent unasked, no reply";
    case link_function::snd_ud3: return "SND_UD3, data for many, no reply";
    case link_function::snd_ir: return "SND_IR, request to be installed";
    case link_function::acc_nr: return "ACC_NR, sign of life without data";
    case link_function::acc_dmd: return "ACC_DMD, demand for access";
    case link_function::req_ud1: return "REQ_UD1, request of alarms";
    case link_function::req_ud2: return "REQ_UD2, request of data";
    case link_function::ack: return "ACK, confirmed";
    case link_function::nack: return "NACK, not confirmed";
    case link_function::cnf_ir: return "CNF_IR, installation confirmed";
    case link_function::rsp_ud: return "RSP_UD, response";
    case link_function::unknown: break;
    }
    return "unknown function";
}

/// `wireless telegram, frame format A: SND_NR from ELS 12345678`, as far as it stands in `octets`.
std::string title(bytes_view octets, frame_format format, bool is_reversed) {
    auto text = format == frame_format::stripped
                    ? std::string{"wireless telegram, without link layer CRCs"}
                    : fmt::format("wireless telegram, frame format {}", name(format));
    if (octets.size() < 2)
        return text;
    const auto function = function_words(wmbus::c_field{octets[1]}.function());
    text += fmt::format(": {}", function.substr(0, function.find(',')));
    if (const auto header = wmbus::link_header::parse(octets)) {
        const auto sender = is_reversed ? wmbus::in_standard_order(header->sender) : header->sender;
        text += fmt::format(" from {} {:08X}", detail::manufacturer_meaning(sender.manufacturer.code),
                            sender.identification);
    }
    return text;
}

void explain_length(field_writer& out, frame_format format, const telegram_view& telegram) {
    constexpr auto where = clause::wireless_frame;
    const auto length = out.rest()[0];
    for (const auto& problem : telegram.problems)
        if (problem.code == errc::frame_length && length < wmbus::shortest_length)
            return out.add_error(1, where, "L field",
                                 fmt::format("{}: less than the 9 octets of C, M and A", length));
        else if (problem.code == errc::frame_length)
            return out.add_error(1, where, "L field",
                                 fmt::format("{}: counts CRCs that are gone, expected {:02X}", length,
                                             static_cast<unsigned>(problem.expected)));
    out.add(1, where, "L field",
            fmt::format("{} octets follow, CRCs {}counted", length, format == frame_format::b ? "" : "not "));
}

bool has_reversed_address(bytes_view octets) {
    const auto header = wmbus::link_header::parse(octets);
    return header && wmbus::has_reversed_address(header->sender.manufacturer,
                                                 octets.subspan(wmbus::link_header::wire_size()));
}

bool explain_link_header(field_writer& out, frame_format format, const telegram_view& telegram) {
    const auto octets = out.rest();
    const auto is_reversed = has_reversed_address(octets);
    out.enter(layer::wmbus);
    out.begin_group(title(octets, format, is_reversed));
    explain_length(out, format, telegram);
    if (octets[0] < wmbus::shortest_length || !out.has(1, clause::wireless_link, "C field"))
        return false;
    const wmbus::c_field c{octets[1]};
    out.add(1, clause::wireless_link, "C field",
            fmt::format("{}; PRM {:d}", function_words(c.function()), c.is_primary()));
    return detail::explain_link_address(out, clause::wireless_link, false, is_reversed);
}

void explain_network_layer(field_writer& out) {
    out.enter(layer::wmbus);
    out.begin_group("network layer");
    out.add(1, clause::network_layer, "CI field", "network layer");
    if (out.has(1, clause::network_layer, "octet"))
        out.add(1, clause::network_layer, "octet", "not looked into");
}

/// The layers behind the link header, as far as they can be read.
void explain_layers(field_writer& out, const telegram_view& telegram) {
    if (out.rest().empty())
        return; // a telegram may well end here
    // Of a damaged frame nothing was opened.
    const auto ell_state = telegram.ell ? telegram.ell_security : tpl::security_state::no_key;
    if (wmbus::extended_link_layer::is_announced_by(out.rest()[0]) &&
        (!detail::explain_extended_link_layer(out, ell_state) || out.rest().empty()))
        return;
    if (out.rest()[0] == wmbus::network_layer_ci) {
        explain_network_layer(out);
        if (out.rest().empty())
            return;
    }
    if (out.rest()[0] == tpl::afl_ci && (!detail::explain_afl(out, telegram) || out.rest().empty()))
        return;
    detail::message_context context{tpl::medium_access::wireless, true, nullptr, &telegram.problems};
    if (telegram.message && !telegram.is_reassembled)
        context.message = &*telegram.message;
    detail::explain_message(out, context);
}

/// What stands behind the frame, and what does not.
void explain_end(field_writer& out, const split_frame& frame, bool is_cut_off) {
    if (const auto size = out.rest().size(); size != 0)
        out.add(size, clause::none, "unread", "cannot be told apart");
    out.enter(layer::wmbus);
    if (is_cut_off && frame.missing != 0)
        out.add_error(0, clause::wireless_frame, "end",
                      fmt::format("missing: {} of what L announces", detail::count_octets(frame.missing)));
}

explained_field surplus(std::size_t offset, std::size_t size, frame_format format) {
    explained_field out;
    out.offset = offset;
    out.size = size;
    out.layer = layer::wmbus;
    out.heading = "behind the telegram";
    out.name = "surplus";
    out.clause = citation(clause::wireless_frame);
    out.is_error = format == frame_format::stripped;
    out.meaning = fmt::format("{}, {}", detail::count_octets(size),
                              out.is_error ? "more than L announces" : "postamble or padding");
    return out;
}

/// The same octets with nothing known of them.
std::vector<explained_field> explain_unread(bytes_view input) {
    field_writer out{input};
    if (!input.empty()) {
        telegram_view telegram;
        telegram.problems.add({errc::frame_length, layer::wmbus, 0, wmbus::shortest_length, input[0]});
        explain_link_header(out, frame_format::stripped, telegram);
        explain_end(out, {}, false);
    }
    return out.take();
}

std::vector<explained_field> explain_frame(const split_frame& frame, const telegram_view& telegram,
                                           bytes_view input) {
    const auto octets = read_octets(frame, telegram);
    const auto counts_crcs = std::any_of(telegram.problems.begin(), telegram.problems.end(),
                                         [](const error& e) { return e.code == errc::frame_length; });
    field_writer out{frame.octets, octets, frame.crcs};
    if (explain_link_header(out, telegram.format, telegram))
        explain_layers(out, telegram);
    explain_end(out, frame, !counts_crcs);
    auto fields = out.take();
    if (frame.size < input.size())
        fields.push_back(surplus(frame.size, input.size() - frame.size, telegram.format));
    return fields;
}

} // namespace

std::vector<explained_field> explain(const wmbus::telegram_view& telegram, bytes_view input) {
    if (input.empty() || input[0] < wmbus::shortest_length)
        return explain_unread(input);
    const auto frame = split(input, telegram.format);
    if (frame.octets.size() == telegram.wire.size())
        return explain_frame(frame, telegram, input);
    // Not read as what it should be: then as what it looks like.
    tpl::no_keys keys;
    wmbus::telegram_decoder decoder{keys};
    const auto& seen = decoder.decode(input);
    const auto seen_frame = split(input, seen.format);
    if (seen_frame.octets.size() == seen.wire.size())
        return explain_frame(seen_frame, seen, input);
    return explain_frame(split(input, frame_format::stripped), {}, input);
}

} // namespace meterlink::format
