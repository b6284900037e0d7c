#pragma once

/// Where the standards define what `explain` names: each clause once.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace meterlink::format::detail {

enum class clause : std::uint8_t {
    none,
    frame,
    c_field,
    a_field,
    ci_field,
    short_header,
    long_header,
    manufacturer,
    device_type,
    status,
    configuration,
    dib,
    data_field,
    vif,
    vif_extension,
    vife,
    plain_text,
    data_types,
    special_dif,
    selection,
    application_reset,
    application_error,
    alarm,
    compact_frame,
    fixed_data,
    wireless_frame,
    wireless_link,
    extended_link,
    communication_control,
    session_number,
    network_layer,
    afl,
    security,
};

struct clause_row {
    clause key;
    std::string_view citation;
};

inline constexpr std::array clause_rows{
    clause_row{clause::none, ""},
    clause_row{clause::frame, "EN 13757-2, 5"},
    clause_row{clause::c_field, "EN 13757-2, 5"},
    clause_row{clause::a_field, "EN 13757-2, 5"},
    clause_row{clause::ci_field, "EN 13757-7, 5.2"},
    clause_row{clause::short_header, "EN 13757-7, 7.3"},
    clause_row{clause::long_header, "EN 13757-7, 7.4"},
    clause_row{clause::manufacturer, "EN 13757-7, 7.5.2"},
    clause_row{clause::device_type, "EN 13757-7, T13"},
    clause_row{clause::status, "EN 13757-7, 7.5.6"},
    clause_row{clause::configuration, "EN 13757-7, 7.5.8"},
    clause_row{clause::dib, "EN 13757-3, 6.3"},
    clause_row{clause::data_field, "EN 13757-3, 6.3.3"},
    clause_row{clause::vif, "EN 13757-3, 6.4"},
    clause_row{clause::vif_extension, "EN 13757-3, 6.4"},
    clause_row{clause::vife, "EN 13757-3, 6.4.5"},
    clause_row{clause::plain_text, "EN 13757-3, 6.4"},
    clause_row{clause::data_types, "EN 13757-3, A"},
    clause_row{clause::special_dif, "EN 13757-3, 6.3"},
    clause_row{clause::selection, "EN 13757-3"},
    clause_row{clause::application_reset, "EN 13757-3"},
    clause_row{clause::application_error, "EN 13757-3, 9"},
    clause_row{clause::alarm, "EN 13757-3"},
    clause_row{clause::compact_frame, "EN 13757-3, G"},
    clause_row{clause::fixed_data, "EN 1434-3:1997, 6.2"},
    clause_row{clause::wireless_frame, "EN 13757-4, 11.5"},
    clause_row{clause::wireless_link, "EN 13757-4, 12"},
    clause_row{clause::extended_link, "EN 13757-4, 13"},
    clause_row{clause::communication_control, "EN 13757-4, 13.2.7"},
    clause_row{clause::session_number, "EN 13757-4, 13.2.11"},
    clause_row{clause::network_layer, "EN 13757-5"},
    clause_row{clause::afl, "EN 13757-7, 6"},
    clause_row{clause::security, "EN 13757-7, 7.6"},
};

static_assert(
    [] {
        for (std::size_t i = 0; i < clause_rows.size(); ++i)
            if (clause_rows[i].key != static_cast<clause>(i))
                return false;
        return true;
    }(),
    "the rows stand in the order of the enum");

constexpr std::string_view citation(clause which) noexcept {
    return clause_rows[static_cast<std::size_t>(which)].citation;
}

} // namespace meterlink::format::detail
