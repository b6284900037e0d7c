#include "text_parts.hpp"

#include <array>
#include <cstddef>
#include <string>

#include <meterlink/core/hex.hpp>

#include "print.hpp"
#include "text_table.hpp"
#include "words.hpp"

namespace meterlink::format::detail {

namespace {

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
}

void print_security(page& to, const security_facts& security) {
    const auto& split = security.split;
    to.label("security");
    const bool is_plain = split.state == tpl::security_state::plain && !split.is_authenticated;
    if (is_plain && security.mode == 0 && security.link_encryption.empty())
        return to.item("none").end_line();
    if (security.mode.value_or(0) != 0)
        to.item("mode " + std::to_string(*security.mode));
    if (!security.link_encryption.empty())
        to.item("link layer encrypted");
    const bool is_readable = split.encrypted.empty();
    to.item(words(name(split.state)), is_readable && is_open(split.state) ? style::plain : style::warning);
    if (split.is_authenticated)
        to.item("authenticated");
    if (split.plain_rest != 0)
        to.item("the last " + std::to_string(split.plain_rest) + " octets are not protected", style::warning);
    if (!is_readable)
        to.item(std::to_string(split.encrypted.size()) + " octets encrypted");
    to.end_line();
}

void print_application(page& to, const application_facts& facts) {
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

} // namespace

void print_meter(page& to, std::string_view label, const meter_facts& meter) {
    std::array<char, 16> text;
    const auto printed = [&](const char* end) {
        return std::string_view{text.data(), static_cast<std::size_t>(end - text.data())};
    };
    to.label(label).item(printed(print_id(text.data(), meter.identification)), style::strong);
    if (meter.manufacturer)
        to.item(printed(print_manufacturer(text.data(), *meter.manufacturer)), style::strong);
    to.item(words(meter.medium));
    if (meter.version)
        to.item("version " + std::to_string(*meter.version));
    to.end_line();
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

void print_message(page& to, const message_facts& facts, std::vector<error_facts>& errors) {
    print_status(to, facts);
    if (facts.security)
        print_security(to, *facts.security);
    if (facts.problem)
        errors.push_back({*facts.problem, {}});
    if (!facts.has_records()) {
        const auto application = application_of(facts);
        print_application(to, application);
        if (application.problem)
            errors.push_back({*application.problem, {}});
        return;
    }
    text_table records;
    const auto trailer = walk_records(
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

void print_errors(page& to, const std::vector<error_facts>& errors) {
    for (const auto& [what, octets] : errors) {
        to.label("error").put(to_string(what), style::warning);
        to.end_line();
        if (!octets.empty())
            print_octets(to, "", octets);
    }
}

} // namespace meterlink::format::detail
