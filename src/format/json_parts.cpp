#include "json_parts.hpp"

#include <variant>

#include <meterlink/apl/compact_profile.hpp>
#include <meterlink/core/civil_time_text.hpp>

namespace meterlink::format::detail {

void write_identity(json_writer& to, const meter_facts& meter) {
    auto* at = put(to.room(128), R"("id":")");
    at = put(print_id(at, meter.identification), "\",");
    if (meter.manufacturer)
        at = put(print_manufacturer(put(at, R"("manufacturer":")"), *meter.manufacturer), "\",");
    if (meter.version)
        at = put(print_unsigned(put(at, R"("version":)"), *meter.version), ",");
    if (meter.device_type)
        at = put(print_unsigned(put(at, R"("device_type":)"), static_cast<std::uint8_t>(*meter.device_type)),
                 ",");
    to.written(at);
    to.raw(R"("medium":)").name(meter.medium);
}

namespace {

void write_status(json_writer& to, const message_facts& facts) {
    if (facts.access_number)
        to.raw(R"("access_number":)").number(*facts.access_number);
    if (!facts.status)
        return;
    to.raw(R"("status":{"raw":)").number(*facts.status).raw(R"("flags":[)");
    facts.status_flags.for_each_flag([&](std::string_view flag) { to.name(flag); });
    to.close(']').close('}');
}

void write_security(json_writer& to, const security_facts& security) {
    if (security.mode)
        to.raw(R"("security":{"mode":)").number(*security.mode).raw(R"("state":)");
    else
        to.raw(R"("security":{"state":)");
    to.name(name(security.split.state));
    if (security.split.is_authenticated)
        to.raw(R"("authenticated":)").boolean(true);
    if (!security.link_encryption.empty())
        to.raw(R"("ell":)").name(security.link_encryption);
    if (!security.split.extension.empty())
        to.raw(R"("extension":)").hex(security.split.extension);
    if (!security.split.tag.empty())
        to.raw(R"("tag":)").hex(security.split.tag);
    if (security.split.plain_rest != 0)
        to.raw(R"("plain_rest":)").number(security.split.plain_rest);
    to.close('}');
    if (!security.split.encrypted.empty())
        to.raw(R"("encrypted_data":)").hex(security.split.encrypted);
}

void write_records(json_writer& to, const message_facts& facts, json_options options,
                   std::vector<error_facts>& errors) {
    to.raw(R"("records":[)");
    const auto trailer = walk_records(
        facts, [&](const record_facts& record) { write_record(to, record, options); },
        [&](const error_facts& error) { errors.push_back(error); });
    to.close(']');
    if (trailer.has_manufacturer_data)
        to.raw(R"("manufacturer_data":)").hex(trailer.manufacturer_data);
    if (trailer.is_global_readout)
        to.raw(R"("global_readout":)").boolean(true);
    to.raw(R"("more_records_follow":)").boolean(trailer.more_records_follow);
}

/// What stands in the place of records.
void write_application(json_writer& to, const application_facts& facts) {
    if (facts.selected) {
        to.raw(R"("selection":{)");
        write_identity(to, *facts.selected);
        if (facts.fabrication_number) {
            auto* const at = put(to.room(40), R"("fabrication_number":")");
            to.written(put(print_id(at, *facts.fabrication_number), "\","));
        }
        if (!facts.selection_records.empty())
            to.raw(R"("records":)").hex(facts.selection_records);
        to.close('}');
    }
    if (facts.answer) {
        to.raw(R"("application_error":{)");
        if (facts.answer->has_code)
            to.raw(R"("code":)").number(facts.answer->code);
        to.raw(R"("name":)").name(name(*facts.answer)).close('}');
    }
    if (facts.alarm)
        to.raw(R"("alarm":{"raw":)").hex(*facts.alarm).close('}');
    if (facts.baud_rate)
        to.raw(R"("baud_rate":)").number(*facts.baud_rate);
    if (!facts.rest.empty())
        to.raw(R"("application_data":)").hex(facts.rest);
}

char* print_string(char* to, const apl::text& text) noexcept {
    *to++ = '"';
    text.for_each_character([&](std::uint8_t character) { to = print_json(to, character); });
    return put(to, "\"");
}

/// A value, and the members that explain it.
char* print_value(char* to, const apl::record_value& value) noexcept {
    const auto quoted = [&](auto print) { return put(print(put(to, "\"")), "\""); };
    return std::visit(
        overloaded{
            [&](decimal x) { return print(to, x); },
            [&](const apl::real& x) { return print_real(to, x); },
            [&](apl::bit_flags x) { return print_unsigned(to, x.bits); },
            [&](const apl::date& x) { return quoted([&](char* at) { return print_date(at, x); }); },
            [&](const apl::time_of_day& x) { return quoted([&](char* at) { return print_time(at, x); }); },
            [&](const apl::date_time& x) { return quoted([&](char* at) { return print_date_time(at, x); }); },
            [&](const apl::text& x) { return print_string(to, x); },
            [&](const apl::opaque&) { return put(to, "null"); },
            [&](apl::no_data) { return put(to, "null"); },
            [&](apl::invalid) { return put(to, "null"); },
        },
        value);
}

char* print_modifiers(char* to, const record_facts& facts) noexcept {
    to = put(to, R"(,"modifiers":[)");
    const auto* const begin = to;
    const auto use = [&](std::string_view name) {
        to = put(put(put(to, to == begin ? "\"" : ",\""), name), "\"");
    };
    if (facts.record != nullptr)
        for_each_modifier(*facts.record, use);
    else if (facts.is_stored_value)
        use(stored_value_modifier);
    return put(to, "]");
}

char* print_raw(char* to, const record_facts& facts) noexcept {
    to = put(to, R"(,"raw":{)");
    if (facts.record != nullptr) {
        to = print_hex(put(to, R"("dib":")"), facts.record->dib_wire());
        to = print_hex(put(to, R"(","vib":")"), facts.record->vib().wire());
        to = put(to, R"(",)");
    }
    to = print_hex(put(to, R"("data":")"), facts.data);
    return put(to, R"("})");
}

/// Keys, storage number, time, value and reason.
constexpr std::size_t point_max_chars = 256;

char* print_point(char* to, const apl::profile_point& point) noexcept {
    to = print_unsigned(put(to, R"({"storage":)"), point.storage);
    if (point.time)
        to = put(print(put(to, R"(,"time":")"), *point.time), "\"");
    to = print_value(put(to, R"(,"value":)"), point.value);
    if (const auto* const none = std::get_if<apl::invalid>(&point.value))
        to = put(put(put(to, R"(,"invalid":")"), name(none->reason)), "\"");
    return put(to, "},");
}

/// The series in a compact profile; a malformed one stays raw.
void write_profile(json_writer& to, const record_facts& facts) {
    const auto profile = apl::compact_profile::parse(*facts.record, *facts.siblings);
    if (!profile)
        return;
    to.raw(R"("profile":[)");
    profile->for_each([&](const apl::profile_point& point) {
        auto* const at = to.room(point_max_chars);
        to.written(print_point(at, point));
    });
    to.close(']');
}

/// Keys, names and numbers without the unit, modifiers, text and octets.
constexpr std::size_t record_frame_chars = 384;

std::size_t record_max_chars(const record_facts& facts) noexcept {
    const auto octets = facts.record != nullptr ? facts.record->wire().size() : facts.data.size();
    return record_frame_chars + unit_max_chars + (apl::max_vife + 1) * (modifier_max_chars + 3) +
           (character_max_chars + 2) * octets;
}

} // namespace

void write_record(json_writer& to, const record_facts& facts, json_options options) {
    auto* at = to.room(record_max_chars(facts));
    at = put(put(at, R"({"function":")"), name(facts.function));
    at = print_unsigned(put(at, R"(","storage":)"), facts.storage);
    at = print_unsigned(put(at, R"(,"tariff":)"), facts.tariff);
    at = print_unsigned(put(at, R"(,"subunit":)"), facts.subunit);
    at = put(put(at, R"(,"quantity":")"), name(facts.measurement->quantity));
    at = put(at, R"(","unit":")");
    at = facts.record != nullptr ? print_unit(at, *facts.record, print_json)
                                 : put(at, symbol(facts.measurement->unit));
    at = print_value(put(at, R"(","value":)"), facts.value);
    at = print_modifiers(at, facts);
    if (const auto* const moment = std::get_if<apl::date_time>(&facts.value);
        moment && moment->is_summer_time)
        at = put(at, R"(,"summer_time":true)");
    if (const auto* const none = std::get_if<apl::invalid>(&facts.value))
        at = put(put(put(at, R"(,"invalid":")"), name(none->reason)), "\"");
    if (options.raw)
        at = print_raw(at, facts);
    if (!options.expand_profiles || !facts.measurement->is_profile || facts.siblings == nullptr) {
        to.written(put(at, "},"));
        return;
    }
    to.written(put(at, ","));
    write_profile(to, facts);
    to.close('}');
}

void write_message(json_writer& to, const message_facts& facts, json_options options,
                   std::vector<error_facts>& errors) {
    if (facts.is_readable)
        to.raw(R"("ci":)")
            .number(facts.message.ci().code)
            .raw(R"("message":)")
            .name(name(facts.message.application()));
    if (facts.meter) {
        to.raw(R"("meter":{)");
        write_identity(to, *facts.meter);
        to.close('}');
    }
    write_status(to, facts);
    if (facts.security)
        write_security(to, *facts.security);
    if (facts.problem)
        errors.push_back({*facts.problem, {}});
    if (facts.has_records())
        return write_records(to, facts, options, errors);
    const auto application = application_of(facts);
    write_application(to, application);
    if (application.problem)
        errors.push_back({*application.problem, {}});
}

void write_errors(json_writer& to, const std::vector<error_facts>& errors) {
    to.raw(R"("errors":[)");
    for (const auto& [what, octets] : errors) {
        to.raw(R"({"layer":)").name(name(what.layer)).raw(R"("code":)").name(name(what.code));
        to.raw(R"("offset":)").number(what.offset).raw(R"("message":)").name(message(what.code));
        if (what.expected >= 0)
            to.raw(R"("expected":)").number(static_cast<std::uint64_t>(what.expected));
        if (what.found >= 0)
            to.raw(R"("found":)").number(static_cast<std::uint64_t>(what.found));
        if (!octets.empty())
            to.raw(R"("raw":)").hex(octets);
        to.close('}');
    }
    to.close(']');
}

} // namespace meterlink::format::detail
