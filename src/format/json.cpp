#include <meterlink/format/json.hpp>

#include <vector>

#include "json_parts.hpp"

namespace meterlink::format {

namespace {

using detail::json_writer;

/// The frame count bit where it counts, and what a slave says about itself where it says something.
void write_link_bits(json_writer& to, mbus::c_field c) {
    if (c.fcv())
        to.raw(R"("fcb":)").boolean(c.fcb());
    if (c.acd())
        to.raw(R"("acd":)").boolean(true);
    if (c.dfc())
        to.raw(R"("dfc":)").boolean(true);
}

void write_link(json_writer& to, const mbus::frame_view& frame) {
    to.raw(R"("link":{"frame":)").name(name(mbus::kind(frame)));
    const auto c = mbus::c(frame);
    const auto address = mbus::address(frame);
    if (c && address) {
        to.raw(R"("c":)").number(c->raw()).raw(R"("address":)").number(address->raw());
        if (c->service() != mbus::link_service::unknown)
            to.raw(R"("function":)").name(name(c->service()));
        write_link_bits(to, *c);
    }
    to.close('}');
}

} // namespace

void append_json(std::string& out, const mbus::telegram_view& telegram, json_options options) {
    json_writer to{out};
    std::vector<detail::error_facts> errors;
    to.raw(R"({"source":"mbus",)");
    write_link(to, telegram.frame());
    if (const auto& message = telegram.message())
        detail::write_message(to, detail::facts_of(*message, mbus::telegram_view::message_offset), options,
                              errors);
    detail::write_errors(to, errors);
    to.close('}').finish();
}

void append_json(std::string& out, const error& why) {
    json_writer to{out};
    to.raw(R"({"source":"mbus",)");
    detail::write_errors(to, {{why, {}}});
    to.close('}').finish();
}

} // namespace meterlink::format
