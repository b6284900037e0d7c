#include "xml_parts.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <variant>

#include <meterlink/format/value_text.hpp>

namespace meterlink::format::detail {

void write_identity(xml_writer& to, const meter_facts& meter) {
    std::array<char, 16> text;
    const auto printed = [&](const char* end) {
        return std::string_view{text.data(), static_cast<std::size_t>(end - text.data())};
    };
    to.attribute("id", printed(print_id(text.data(), meter.identification)));
    if (meter.manufacturer)
        to.attribute("manufacturer", printed(print_manufacturer(text.data(), *meter.manufacturer)));
    if (meter.version)
        to.attribute("version", *meter.version);
    if (meter.device_type)
        to.attribute("device_type", static_cast<std::uint8_t>(*meter.device_type));
    to.attribute("medium", meter.medium);
}

namespace {

void write_security(xml_writer& to, const security_facts& security) {
    to.begin("security");
    if (security.mode)
        to.attribute("mode", *security.mode);
    to.attribute("state", name(security.split.state));
    if (security.split.is_authenticated)
        to.attribute("authenticated", "true");
    if (!security.link_encryption.empty())
        to.attribute("ell", security.link_encryption);
    if (!security.split.extension.empty())
        to.attribute("extension", security.split.extension);
    if (!security.split.tag.empty())
        to.attribute("tag", security.split.tag);
    if (security.split.plain_rest != 0)
        to.attribute("plain_rest", security.split.plain_rest);
    to.empty();
    if (!security.split.encrypted.empty())
        to.element("encrypted_data", to_hex(security.split.encrypted));
}

void write_header(xml_writer& to, const message_facts& facts) {
    if (facts.is_readable) {
        to.begin("message").attribute("ci", facts.message.ci().code);
        to.attribute("name", name(facts.message.application())).empty();
    }
    if (facts.meter) {
        write_identity(to.begin("meter"), *facts.meter);
        to.empty();
    }
    if (facts.access_number)
        to.element("access_number", std::to_string(*facts.access_number));
    if (facts.status) {
        to.begin("status").attribute("raw", *facts.status).content();
        facts.status_flags.for_each_flag([&](std::string_view flag) { to.element("flag", flag); });
        to.end("status");
    }
    if (facts.security)
        write_security(to, *facts.security);
}

/// Which of the kinds of JSON values and strings it is: XML alone would not tell "123" from 123.
std::string_view type_of(const apl::record_value& value) {
    return std::visit(overloaded{
                          [](decimal) -> std::string_view { return "number"; },
                          [](const apl::real&) -> std::string_view { return "number"; },
                          [](apl::bit_flags) -> std::string_view { return "number"; },
                          [](const apl::date&) -> std::string_view { return "date"; },
                          [](const apl::time_of_day&) -> std::string_view { return "time"; },
                          [](const apl::date_time&) -> std::string_view { return "date_time"; },
                          [](const apl::text&) -> std::string_view { return "text"; },
                          [](const auto&) -> std::string_view { return {}; },
                      },
                      value);
}

std::string xml_value(const apl::record_value& value) {
    std::string out;
    if (const auto* const text = std::get_if<apl::text>(&value))
        text->for_each_character([&](std::uint8_t character) {
            std::array<char, character_max_chars> spelt;
            const char* const end = print_xml(spelt.data(), character);
            out.append(spelt.data(), static_cast<std::size_t>(end - spelt.data()));
        });
    else if (const auto* const flags = std::get_if<apl::bit_flags>(&value))
        out = std::to_string(flags->bits);
    else
        append_value(out, value);
    return out;
}

std::string xml_unit(const record_facts& facts) {
    if (facts.record == nullptr)
        return std::string{symbol(facts.measurement->unit)};
    std::array<char, unit_max_chars> text;
    const char* const end = print_unit(text.data(), *facts.record, print_xml);
    return {text.data(), static_cast<std::size_t>(end - text.data())};
}

void write_record(xml_writer& to, const record_facts& facts) {
    to.begin("record").attribute("function", name(facts.function)).attribute("storage", facts.storage);
    to.attribute("tariff", facts.tariff).attribute("subunit", facts.subunit);
    to.attribute("quantity", name(facts.measurement->quantity)).attribute("unit", xml_unit(facts));
    if (const auto* const moment = std::get_if<apl::date_time>(&facts.value);
        moment && moment->is_summer_time)
        to.attribute("summer_time", "true");
    if (const auto* const none = std::get_if<apl::invalid>(&facts.value))
        to.attribute("invalid", name(none->reason));
    to.content();
    if (const auto type = type_of(facts.value); !type.empty()) {
        to.begin("value").attribute("type", type).content().text(xml_value(facts.value));
        to.end("value");
    }
    const auto use = [&](std::string_view name) { to.element("modifier", name); };
    if (facts.record != nullptr)
        for_each_modifier(*facts.record, use);
    else if (facts.is_stored_value)
        use(stored_value_modifier);
    to.begin("raw");
    if (facts.record != nullptr)
        to.attribute("dib", facts.record->dib_wire()).attribute("vib", facts.record->vib().wire());
    to.attribute("data", facts.data).empty();
    to.end("record");
}

void write_records(xml_writer& to, const message_facts& facts, std::vector<error_facts>& errors) {
    to.begin("records").content();
    const auto trailer = walk_records(
        facts, [&](const record_facts& record) { write_record(to, record); },
        [&](const error_facts& error) { errors.push_back(error); });
    to.end("records");
    if (trailer.has_manufacturer_data)
        to.element("manufacturer_data", to_hex(trailer.manufacturer_data));
    if (trailer.is_global_readout)
        to.element("global_readout", "true");
    to.element("more_records_follow", trailer.more_records_follow ? "true" : "false");
}

void write_application(xml_writer& to, const application_facts& facts) {
    if (facts.selected) {
        write_identity(to.begin("selection"), *facts.selected);
        if (facts.fabrication_number) {
            std::array<char, bcd_id_chars> digits;
            print_id(digits.data(), *facts.fabrication_number);
            to.attribute("fabrication_number", std::string_view{digits.data(), digits.size()});
        }
        if (!facts.selection_records.empty())
            to.attribute("records", facts.selection_records);
        to.empty();
    }
    if (facts.answer) {
        to.begin("application_error");
        if (facts.answer->has_code)
            to.attribute("code", facts.answer->code);
        to.attribute("name", name(*facts.answer)).empty();
    }
    if (facts.alarm)
        to.begin("alarm").attribute("raw", *facts.alarm).empty();
    if (facts.baud_rate)
        to.element("baud_rate", std::to_string(*facts.baud_rate));
    if (!facts.rest.empty())
        to.element("application_data", to_hex(facts.rest));
}

} // namespace

void write_message(xml_writer& to, const message_facts& facts, std::vector<error_facts>& errors) {
    write_header(to, facts);
    if (facts.problem)
        errors.push_back({*facts.problem, {}});
    if (facts.has_records())
        return write_records(to, facts, errors);
    const auto application = application_of(facts);
    write_application(to, application);
    if (application.problem)
        errors.push_back({*application.problem, {}});
}

void write_errors(xml_writer& to, const std::vector<error_facts>& errors) {
    to.begin("errors").content();
    for (const auto& [what, octets] : errors) {
        to.begin("error").attribute("layer", name(what.layer)).attribute("code", name(what.code));
        to.attribute("offset", what.offset).attribute("message", message(what.code));
        if (what.expected >= 0)
            to.attribute("expected", static_cast<std::uint64_t>(what.expected));
        if (what.found >= 0)
            to.attribute("found", static_cast<std::uint64_t>(what.found));
        if (!octets.empty())
            to.attribute("raw", octets);
        to.empty();
    }
    to.end("errors");
}

} // namespace meterlink::format::detail
