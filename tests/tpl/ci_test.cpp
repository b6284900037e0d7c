#include <meterlink/tpl/ci.hpp>

#include <set>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink::tpl;

namespace {

struct printed_row {
    unsigned first;
    unsigned last;
    char header; // '-' none, 'S' short, 'L' long
    std::string_view application;
    char direction; // '>' to the meter, '<' from it, ' ' either or neither
    bool is_msb_first = false;
};

// EN 13757-7:2018, table 2, with the obsolete most-significant-first codes of the first editions.
// clang-format off
const std::vector<printed_row> printed{
    {0x00, 0x1F, '-', "dlms", ' '},
    {0x50, 0x50, '-', "application_reset", '>'}, {0x53, 0x53, 'L', "application_reset", '>'},
    {0x51, 0x51, '-', "data_send", '>'}, {0x5A, 0x5A, 'S', "data_send", '>'}, {0x5B, 0x5B, 'L', "data_send", '>'},
    {0x52, 0x52, '-', "selection", '>'}, {0x56, 0x56, '-', "selection", '>', true},
    {0x54, 0x54, '-', "application_select", '>'}, {0x55, 0x55, 'L', "application_select", '>'},
    {0x66, 0x66, '-', "application_select", '<'}, {0x67, 0x67, 'S', "application_select", '<'}, {0x68, 0x68, 'L', "application_select", '<'},
    {0x5C, 0x5C, '-', "synchronise", '>'},
    {0x5F, 0x5F, 'L', "manufacturer_specific", ' '},
    {0x60, 0x60, 'L', "dlms", '>'}, {0x61, 0x61, 'S', "dlms", '>'},
    {0x64, 0x64, 'L', "obis", '>'}, {0x65, 0x65, 'S', "obis", '>'},
    {0x69, 0x69, '-', "format_frame", '<'}, {0x6A, 0x6A, 'S', "format_frame", '<'}, {0x6B, 0x6B, 'L', "format_frame", '<'},
    {0x6C, 0x6D, 'L', "set_clock", '>'},
    {0x6E, 0x6E, 'S', "application_error", '<'}, {0x6F, 0x6F, 'L', "application_error", '<'}, {0x70, 0x70, '-', "application_error", '<'},
    {0x71, 0x71, '-', "alarm", '<'}, {0x74, 0x74, 'S', "alarm", '<'}, {0x75, 0x75, 'L', "alarm", '<'},
    {0x72, 0x72, 'L', "records", '<'}, {0x78, 0x78, '-', "records", '<'}, {0x7A, 0x7A, 'S', "records", '<'},
    {0x76, 0x76, 'L', "records", '<', true}, {0x77, 0x77, '-', "fixed_data", '<', true},
    {0x73, 0x73, 'L', "compact_frame", '<'}, {0x79, 0x79, '-', "compact_frame", '<'}, {0x7B, 0x7B, 'S', "compact_frame", '<'},
    {0x7C, 0x7C, 'L', "dlms", '<'}, {0x7D, 0x7D, 'S', "dlms", '<'},
    {0x7E, 0x7E, 'L', "obis", '<'}, {0x7F, 0x7F, 'S', "obis", '<'},
    {0x80, 0x80, 'L', "transport_only", '>'}, {0x84, 0x85, 'L', "transport_only", '>'},
    {0x8A, 0x8A, 'S', "transport_only", '<'}, {0x8B, 0x8B, 'L', "transport_only", '<'},
    {0x81, 0x81, '-', "network_layer", ' '},
    {0x82, 0x82, 'L', "network_management", '>'}, {0x83, 0x83, '-', "network_management", '>'},
    {0x87, 0x87, 'L', "network_management", '<'}, {0x88, 0x88, 'S', "network_management", '<'}, {0x89, 0x89, '-', "network_management", '<'},
    {0x86, 0x86, '-', "extended_link_layer", ' '}, {0x8C, 0x8F, '-', "extended_link_layer", ' '},
    {0x90, 0x90, '-', "authentication_layer", ' '},
    {0x9E, 0x9E, 'S', "manufacturer_specific", ' '}, {0x9F, 0x9F, 'L', "manufacturer_specific", ' '},
    {0xA0, 0xB7, '-', "manufacturer_specific", ' '},
    {0xB8, 0xBF, '-', "set_baud_rate", '>'},
    {0xC0, 0xC0, 'L', "image_transfer", '>'}, {0xC1, 0xC1, 'S', "image_transfer", '<'}, {0xC2, 0xC2, 'L', "image_transfer", '<'},
    {0xC3, 0xC3, 'L', "security_transfer", '>'}, {0xC4, 0xC4, 'S', "security_transfer", '<'}, {0xC5, 0xC5, 'L', "security_transfer", '<'},
};
// clang-format on

char letter_of(header_kind kind) {
    switch (kind) {
    case header_kind::none: return '-';
    case header_kind::short_header: return 'S';
    case header_kind::long_header: break;
    }
    return 'L';
}

} // namespace

TEST_CASE("every CI field has the header, application and direction that the standard prints") {
    const printed_row reserved{0, 0xFF, '-', "unknown", ' '};
    for (unsigned code = 0; code <= 0xFF; ++code) {
        const auto* expected = &reserved;
        for (const auto& row : printed)
            if (code >= row.first && code <= row.last)
                expected = &row;
        const ci_field ci{static_cast<std::uint8_t>(code)};
        CAPTURE(code);
        CHECK(letter_of(ci.header()) == expected->header);
        CHECK(name(ci.application()) == expected->application);
        if (expected->direction != ' ')
            CHECK(ci.row().is_to_meter == (expected->direction == '>'));
        CHECK(ci.row().is_most_significant_first == expected->is_msb_first);
        CHECK_FALSE(ci.row().name.empty());
    }
}

TEST_CASE("a CI field is looked up during compilation, too") {
    STATIC_REQUIRE(ci_field{0x72}.application() == application::records);
    STATIC_REQUIRE(ci_field{0x72}.header() == header_kind::long_header);
    STATIC_REQUIRE(ci_field{0xFF}.application() == application::unknown);
    STATIC_REQUIRE(ci_field{0x72} != ci_field{0x7A});
}

TEST_CASE("no two rows cover the same CI field") {
    std::vector<int> covered(256);
    for (const auto& row : detail::ci_rows)
        for (unsigned code = row.first; code <= row.last; ++code)
            CHECK(++covered[code] == 1);
}

TEST_CASE("every application has a name of its own") {
    std::set<std::string_view> names;
    for (int which = 0; which <= static_cast<int>(application::unknown); ++which)
        names.insert(name(static_cast<application>(which)));
    CHECK(names.size() == static_cast<std::size_t>(application::unknown) + 1);
    CHECK(name(application::application_error) == "application_error");
}
