// The layers of a telegram from the air, as JSON.

#include <cmath>

#include <meterlink/format/json.hpp>

#include "foreign_text.hpp"
#include "json_parts.hpp"
#include "wireless_reading.hpp"

namespace meterlink::format {

namespace {

using detail::json_writer;

void write_device(json_writer& to, std::string_view key, const detail::meter_facts& device) {
    to.raw(key).raw("{");
    detail::write_identity(to, device);
    to.close('}');
}

void write_link(json_writer& to, const detail::wireless_facts& facts, const link_facts& link) {
    const auto& telegram = *facts.telegram;
    to.raw(R"("link":{)");
    if (!telegram.wire.empty())
        to.raw(R"("frame_format":)").name(name(telegram.format));
    if (const auto& header = telegram.link) {
        to.raw(R"("c":)").number(header->c.raw);
        if (header->c.function() != wmbus::link_function::unknown)
            to.raw(R"("function":)").name(name(header->c.function()));
    }
    if (facts.sender)
        write_device(to, R"("sender":)", *facts.sender);
    if (link.mode)
        to.raw(R"("mode":)").name(name(*link.mode));
    if (link.rssi_dbm && std::isfinite(*link.rssi_dbm)) {
        auto* const at = detail::put(to.room(detail::double_max_chars + 16), R"("rssi_dbm":)");
        to.written(detail::put(detail::print_double(at, *link.rssi_dbm), ","));
    }
    if (!link.receiver.empty())
        to.raw(R"("receiver":)").text(detail::spelt(link.receiver, detail::print_json));
    to.close('}');
}

void write_ell(json_writer& to, const wmbus::extended_link_layer& ell) {
    to.raw(R"("ell":{"form":)").number(detail::form_of(ell)).raw(R"("control":{"raw":)");
    to.number(ell.control.raw).raw(R"("flags":[)");
    detail::for_each_flag(ell.control, [&](std::string_view flag) { to.name(flag); });
    to.close(']').close('}').raw(R"("access_number":)").number(ell.access_number);
    if (ell.receiver)
        write_device(to, R"("receiver":)", detail::facts_of(*ell.receiver));
    if (const auto& session = ell.session) {
        to.raw(R"("session":{"raw":)").number(session->raw);
        to.raw(R"("minutes":)").number(session->minutes());
        to.raw(R"("number":)").number(session->session()).close('}');
    }
    to.close('}');
}

void write_afl(json_writer& to, const tpl::afl_view& afl, bool is_reassembled) {
    to.raw(R"("afl":{)");
    if (afl.is_fragment())
        to.raw(R"("fragment":)").number(afl.fragment_id);
    if (afl.is_fragment() || is_reassembled)
        to.raw(R"("more_fragments":)").boolean(afl.more_fragments);
    if (is_reassembled)
        to.raw(R"("reassembled":)").boolean(true);
    if (const auto& key = afl.key) {
        to.raw(R"("key":{"id":)").number(key->key_id()).raw(R"("version":)").number(key->version());
        to.raw(R"("derivation":)").number(static_cast<std::uint64_t>(key->derivation())).close('}');
    }
    if (afl.counter)
        to.raw(R"("counter":)").number(*afl.counter);
    if (!afl.mac().empty())
        to.raw(R"("mac":)").hex(afl.mac());
    if (afl.message_length)
        to.raw(R"("message_length":)").number(*afl.message_length);
    to.close('}');
}

} // namespace

void append_json(std::string& out, const wmbus::telegram_view& telegram, const link_facts& link,
                 json_options options) {
    json_writer to{out};
    const auto facts = detail::facts_of(telegram);
    auto errors = detail::problems_of(telegram);
    to.raw(R"({"source":"wmbus",)");
    if (!link.time.empty())
        to.raw(R"("time":)").text(detail::spelt(link.time, detail::print_json));
    write_link(to, facts, link);
    if (telegram.ell)
        write_ell(to, *telegram.ell);
    if (!telegram.network_layer.empty())
        to.raw(R"("network_layer":)").hex(telegram.network_layer);
    if (telegram.afl)
        write_afl(to, *telegram.afl, telegram.is_reassembled);
    detail::write_message(to, facts.message, options, errors);
    if (!facts.rest.empty())
        to.raw(R"("rest":)").hex(facts.rest);
    detail::write_errors(to, errors);
    to.close('}').finish();
}

} // namespace meterlink::format
