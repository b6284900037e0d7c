#include <meterlink/format/xml.hpp>

#include <vector>

#include "xml_parts.hpp"

namespace meterlink::format {

namespace {

using detail::error_facts;
using detail::xml_writer;

void write_link(xml_writer& to, const mbus::frame_view& frame) {
    to.begin("link").attribute("frame", name(mbus::kind(frame)));
    const auto c = mbus::c(frame);
    const auto address = mbus::address(frame);
    if (c && address) {
        to.attribute("c", c->raw()).attribute("address", address->raw());
        if (c->service() != mbus::link_service::unknown)
            to.attribute("function", name(c->service()));
        if (c->fcv())
            to.attribute("fcb", c->fcb() ? "true" : "false");
        if (c->acd())
            to.attribute("acd", "true");
        if (c->dfc())
            to.attribute("dfc", "true");
    }
    to.empty();
}

} // namespace

void append_xml(std::string& out, const mbus::telegram_view& telegram) {
    xml_writer to{out};
    std::vector<error_facts> errors;
    to.begin("telegram").attribute("source", "mbus").content();
    write_link(to, telegram.frame());
    if (const auto& message = telegram.message()) {
        const auto facts = detail::facts_of(*message, mbus::telegram_view::message_offset);
        detail::write_message(to, facts, errors);
    }
    detail::write_errors(to, errors);
    to.end("telegram");
}

void append_xml(std::string& out, const error& why) {
    xml_writer to{out};
    to.begin("telegram").attribute("source", "mbus").content();
    detail::write_errors(to, {{why, {}}});
    to.end("telegram");
}

} // namespace meterlink::format
