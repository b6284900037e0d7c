// The layers of a telegram from the air, as XML.

#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include <meterlink/format/xml.hpp>

#include "foreign_text.hpp"
#include "wireless_reading.hpp"
#include "xml_parts.hpp"

namespace meterlink::format {

namespace {

using detail::xml_writer;

void write_device(xml_writer& to, std::string_view name, const detail::meter_facts& device) {
    detail::write_identity(to.begin(name), device);
    to.empty();
}

void write_link(xml_writer& to, const detail::wireless_facts& facts, const link_facts& link) {
    const auto& telegram = *facts.telegram;
    to.begin("link");
    if (!telegram.wire.empty())
        to.attribute("frame_format", name(telegram.format));
    if (const auto& header = telegram.link) {
        to.attribute("c", header->c.raw);
        if (header->c.function() != wmbus::link_function::unknown)
            to.attribute("function", name(header->c.function()));
    }
    if (link.mode)
        to.attribute("mode", name(*link.mode));
    if (link.rssi_dbm && std::isfinite(*link.rssi_dbm)) {
        std::array<char, detail::double_max_chars> digits;
        const char* const end = detail::print_double(digits.data(), *link.rssi_dbm);
        to.attribute("rssi_dbm", std::string{static_cast<const char*>(digits.data()), end});
    }
    if (!link.receiver.empty())
        to.attribute("receiver", detail::spelt(link.receiver, detail::print_xml));
    if (!facts.sender)
        return to.empty();
    write_device(to.content(), "sender", *facts.sender);
    to.end("link");
}

void write_ell(xml_writer& to, const wmbus::extended_link_layer& ell) {
    to.begin("ell").attribute("form", detail::form_of(ell)).attribute("control", ell.control.raw);
    to.attribute("access_number", ell.access_number).content();
    detail::for_each_flag(ell.control, [&](std::string_view flag) { to.element("flag", flag); });
    if (ell.receiver)
        write_device(to, "receiver", detail::facts_of(*ell.receiver));
    if (ell.session)
        to.begin("session")
            .attribute("raw", ell.session->raw)
            .attribute("minutes", ell.session->minutes())
            .attribute("number", ell.session->session())
            .empty();
    to.end("ell");
}

void write_afl(xml_writer& to, const tpl::afl_view& afl, bool is_reassembled) {
    to.begin("afl");
    if (afl.is_fragment())
        to.attribute("fragment", afl.fragment_id);
    if (afl.is_fragment() || is_reassembled)
        to.attribute("more_fragments", afl.more_fragments ? "true" : "false");
    if (is_reassembled)
        to.attribute("reassembled", "true");
    if (afl.counter)
        to.attribute("counter", *afl.counter);
    if (!afl.mac().empty())
        to.attribute("mac", afl.mac());
    if (afl.message_length)
        to.attribute("message_length", *afl.message_length);
    if (!afl.key)
        return to.empty();
    to.content().begin("key").attribute("id", afl.key->key_id()).attribute("version", afl.key->version());
    to.attribute("derivation", static_cast<std::uint64_t>(afl.key->derivation())).empty();
    to.end("afl");
}

} // namespace

void append_xml(std::string& out, const wmbus::telegram_view& telegram, const link_facts& link) {
    xml_writer to{out};
    const auto facts = detail::facts_of(telegram);
    auto errors = detail::problems_of(telegram);
    to.begin("telegram").attribute("source", "wmbus");
    if (!link.time.empty())
        to.attribute("time", detail::spelt(link.time, detail::print_xml));
    to.content();
    write_link(to, facts, link);
    if (telegram.ell)
        write_ell(to, *telegram.ell);
    if (!telegram.network_layer.empty())
        to.element("network_layer", to_hex(telegram.network_layer));
    if (telegram.afl)
        write_afl(to, *telegram.afl, telegram.is_reassembled);
    detail::write_message(to, facts.message, errors);
    if (!facts.rest.empty())
        to.element("rest", to_hex(facts.rest));
    detail::write_errors(to, errors);
    to.end("telegram");
}

} // namespace meterlink::format
