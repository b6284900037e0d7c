#include <meterlink/format/text.hpp>

#include <array>
#include <string>
#include <vector>

#include <meterlink/core/hex.hpp>

#include "text_parts.hpp"
#include "words.hpp"

namespace meterlink::format {

namespace {

using detail::error_facts;
using detail::message_facts;
using detail::page;
using detail::words;

void print_link(page& to, const mbus::frame_view& frame, const message_facts* facts) {
    to.label("telegram");
    const auto c = mbus::c(frame);
    const auto address = mbus::address(frame);
    if (c && address) {
        if (c->service() != mbus::link_service::unknown)
            to.item(name(c->service()));
        else
            to.item("C " + to_hex(std::array{c->raw()}));
        to.item("address " + std::to_string(address->raw()));
    } else {
        to.item("acknowledgement");
    }
    if (facts != nullptr)
        to.item(words(name(facts->message.application())));
    if (facts != nullptr && facts->access_number)
        to.item("access number " + std::to_string(*facts->access_number));
    to.end_line();
}

} // namespace

void append_text(std::string& out, const mbus::telegram_view& telegram, text_options options) {
    page to{out, options.colour};
    std::vector<error_facts> errors;
    const auto& message = telegram.message();
    if (!message) {
        print_link(to, telegram.frame(), nullptr);
        return;
    }
    const auto facts = detail::facts_of(*message, mbus::telegram_view::message_offset);
    if (facts.meter)
        detail::print_meter(to, "meter", *facts.meter);
    print_link(to, telegram.frame(), &facts);
    detail::print_message(to, facts, errors);
    detail::print_errors(to, errors);
}

} // namespace meterlink::format
