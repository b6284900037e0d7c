// The layers of a telegram from the air, as a page for people.

#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include <meterlink/core/hex.hpp>
#include <meterlink/format/text.hpp>

#include "foreign_text.hpp"
#include "text_parts.hpp"
#include "wireless_reading.hpp"
#include "words.hpp"

namespace meterlink::format {

namespace {

using detail::page;
using detail::words;

void print_telegram(page& to, const detail::wireless_facts& facts) {
    const auto& telegram = *facts.telegram;
    to.label("telegram");
    if (const auto& header = telegram.link) {
        if (const auto function = header->c.function(); function != wmbus::link_function::unknown)
            to.item(name(function));
        else
            to.item("C " + to_hex(std::array{header->c.raw}));
    }
    if (telegram.format == wmbus::frame_format::stripped)
        to.item("without CRC");
    else
        to.item("frame format " + std::string{name(telegram.format)});
    if (facts.message.is_readable)
        to.item(words(name(facts.message.message.application())));
    if (const auto number = facts.message.access_number)
        to.item("access number " + std::to_string(*number));
    to.end_line();
}

void print_reception(page& to, const link_facts& link) {
    const bool has_strength = link.rssi_dbm && std::isfinite(*link.rssi_dbm);
    if (link.time.empty() && link.receiver.empty() && !has_strength && !link.mode)
        return;
    to.label("received");
    if (!link.time.empty())
        to.item(detail::spelt(link.time, detail::print_plain));
    if (link.mode)
        to.item("mode " + std::string{name(*link.mode)});
    if (has_strength) {
        std::array<char, detail::double_max_chars> digits;
        const char* const end = detail::print_double(digits.data(), *link.rssi_dbm);
        to.item(std::string{static_cast<const char*>(digits.data()), end} + " dBm");
    }
    if (!link.receiver.empty())
        to.item("by " + detail::spelt(link.receiver, detail::print_plain));
    to.end_line();
}

void print_ell(page& to, const wmbus::extended_link_layer& ell) {
    to.label("ell").item("form " + std::to_string(detail::form_of(ell)));
    detail::for_each_flag(ell.control, [&](std::string_view flag) { to.item(words(flag)); });
    to.item("access number " + std::to_string(ell.access_number));
    if (ell.session)
        to.item("minute " + std::to_string(ell.session->minutes()))
            .item("session " + std::to_string(ell.session->session()));
    to.end_line();
    if (ell.receiver)
        detail::print_meter(to, "to", detail::facts_of(*ell.receiver));
}

void print_afl(page& to, const tpl::afl_view& afl, bool is_reassembled) {
    to.label("afl");
    if (afl.is_fragment())
        to.item("fragment " + std::to_string(afl.fragment_id));
    if (afl.more_fragments)
        to.item("more follow");
    if (is_reassembled)
        to.item("reassembled");
    if (afl.key)
        to.item("key " + std::to_string(afl.key->key_id()) + " version " +
                std::to_string(afl.key->version()));
    if (afl.counter)
        to.item("counter " + std::to_string(*afl.counter));
    if (!afl.mac().empty())
        to.item("MAC " + to_hex(afl.mac()));
    to.end_line();
}

} // namespace

void append_text(std::string& out, const wmbus::telegram_view& telegram, const link_facts& link,
                 text_options options) {
    page to{out, options.colour};
    const auto facts = detail::facts_of(telegram);
    auto errors = detail::problems_of(telegram);
    if (facts.message.meter)
        detail::print_meter(to, "meter", *facts.message.meter);
    if (facts.sender)
        detail::print_meter(to, "sender", *facts.sender);
    if (!telegram.wire.empty())
        print_telegram(to, facts);
    print_reception(to, link);
    if (telegram.ell)
        print_ell(to, *telegram.ell);
    if (!telegram.network_layer.empty())
        detail::print_octets(to, "network", telegram.network_layer);
    if (telegram.afl)
        print_afl(to, *telegram.afl, telegram.is_reassembled);
    detail::print_message(to, facts.message, errors);
    if (!facts.rest.empty())
        detail::print_octets(to, "rest", facts.rest);
    detail::print_errors(to, errors);
}

} // namespace meterlink::format
