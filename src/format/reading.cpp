#include "reading.hpp"

#include <algorithm>
#include <functional>

#include <meterlink/mbus/baud_rate.hpp>
#include <meterlink/mbus/selection.hpp>

namespace meterlink::format::detail {

namespace {

/// Bits 0 and 1 of the status of a fixed data structure say how its counters are to be read.
constexpr std::uint8_t fixed_status_flags = 0xFC;

void take_fixed_data(message_facts& out) noexcept {
    const auto fixed = apl::fixed_data::parse(out.message.application_octets(), out.message.options().order);
    if (!fixed)
        return;
    out.fixed = *fixed;
    out.meter = meter_facts{fixed->identification, {}, {}, {}, apl::fixed_medium_name(fixed->medium_code)};
    out.access_number = fixed->access_number;
    out.status = fixed->status;
    out.status_flags = {static_cast<std::uint8_t>(fixed->status & fixed_status_flags)};
}

void take_selection(application_facts& out, const message_facts& facts) noexcept {
    const auto selection = mbus::selection_view::parse(facts.message.wire());
    if (!selection) {
        out.problem = selection.error().shifted(facts.offset);
        return;
    }
    const auto mask = selection->address();
    const auto device_type = static_cast<tpl::device_type>(mask.device_type);
    out.selected = meter_facts{mask.id, tpl::manufacturer{mask.manufacturer}, mask.version, device_type,
                               name(device_type)};
    out.fabrication_number = selection->fabrication_number();
    out.selection_records = selection->records();
    out.rest = {};
}

} // namespace

meter_facts facts_of(const tpl::meter_address& address) noexcept {
    return {address.identification, address.manufacturer, address.version, address.device_type,
            name(address.device_type)};
}

message_facts facts_of(const tpl::message_view& message, std::size_t offset) noexcept {
    message_facts out;
    out.message = message;
    out.offset = offset;
    if (const auto header = message.long_header())
        out.meter = facts_of(tpl::meter_address::from(*header));
    if (const auto header = message.short_header()) {
        out.access_number = header->access_number;
        out.status = header->status.raw;
        out.status_flags = header->status;
        out.security = security_facts{header->configuration.mode(), message.security(), {}};
    }
    if (const auto& problem = message.security().problem; problem.code != errc::none)
        out.problem = problem.shifted(offset);
    if (message.application() == tpl::application::fixed_data)
        take_fixed_data(out);
    return out;
}

tpl::payload_split protection_of(const message_facts& facts, bytes_view octets) noexcept {
    const auto split = facts.security ? facts.security->split : tpl::payload_split{};
    const auto protected_size = split.plain.size() - std::min(split.plain_rest, split.plain.size());
    const auto is_protected = [&] {
        return !facts.message.is_expanded() &&
               std::less_equal{}(octets.data() + octets.size(), split.plain.data() + protected_size);
    };
    return split.plain_rest == 0 || is_protected() ? split : tpl::payload_split{};
}

application_facts application_of(const message_facts& facts) noexcept {
    application_facts out;
    out.rest = facts.message.application_octets();
    switch (facts.message.application()) {
    case tpl::application::selection: take_selection(out, facts); break;
    case tpl::application::application_error:
        out.answer = apl::application_error::parse(out.rest);
        out.rest = out.rest.subspan(out.answer->wire_size());
        break;
    case tpl::application::alarm:
        out.alarm = out.rest;
        out.rest = {};
        break;
    case tpl::application::set_baud_rate: out.baud_rate = mbus::baud_rate(facts.message.ci().code); break;
    case tpl::application::fixed_data:
        if (const auto fixed = apl::fixed_data::parse(out.rest, facts.message.options().order); !fixed)
            out.problem = fixed.error().shifted(facts.application_offset());
        break;
    default: break;
    }
    return out;
}

bytes_view octets_of_bad_record(const apl::record_range& records, std::size_t offset) noexcept {
    const auto rest = records.octets().subspan(offset);
    apl::record_view record;
    error problem = no_error;
    const auto size = record.read(rest, records.options(), problem);
    return size == 0 ? rest : rest.first(size);
}

} // namespace meterlink::format::detail
