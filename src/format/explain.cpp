// The link layer of explain(): frames, what is wrong with them, and what stands between them.

#include <meterlink/format/explain.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <meterlink/core/checksum.hpp>
#include <meterlink/mbus/ack.hpp>
#include <meterlink/mbus/frame.hpp>
#include <meterlink/mbus/telegram.hpp>
#include <meterlink/tpl/ci.hpp>
#include <meterlink/wmbus/detected_frame.hpp>
#include <meterlink/wmbus/link_header.hpp>
#include <meterlink/wmbus/telegram_decoder.hpp>

#include "explain_words.hpp"
#include "explain_writer.hpp"

namespace meterlink::format {

namespace {

using detail::clause;
using detail::field_writer;
using mbus::ack_view;
using mbus::long_frame_view;
using mbus::short_frame_view;

std::string c_field_meaning(mbus::c_field c) {
    const auto service = c.service() == mbus::link_service::unknown
                             ? fmt::format("unknown function {}", c.function())
                             : std::string{name(c.service())};
    if (c.prm())
        return fmt::format("{}, to the meter; FCB {:d}, FCV {:d}", service, c.fcb(), c.fcv());
    return fmt::format("{}, from the meter; ACD {:d}, DFC {:d}", service, c.acd(), c.dfc());
}

std::string address_meaning(mbus::primary_address address) {
    switch (address.kind()) {
    case mbus::address_kind::unconfigured: return "0: not configured yet";
    case mbus::address_kind::assigned: return fmt::format("primary address {}", address.raw());
    case mbus::address_kind::repeater: return "251: the primary repeater";
    case mbus::address_kind::reserved: return "252: reserved";
    case mbus::address_kind::selected: return "253: the meters selected by secondary address";
    case mbus::address_kind::test: return "254: test, every meter answers";
    case mbus::address_kind::broadcast: break;
    }
    return "255: broadcast, no meter answers";
}

/// `RSP_UD from address 2`, as far as it stands in `octets`.
std::string frame_title(std::string_view kind, bytes_view octets, std::size_t c_at) {
    std::string title{kind};
    if (octets.size() <= c_at)
        return title;
    const mbus::c_field c{octets[c_at]};
    const auto service =
        c.service() == mbus::link_service::unknown ? std::string_view{"unknown service"} : name(c.service());
    title += fmt::format(": {}", service);
    if (octets.size() > c_at + 1)
        title += fmt::format(" {} address {}", c.prm() ? "to" : "from", octets[c_at + 1]);
    return title;
}

void explain_c_and_a(field_writer& out) {
    if (!out.has(1, clause::c_field, "C field"))
        return;
    out.add(1, clause::c_field, "C field", c_field_meaning(mbus::c_field{out.rest()[0]}));
    if (!out.has(1, clause::a_field, "A field"))
        return;
    out.add(1, clause::a_field, "A field", address_meaning(out.rest()[0]));
}

void explain_frame_end(field_writer& out, std::uint8_t sum) {
    if (!out.has(1, clause::frame, "checksum"))
        return;
    if (out.rest()[0] == sum)
        out.add(1, clause::frame, "checksum", "right: the sum from C on");
    else
        out.add_error(1, clause::frame, "checksum", fmt::format("wrong: expected {:02X}", sum));
    if (!out.has(1, clause::frame, "stop"))
        return;
    if (out.rest()[0] == long_frame_view::stop)
        out.add(1, clause::frame, "stop", "the last octet");
    else
        out.add_error(1, clause::frame, "stop", fmt::format("wrong: expected {:02X}", long_frame_view::stop));
}

void explain_short_frame(field_writer& out) {
    const auto octets = out.rest();
    out.begin_group(frame_title("short frame", octets, 1));
    out.add(1, clause::frame, "start", "short frame");
    explain_c_and_a(out);
    if (octets.size() >= 3)
        explain_frame_end(out, short_frame_view::checksum(octets[1], octets[2]));
}

/// The L to go by: of two that differ, the one at whose end a stop octet stands.
std::size_t believed_length(bytes_view octets) {
    const std::size_t first = octets[1];
    const std::size_t second = octets.size() > 2 ? octets[2] : first;
    const auto fits = [&](std::size_t length) {
        return octets.size() >= length + long_frame_view::overhead &&
               octets[length + long_frame_view::overhead - 1] == long_frame_view::stop;
    };
    return first != second && !fits(first) && fits(second) ? second : first;
}

void explain_lengths(field_writer& out) {
    if (!out.has(1, clause::frame, "L field"))
        return;
    const auto first = out.rest()[0];
    if (first < long_frame_view::shortest_length)
        out.add_error(1, clause::frame, "L field", fmt::format("{}: too small for C, A and CI", first));
    else
        out.add(1, clause::frame, "L field", fmt::format("{} octets from C up to the checksum", first));
    if (!out.has(1, clause::frame, "L field"))
        return;
    const auto second = out.rest()[0];
    if (first == second)
        out.add(1, clause::frame, "L field", "repeated");
    else
        out.add_error(1, clause::frame, "L field", fmt::format("{}: differs from the first", second));
    if (!out.has(1, clause::frame, "start"))
        return;
    if (out.rest()[0] == long_frame_view::start)
        out.add(1, clause::frame, "start", "repeated");
    else
        out.add_error(1, clause::frame, "start", "wrong: expected 68");
}

void explain_long_frame(field_writer& out, const tpl::message_view* message) {
    const auto begin = out.at();
    const auto octets = out.rest();
    const auto length = octets.size() > 1 ? believed_length(octets) : 0;
    const auto kind = length == long_frame_view::shortest_length ? "control frame" : "long frame";
    out.begin_group(frame_title(kind, octets, long_frame_view::header_size));
    out.add(1, clause::frame, "start", kind);
    explain_lengths(out);
    if (octets.size() < long_frame_view::header_size)
        return;
    out.limit_to(begin + long_frame_view::header_size + length);
    const auto body = out.sent();
    if (!body.empty())
        explain_c_and_a(out);
    if (length >= long_frame_view::shortest_length && body.size() >= 2)
        detail::explain_message(out, {.is_whole = body.size() == length, .message = message});
    out.lift_limit();
    out.enter(layer::mbus);
    if (body.size() == length) {
        out.begin_group("end of the frame");
        explain_frame_end(out, checksum8(body));
    } else {
        out.add_error(0, clause::frame, "end",
                      fmt::format("missing: {} up to the stop octet",
                                  detail::count_octets(length + long_frame_view::overhead - octets.size())));
    }
}

/// Whether a frame surely begins here: in noise, the octets 10, 68 and E5 alone say little.
bool is_surely_frame(bytes_view octets) {
    if (octets[0] == long_frame_view::start)
        return long_frame_view::announced_size(octets).has_value();
    return octets[0] == short_frame_view::start && octets.size() >= short_frame_view::size &&
           short_frame_view::parse(octets.first(short_frame_view::size)).has_value();
}

/// Whether what stands here is better explained as a frame, however damaged, than as noise.
bool is_likely_frame(bytes_view octets) {
    if (octets[0] == ack_view::octet || octets[0] == short_frame_view::start)
        return true;
    if (octets[0] != long_frame_view::start)
        return false;
    return octets.size() < long_frame_view::header_size || octets[1] == octets[2] ||
           octets[3] == long_frame_view::start;
}

/// `message` as in `message_context`.
void explain_frame(field_writer& out, const tpl::message_view* message = nullptr) {
    out.enter(layer::mbus);
    if (out.rest()[0] == ack_view::octet) {
        out.begin_group("acknowledgement");
        out.add(1, clause::frame, "E5", "acknowledgement");
    } else if (out.rest()[0] == short_frame_view::start) {
        explain_short_frame(out);
    } else {
        explain_long_frame(out, message);
    }
}

/// A response that somebody has cut out of its frame.
bool is_bare_message(bytes_view octets) {
    const tpl::ci_field ci{octets[0]};
    return ci.application() == tpl::application::records && octets.size() > tpl::long_header::wire_size();
}

/// Everything up to the next frame.
void explain_noise(field_writer& out, bool is_at_start) {
    const auto octets = out.rest();
    std::size_t size = 1;
    while (size < octets.size() && !is_surely_frame(octets.subspan(size)))
        ++size;
    out.enter(layer::mbus);
    if (is_at_start && size == octets.size() && is_bare_message(octets)) {
        out.begin_group("no frame: read as a message from its CI field on");
        out.add_error(0, clause::frame, "start", "missing: no frame begins with this octet");
        return detail::explain_message(out, {.is_whole = false});
    }
    out.begin_group(is_at_start ? "no frame" : "behind the frame");
    out.add_error(size, clause::frame, is_at_start ? "no frame" : "surplus",
                  is_at_start ? std::string{"a frame begins with 10, 68 or E5"}
                              : fmt::format("{}, no part of a frame", detail::count_octets(size)));
}

/// Whether all of `number` are decimal digits.
bool is_bcd(std::uint32_t number) {
    for (; number != 0; number >>= 4U)
        if ((number & 0x0FU) > 9)
            return false;
    return true;
}

/// Whether `input` is better explained as a wireless telegram than as anything wired.
bool is_wireless(bytes_view input) {
    const auto header = wmbus::link_header::parse(input);
    const auto frame = wmbus::detect_frame(input);
    if (!header || !frame || header->c.function() == wmbus::link_function::unknown)
        return false;
    if (is_surely_frame(input) || (input[0] == ack_view::octet && is_surely_frame(input.subspan(1))))
        return false;
    if (frame->format != wmbus::frame_format::stripped && !frame->problem)
        return true;
    // Without a CRC that is right, the lengths alone say little.
    if (!header->sender.manufacturer.is_valid())
        return false;
    const auto is_exact = !frame->problem || frame->problem->code == errc::block_crc;
    return is_exact ||
           (is_bcd(header->sender.identification) && !is_likely_frame(input) && !is_bare_message(input));
}

} // namespace

std::vector<explained_field> explain(bytes_view input) {
    if (is_wireless(input)) {
        tpl::no_keys keys;
        wmbus::telegram_decoder decoder{keys};
        return explain(decoder.decode(input), input);
    }
    field_writer out{input};
    while (!out.rest().empty()) {
        const auto is_at_start = out.at() == 0;
        if (is_at_start ? is_likely_frame(out.rest()) : is_surely_frame(out.rest()))
            explain_frame(out);
        else
            explain_noise(out, is_at_start);
    }
    return out.take();
}

std::vector<explained_field> explain(const mbus::telegram_view& telegram, bytes_view input) {
    const auto& message = telegram.message();
    constexpr auto at = mbus::telegram_view::message_offset;
    if (!message || message->wire().size() + at > input.size())
        return explain(input);
    std::vector<std::uint8_t> read(input.begin(), input.end());
    const auto open = message->wire();
    std::copy(open.begin(), open.end(), read.begin() + static_cast<std::ptrdiff_t>(at));
    field_writer out{input, read, {}};
    explain_frame(out, &*message);
    while (!out.rest().empty())
        explain_noise(out, false);
    return out.take();
}

} // namespace meterlink::format
