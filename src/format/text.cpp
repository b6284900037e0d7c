#include <meterlink/format/text.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <meterlink/core/hex.hpp>

#include "print.hpp"
#include "reading.hpp"
#include "text_page.hpp"
#include "text_table.hpp"
#include "words.hpp"

namespace meterlink::format {

namespace {

using detail::error_facts;
using detail::message_facts;
using detail::page;
using detail::record_facts;
using detail::style;
using detail::words;

void print_meter(page& to, std::string_view label, const detail::meter_facts& meter) {
    std::array<char, 16> text;
    const auto printed = [&](const char* end) {
        return std::string_view{text.data(), static_cast<std::size_t>(end - text.data())};
    };
    to.label(label).item(printed(detail::print_id(text.data(), meter.identification)), style::strong);
    if (meter.manufacturer)
        to.item(printed(detail::print_manufacturer(text.data(), *meter.manufacturer)), style::strong);
    to.item(words(meter.medium));
    if (meter.version)
        to.item("version " + std::to_string(*meter.version));
    to.end_line();
}

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

void print_status(page& to, const message_facts& facts) {
    if (facts.status) {
        to.label("status");
        bool is_ok = true;
        facts.status_flags.for_each_flag([&](std::string_view flag) {
            to.item(words(flag), style::warning);
            is_ok = false;
        });
        to.item(is_ok ? "ok" : "(0x" + to_hex(std::array{*facts.status}) + ")").end_line();
    }
    if (facts.security) {
        const auto& [mode, split] = *facts.security;
        to.label("security");
        if (mode == 0)
            return to.item("none").end_line();
        to.item("mode " + std::to_string(mode));
        const bool is_readable = split.encrypted.empty();
        to.item(words(name(split.state)), is_readable ? style::plain : style::warning);
        if (!is_readable)
            to.item(std::to_string(split.encrypted.size()) + " octets encrypted");
        to.end_line();
    }
}

void print_octets(page& to, std::string_view label, bytes_view octets) {
    constexpr std::size_t per_line = 32;
    to.label(label);
    for (; octets.size() > per_line; octets = octets.subspan(per_line)) {
        to.put(to_hex(octets.first(per_line)));
        to.end_line();
        to.label({});
    }
    to.put(to_hex(octets)).end_line();
}

void print_application(page& to, const detail::application_facts& facts) {
    if (facts.selected)
        print_meter(to, "selects", *facts.selected);
    if (!facts.selection_records.empty())
        print_octets(to, "by records", facts.selection_records);
    if (facts.answer) {
        to.label("refused").item(words(name(*facts.answer)), style::warning);
        if (facts.answer->has_code)
            to.item("(0x" + to_hex(std::array{facts.answer->code}) + ")");
        to.end_line();
    }
    if (facts.alarm)
        print_octets(to, "alarm", *facts.alarm);
    if (facts.baud_rate)
        to.label("changes to").put(std::to_string(*facts.baud_rate) + " Bd").end_line();
    if (!facts.rest.empty())
        print_octets(to, "data", facts.rest);
}

void print_message(page& to, const message_facts& facts, std::vector<error_facts>& errors) {
    print_status(to, facts);
    if (!facts.has_records()) {
        const auto application = detail::application_of(facts);
        print_application(to, application);
        if (application.problem)
            errors.push_back({*application.problem, {}});
        return;
    }
    detail::text_table records;
    const auto trailer = detail::walk_records(
        facts, [&](const record_facts& record) { records.add(record); },
        [&](const error_facts& error) { errors.push_back(error); });
    if (!records.empty()) {
        to.put("\n");
        records.print(to);
    }
    if (!trailer.manufacturer_data.empty() || trailer.more_records_follow || trailer.is_global_readout)
        to.put("\n");
    if (trailer.has_manufacturer_data && !trailer.manufacturer_data.empty())
        print_octets(to, "maker data", trailer.manufacturer_data);
    if (trailer.is_global_readout)
        to.put("everything is asked for\n");
    if (trailer.more_records_follow)
        to.put("more records follow in the next telegram\n");
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
        print_meter(to, "meter", *facts.meter);
    print_link(to, telegram.frame(), &facts);
    print_message(to, facts, errors);
    for (const auto& [what, octets] : errors) {
        to.label("error").put(to_string(what), style::warning);
        to.end_line();
        if (!octets.empty())
            print_octets(to, "", octets);
    }
}

} // namespace meterlink::format
