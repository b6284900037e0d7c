// The transport layer of explain(): CI field, header, and the applications that are not data records.

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <meterlink/apl/application_error.hpp>
#include <meterlink/apl/fixed_data.hpp>
#include <meterlink/core/reader.hpp>
#include <meterlink/format/value_text.hpp>
#include <meterlink/mbus/baud_rate.hpp>
#include <meterlink/mbus/secondary_address.hpp>
#include <meterlink/tpl/message.hpp>

#include "explain_words.hpp"
#include "explain_writer.hpp"
#include "words.hpp"

namespace meterlink::format::detail {

namespace {

/// `size` octets as one number.
std::uint32_t load(bytes_view octets, std::size_t size, byte_order order) {
    return static_cast<std::uint32_t>(load_number(octets.first(size), order));
}

std::string status_meaning(std::uint8_t raw, bool is_to_meter) {
    if (is_to_meter)
        return fmt::format("{:02X}, of the one who asks", raw);
    std::string text;
    tpl::status{raw}.for_each_flag([&](std::string_view flag) {
        text += text.empty() ? "" : ", ";
        text += words(flag);
    });
    return text.empty() ? "no error" : text;
}

/// Fields of a header one after the other, until one of them is cut off.
class header_writer {
public:
    header_writer(field_writer& out, const tpl::ci_row& row, const message_context& context)
        : out_{out}, row_{row}, context_{context} {}

    bool address(clause where) {
        const auto order = row_.is_most_significant_first ? byte_order::most_significant_first
                                                          : byte_order::least_significant_first;
        if (!out_.has(4, where, "identification"))
            return false;
        out_.add(4, where, "identification", fmt::format("{:08X}", load(out_.rest(), 4, order)));
        if (!out_.has(2, clause::manufacturer, "manufacturer"))
            return false;
        const auto maker = static_cast<std::uint16_t>(load(out_.rest(), 2, order));
        out_.add(2, clause::manufacturer, "manufacturer", manufacturer_meaning(maker));
        if (!out_.has(1, where, "version"))
            return false;
        const auto version = out_.rest()[0];
        const auto is_mask = row_.application == tpl::application::selection;
        out_.add(1, where, "version", is_mask && version == 0xFF ? "any" : fmt::format("{}", version));
        if (!out_.has(1, clause::device_type, "device type"))
            return false;
        const auto type = static_cast<tpl::device_type>(out_.rest()[0]);
        out_.add(1, clause::device_type, "device type", words(name(type)));
        return true;
    }

