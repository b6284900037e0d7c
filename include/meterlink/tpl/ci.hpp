#pragma once

/// CI fields: what follows them, with which header, in which direction.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <meterlink/core/bytes.hpp>

namespace meterlink::tpl {

/// The header between the CI field and the application's octets.
enum class header_kind : std::uint8_t { none, short_header, long_header };

/// What the application's octets are.
enum class application : std::uint8_t {
    records,           ///< Data records from the meter.
    data_send,         ///< Data records to the meter.
    fixed_data,        ///< The fixed structure of 16 octets, header included.
    selection,         ///< Secondary address to select.
    application_reset, ///< Optional subcode.
    application_select,
    synchronise,
    application_error, ///< Optional error octet.
    alarm,             ///< Type D flags.
    set_baud_rate,     ///< The CI field says it all.
    set_clock,
    compact_frame,
    format_frame,
    transport_only, ///< A header without application octets: acknowledgement, or link management.
    dlms,
    obis,
    network_management,
    security_transfer,
    image_transfer,
    extended_link_layer,
    authentication_layer, ///< AFL
    network_layer,
    manufacturer_specific,
    unknown,
};

/// One range of CI fields, as EN 13757-7:2018, table 2, prints it.
struct ci_row {
    std::uint8_t first;
    std::uint8_t last;
    tpl::application application;
    header_kind header;
    bool is_to_meter;
    std::string_view name;
    bool is_most_significant_first = false; ///< The obsolete "mode 2".
};

namespace detail {

// clang-format off
inline constexpr std::array ci_rows{
    ci_row{0x00, 0x1F, application::dlms, header_kind::none, false, "DLMS"},
    ci_row{0x50, 0x50, application::application_reset, header_kind::none, true, "application reset"},
    ci_row{0x51, 0x51, application::data_send, header_kind::none, true, "data send"},
    ci_row{0x52, 0x52, application::selection, header_kind::none, true, "selection of slaves"},
    ci_row{0x53, 0x53, application::application_reset, header_kind::long_header, true, "application reset"},
    ci_row{0x54, 0x54, application::application_select, header_kind::none, true, "request of selected application"},
    ci_row{0x55, 0x55, application::application_select, header_kind::long_header, true, "request of selected application"},
    ci_row{0x56, 0x56, application::selection, header_kind::none, true, "selection of slaves, MSB first", true},
    ci_row{0x5A, 0x5A, application::data_send, header_kind::short_header, true, "command"},
    ci_row{0x5B, 0x5B, application::data_send, header_kind::long_header, true, "command"},
    ci_row{0x5C, 0x5C, application::synchronise, header_kind::none, true, "synchronise action"},
    ci_row{0x5F, 0x5F, application::manufacturer_specific, header_kind::long_header, true, "specific usage"},
    ci_row{0x60, 0x60, application::dlms, header_kind::long_header, true, "COSEM data to device"},
    ci_row{0x61, 0x61, application::dlms, header_kind::short_header, true, "COSEM data to device"},
    ci_row{0x64, 0x64, application::obis, header_kind::long_header, true, "OBIS data to device"},
    ci_row{0x65, 0x65, application::obis, header_kind::short_header, true, "OBIS data to device"},
    ci_row{0x66, 0x66, application::application_select, header_kind::none, false, "response of selected application"},
    ci_row{0x67, 0x67, application::application_select, header_kind::short_header, false, "response of selected application"},
    ci_row{0x68, 0x68, application::application_select, header_kind::long_header, false, "response of selected application"},
    ci_row{0x69, 0x69, application::format_frame, header_kind::none, false, "format frame"},
    ci_row{0x6A, 0x6A, application::format_frame, header_kind::short_header, false, "format frame"},
    ci_row{0x6B, 0x6B, application::format_frame, header_kind::long_header, false, "format frame"},
    ci_row{0x6C, 0x6D, application::set_clock, header_kind::long_header, true, "clock synchronisation"},
    ci_row{0x6E, 0x6E, application::application_error, header_kind::short_header, false, "application error"},
    ci_row{0x6F, 0x6F, application::application_error, header_kind::long_header, false, "application error"},
    ci_row{0x70, 0x70, application::application_error, header_kind::none, false, "application error"},
    ci_row{0x71, 0x71, application::alarm, header_kind::none, false, "alarm"},
    ci_row{0x72, 0x72, application::records, header_kind::long_header, false, "response, full frame"},
    ci_row{0x73, 0x73, application::compact_frame, header_kind::long_header, false, "response, compact frame"},
    ci_row{0x74, 0x74, application::alarm, header_kind::short_header, false, "alarm"},
    ci_row{0x75, 0x75, application::alarm, header_kind::long_header, false, "alarm"},
    ci_row{0x76, 0x76, application::records, header_kind::long_header, false, "response, MSB first", true},
    ci_row{0x77, 0x77, application::fixed_data, header_kind::none, false, "fixed data structure, MSB first", true},
    ci_row{0x78, 0x78, application::records, header_kind::none, false, "response, full frame"},
    ci_row{0x79, 0x79, application::compact_frame, header_kind::none, false, "response, compact frame"},
    ci_row{0x7A, 0x7A, application::records, header_kind::short_header, false, "response, full frame"},
    ci_row{0x7B, 0x7B, application::compact_frame, header_kind::short_header, false, "response, compact frame"},
    ci_row{0x7C, 0x7C, application::dlms, header_kind::long_header, false, "COSEM response"},
    ci_row{0x7D, 0x7D, application::dlms, header_kind::short_header, false, "COSEM response"},
    ci_row{0x7E, 0x7E, application::obis, header_kind::long_header, false, "OBIS response"},
    ci_row{0x7F, 0x7F, application::obis, header_kind::short_header, false, "OBIS response"},
    ci_row{0x80, 0x80, application::transport_only, header_kind::long_header, true, "transport layer to device"},
    ci_row{0x81, 0x81, application::network_layer, header_kind::none, false, "network layer"},
    ci_row{0x82, 0x82, application::network_management, header_kind::long_header, true, "network management to device"},
    ci_row{0x83, 0x83, application::network_management, header_kind::none, true, "network management to device"},
    ci_row{0x84, 0x84, application::transport_only, header_kind::long_header, true, "transport layer to device, compact frame expected"},
    ci_row{0x85, 0x85, application::transport_only, header_kind::long_header, true, "transport layer to device, format frame expected"},
    ci_row{0x86, 0x86, application::extended_link_layer, header_kind::none, false, "extended link layer V"},
    ci_row{0x87, 0x87, application::network_management, header_kind::long_header, false, "network management from device"},
    ci_row{0x88, 0x88, application::network_management, header_kind::short_header, false, "network management from device"},
    ci_row{0x89, 0x89, application::network_management, header_kind::none, false, "network management from device"},
    ci_row{0x8A, 0x8A, application::transport_only, header_kind::short_header, false, "transport layer from device"},
    ci_row{0x8B, 0x8B, application::transport_only, header_kind::long_header, false, "transport layer from device"},
    ci_row{0x8C, 0x8F, application::extended_link_layer, header_kind::none, false, "extended link layer"},
    ci_row{0x90, 0x90, application::authentication_layer, header_kind::none, false, "authentication and fragmentation layer"},
    ci_row{0x9E, 0x9E, application::manufacturer_specific, header_kind::short_header, false, "specific usage"},
    ci_row{0x9F, 0x9F, application::manufacturer_specific, header_kind::long_header, false, "specific usage"},
    ci_row{0xA0, 0xB7, application::manufacturer_specific, header_kind::none, false, "manufacturer specific"},
    ci_row{0xB8, 0xBF, application::set_baud_rate, header_kind::none, true, "set baud rate"},
    ci_row{0xC0, 0xC0, application::image_transfer, header_kind::long_header, true, "image transfer to device"},
    ci_row{0xC1, 0xC1, application::image_transfer, header_kind::short_header, false, "image transfer from device"},
    ci_row{0xC2, 0xC2, application::image_transfer, header_kind::long_header, false, "image transfer from device"},
    ci_row{0xC3, 0xC3, application::security_transfer, header_kind::long_header, true, "security information to device"},
    ci_row{0xC4, 0xC4, application::security_transfer, header_kind::short_header, false, "security information from device"},
    ci_row{0xC5, 0xC5, application::security_transfer, header_kind::long_header, false, "security information from device"},
};
// clang-format on

inline constexpr ci_row unknown_ci{0x00, 0xFF, application::unknown, header_kind::none, false, "reserved"};

/// Index into `ci_rows` plus one; 0 for reserved codes.
inline constexpr auto ci_lookup = [] {
    static_assert(ci_rows.size() < 256);
    std::array<std::uint8_t, 256> index{};
    for (std::size_t row = 0; row < ci_rows.size(); ++row)
        for (unsigned code = ci_rows[row].first; code <= ci_rows[row].last; ++code)
            index[code] = static_cast<std::uint8_t>(row + 1);
    return index;
}();

} // namespace detail

/// Control information field (EN 13757-7:2018, 5.2).
struct ci_field {
    std::uint8_t code = 0;

