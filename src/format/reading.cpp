#include "reading.hpp"

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

} // namespace

message_facts facts_of(const tpl::message_view& message, std::size_t offset) noexcept {
    message_facts out;
    out.message = message;
    out.offset = offset;
    if (const auto address = message.address())
        out.meter = meter_facts{address->identification, address->manufacturer, address->version,
                                address->device_type, name(address->device_type)};
    if (const auto header = message.status()) {
        out.access_number = header->access_number;
        out.status = header->status.raw;
        out.status_flags = header->status;
        out.security = security_facts{header->configuration.mode(), message.security()};
    }
    if (message.application() == tpl::application::fixed_data)
        take_fixed_data(out);
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