    bool status() {
        constexpr auto where = clause::short_header;
        if (!out_.has(1, where, "access number"))
            return false;
        out_.add(1, where, "access number", fmt::format("{}", out_.rest()[0]));
        if (!out_.has(1, clause::status, "status"))
            return false;
        out_.add(1, clause::status, "status", status_meaning(out_.rest()[0], row_.is_to_meter));
        if (!out_.has(2, clause::configuration, "configuration"))
            return false;
        const auto order = row_.is_most_significant_first ? byte_order::most_significant_first
                                                          : byte_order::least_significant_first;
        const tpl::configuration_field field{static_cast<std::uint16_t>(load(out_.rest(), 2, order))};
        const bool is_old_signature = context_.access == tpl::medium_access::wired && context_.is_whole &&
                                      tpl::is_old_signature(field, out_.rest().subspan(2));
        out_.add(2, clause::configuration, "configuration",
                 configuration_meaning(field, context_.access, is_old_signature));
        return true;
    }

private:
    field_writer& out_;
    const tpl::ci_row& row_;
    const message_context& context_;
};

std::string status_of_fixed_data(std::uint8_t status) {
    // Bits 1 and 0 are about the counters here; the others are those of any meter.
    auto text = fmt::format("{}, {} counters", (status & 0x01U) != 0 ? "binary" : "BCD",
                            (status & 0x02U) != 0 ? "stored" : "present");
    if ((status & 0xFCU) != 0)
        text += ", " + status_meaning(status & 0xFCU, false);
    return text;
}

std::string counter_meaning(const apl::fixed_counter& counter) {
    auto text = words(name(counter.measurement.quantity)) + ' ';
    append_value(text, counter.value);
    if (const auto unit = symbol(counter.measurement.unit); !unit.empty())
        text += fmt::format(" {}", unit);
    return counter.is_historical ? text + ", stored" : text;
}

void explain_fixed_data(field_writer& out, byte_order order) {
    constexpr auto where = clause::fixed_data;
    const auto octets = out.rest();
    out.enter(layer::apl);
    out.begin_group("fixed data structure");
    const auto parsed = apl::fixed_data::parse(octets.first(std::min<std::size_t>(octets.size(), 16)), order);
    if (!parsed) {
        static_cast<void>(out.has(apl::fixed_data::wire_size(), where, "fixed data"));
        return;
    }
    out.add(4, where, "identification", fmt::format("{:08X}", parsed->identification));
    out.add(1, where, "access number", fmt::format("{}", parsed->access_number));
    out.add(1, where, "status", status_of_fixed_data(parsed->status));
    const auto medium = words(apl::fixed_medium_name(parsed->medium_code));
    const auto first = order == byte_order::least_significant_first ? 0U : 1U;
    for (const auto index : {first, 1U - first})
        out.add(1, where, index == 0 ? "unit 1" : "unit 2",
                fmt::format("{}{}, medium {}", words(name(parsed->counter(index).measurement.quantity)),
                            parsed->unit_codes[index] == apl::detail::fixed_unit_same_as_first
                                ? " as counter 1, stored"
                                : "",
                            medium));
    out.add(4, where, "counter 1", counter_meaning(parsed->counter(0)));
    out.add(4, where, "counter 2", counter_meaning(parsed->counter(1)));
    if (const auto surplus = out.rest().size(); surplus != 0)
        out.add_error(surplus, where, "surplus", "behind the fixed data structure");
}

void explain_reset(field_writer& out) {
    constexpr std::array<std::string_view, 11> names{"all",
                                                     "user data",
                                                     "simple billing",
                                                     "enhanced billing",
                                                     "multi-tariff billing",
                                                     "instantaneous values",
                                                     "load management",
                                                     "reserved",
                                                     "installation",
                                                     "testing",
                                                     "calibration"};
    const auto subcode = out.rest()[0];
    const unsigned application = subcode >> 4U;
    const unsigned telegram = subcode & 0x0FU;
    out.add(1, clause::application_reset, "subcode",
            fmt::format("{}, {}", application < names.size() ? names[application] : "reserved",
                        telegram == 0 ? "all telegrams" : fmt::format("telegram {}", telegram)));
}

void explain_selection(field_writer& out, const tpl::ci_row& row) {
    out.begin_group("which meters are selected");
    if (!header_writer{out, row, {}}.address(clause::selection) || out.rest().empty())
        return;
    explain_records(out, {row.is_most_significant_first ? byte_order::most_significant_first
                                                        : byte_order::least_significant_first,
                          apl::direction::to_meter});
}

/// The application's octets, where they are not empty.
void explain_application(field_writer& out, tpl::application application, const tpl::ci_row& row,
                         const message_context& context) {
    switch (application) {
    case tpl::application::records:
    case tpl::application::data_send:
        return explain_records(out,
                               {row.is_most_significant_first ? byte_order::most_significant_first
                                                              : byte_order::least_significant_first,
                                row.is_to_meter ? apl::direction::to_meter : apl::direction::from_meter});
    case tpl::application::fixed_data:
        return explain_fixed_data(out, row.is_most_significant_first ? byte_order::most_significant_first
                                                                     : byte_order::least_significant_first);
    case tpl::application::selection: explain_selection(out, row); break;
    case tpl::application::application_reset: explain_reset(out); break;
    case tpl::application::application_error:
        out.add(1, clause::application_error, "error code",
                words(name(apl::application_error{out.rest()[0], true})));
        break;
    case tpl::application::alarm:
        out.add(1, clause::alarm, "alarm flags",
                fmt::format("{:08b}, the manufacturer's own", out.rest()[0]));
        break;
    case tpl::application::compact_frame: explain_compact_frame(out, context); break;
    case tpl::application::format_frame: explain_format_frame(out); break;
    default: break;
    }
    if (!out.rest().empty())
        out.add(out.rest().size(), clause::none, "data",
                fmt::format("{}, not interpreted", count_octets(out.rest().size())));
}

std::string ci_meaning(std::uint8_t code, const tpl::ci_row& row, tpl::application application,
                       bool has_header) {
    if (application == tpl::application::fixed_data && !row.is_most_significant_first)
        return "response, fixed data structure";
    if (const auto baud = mbus::baud_rate(code))
        return fmt::format("{}: {} Bd", row.name, *baud);
    constexpr std::array<std::string_view, 3> headers{"", "; short header", "; long header"};
    return fmt::format("{}{}", row.name, has_header ? headers[static_cast<std::size_t>(row.header)] : "");
}

} // namespace

void explain_message(field_writer& out, const message_context& context) {
    if (!out.has(1, clause::ci_field, "CI field"))
        return;
    const auto begin = out.at();
    const auto octets = out.rest();
    const tpl::ci_field ci{octets[0]};
    const auto& row = ci.row();
    // What the CI field alone says gives way to what the message as a whole is: fixed data, no header.
    const auto whole = context.message != nullptr ? result<tpl::message_view>{*context.message}
                                                  : tpl::message_view::parse(octets, context.access);
    const auto application = whole ? whole->application() : ci.application();
    const auto header = whole ? whole->header() : ci.header();
    const auto ci_text = ci_meaning(ci.code, row, application, header != tpl::header_kind::none);
    out.enter(layer::tpl);
    out.begin_group(fmt::format("message: {}", ci_text));
    out.add(1, clause::ci_field, "CI field", ci_text);

    header_writer fields{out, row, context};
    if (header == tpl::header_kind::long_header && !fields.address(clause::long_header))
        return;
    if (header != tpl::header_kind::none && !fields.status())
        return;
    tpl::payload_split split;
    // Without header only a MAC says something of the payload: that it must not be read.
    const auto is_protected =
        whole && (header != tpl::header_kind::none || !is_open(whole->security().state));
    if (is_protected) {
        const auto configuration = whole->short_header().value_or(tpl::short_header{}).configuration;
        split = context.is_whole ? whole->security()
                                 : tpl::split_payload(configuration, out.rest(), context.access);
        const auto read = out.at() - begin + split.extension.size();
        const auto is_open = split.state == tpl::security_state::decrypted;
        explain_protection(out, configuration, split, is_open ? whole->application_offset() - read : 0);
        out.limit_to(out.at() + split.plain.size());
    }
    if (!out.rest().empty()) {
        out.enter(layer::apl);
        explain_application(out, application, row, context);
    }
    if (is_protected) {
        out.limit_to(begin + octets.size());
        out.enter(layer::tpl);
        explain_protection_end(out, split);
    }
}

} // namespace meterlink::format::detail