    /// Its row in the standard's table.
    [[nodiscard]] constexpr const ci_row& row() const noexcept {
        const auto index = detail::ci_lookup[code];
        return index == 0 ? detail::unknown_ci : detail::ci_rows[index - 1U];
    }

    /// What follows; `message_view::application` knows better where the length decides.
    [[nodiscard]] constexpr tpl::application application() const noexcept { return row().application; }
    [[nodiscard]] constexpr header_kind header() const noexcept { return row().header; }
    /// In which order octets travel within a field.
    [[nodiscard]] constexpr byte_order order() const noexcept {
        return row().is_most_significant_first ? byte_order::most_significant_first
                                               : byte_order::least_significant_first;
    }

    [[nodiscard]] friend constexpr bool operator==(ci_field, ci_field) noexcept = default;
};

/// Stable identifier of an application, as it stands in JSON: `"application_error"`.
[[nodiscard]] constexpr std::string_view name(application which) noexcept {
    switch (which) {
    case application::records: return "records";
    case application::data_send: return "data_send";
    case application::fixed_data: return "fixed_data";
    case application::selection: return "selection";
    case application::application_reset: return "application_reset";
    case application::application_select: return "application_select";
    case application::synchronise: return "synchronise";
    case application::application_error: return "application_error";
    case application::alarm: return "alarm";
    case application::set_baud_rate: return "set_baud_rate";
    case application::set_clock: return "set_clock";
    case application::compact_frame: return "compact_frame";
    case application::format_frame: return "format_frame";
    case application::transport_only: return "transport_only";
    case application::dlms: return "dlms";
    case application::obis: return "obis";
    case application::network_management: return "network_management";
    case application::security_transfer: return "security_transfer";
    case application::image_transfer: return "image_transfer";
    case application::extended_link_layer: return "extended_link_layer";
    case application::authentication_layer: return "authentication_layer";
    case application::network_layer: return "network_layer";
    case application::manufacturer_specific: return "manufacturer_specific";
    case application::unknown: break;
    }
    return "unknown";
}

} // namespace meterlink::tpl
