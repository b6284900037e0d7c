#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <meterlink/apl/application_error.hpp>
#include <meterlink/mbus/frame.hpp>

#include "corpus/corpus.hpp"
#include "corpus/reading.hpp"

using namespace meterlink;
using namespace meterlink::test;

namespace {

/// What libmbus says of a bad telegram, and what is wrong with it. Its messages name the field that was cut
/// off; where the input ends is the offset.
struct defect {
    std::string_view message;
    errc code;
};

constexpr std::array defects{
    defect{"Premature end of record", errc::truncated},
    defect{"Variable header too short", errc::truncated},
    defect{"Too many DIFE", errc::dife_count},
    defect{"Too many VIFE", errc::vife_count},
    defect{"checksum", errc::checksum},
    defect{"stop byte", errc::stop_byte},
};

errc expected_defect(const json& line) {
    if (!line.at("checks").value("checksum_ok", true))
        return errc::checksum;
    const auto message = string_in(line.at("expect"), "libmbus_message");
    for (const auto& row : defects)
        if (message.find(row.message) != std::string::npos)
            return row.code;
    FAIL("no row for: " << message);
    return errc::none;
}

/// Where the defect is: the end of the message where that is cut off, the checksum octet where that is wrong.
std::size_t expected_offset(errc code, std::size_t frame_size) {
    switch (code) {
    case errc::truncated:
    case errc::checksum: return frame_size - 2;
    case errc::stop_byte: return frame_size - 1;
    default: return 0;
    }
}

struct application_error_name {
    std::string_view theirs;
    std::uint8_t code;
};

constexpr std::array application_errors{
    application_error_name{"Unspecified error", 0},
    application_error_name{"Unimplemented CI-Field", 1},
    application_error_name{"Buffer too long, truncated", 2},
    application_error_name{"Too many records", 3},
    application_error_name{"Premature end of record", 4},
    application_error_name{"More than 10 DIFE´s", 5},
    application_error_name{"More than 10 VIFE´s", 6},
    application_error_name{"Reserved", 7},
    application_error_name{"Application busy", 8},
    application_error_name{"Too many readouts", 9},
};

} // namespace

TEST_CASE("every telegram of the wired corpus that is bad is refused where it is bad") {
    for (const auto& line : corpus_lines("wired/frames.jsonl")) {
        if (outcome_of(line) != "error")
            continue;
        INFO(string_in(line, "name"));
        const auto ours = read_frame(octets_of(line));
        const auto code = expected_defect(line);
        REQUIRE(ours.errors.size() == 1);
        CHECK(name(ours.errors[0].code) == name(code));
        CHECK(ours.errors[0].offset == expected_offset(code, ours.octets.size()));
    }
}

TEST_CASE("the records before a bad one are all there") {
    std::size_t checked = 0;
    for (const auto& line : corpus_lines("wired/frames.jsonl")) {
        const auto message = string_in(line.at("expect"), "libmbus_message");
        if (outcome_of(line) != "error" || message.find("record") == std::string::npos)
            continue;
        const auto ours = read_frame(octets_of(line));
        INFO(string_in(line, "name"));
        CHECK(ours.rows.size() >= 2);
        ++checked;
    }
    INFO(checked);
}

TEST_CASE("every application error of the wired corpus carries its code") {
    for (const auto& line : corpus_lines("wired/frames.jsonl")) {
        if (outcome_of(line) != "application_error")
            continue;
        const auto text = string_in(line.at("expect"), "libmbus_text");
        INFO(string_in(line, "name") << ": " << text);
        const auto ours = read_frame(octets_of(line));
        REQUIRE(ours.telegram);
        const auto& message = *ours.telegram->message();
        CHECK(message.application() == tpl::application::application_error);
        const auto* const row = std::find_if(application_errors.begin(), application_errors.end(),
                                             [&](const auto& each) { return each.theirs == text; });
        REQUIRE(row != application_errors.end());
        CHECK(apl::application_error::parse(message.payload()).code == row->code);
    }
}

TEST_CASE("commands to the meter, which libmbus refuses, decode like answers") {
    for (const auto& line : corpus_lines("wired/frames.jsonl")) {
        if (outcome_of(line) != "unsupported_by_libmbus")
            continue;
        INFO(string_in(line, "name"));
        const auto octets = parse_hex_strict(string_in(line, "hex"));
        if (string_in(line.at("checks"), "frame_type") == "invalid") {
            // Half an octet is missing: there is nothing to decode.
            REQUIRE_FALSE(octets);
            CHECK(octets.error().code == errc::hex_odd_digits);
            continue;
        }
        REQUIRE(octets);
        const auto ours = read_frame(*octets);
        CHECK(ours.errors.empty());
        REQUIRE(ours.telegram);
        CHECK(mbus::c(ours.telegram->frame())->prm());
        CHECK(ours.telegram->message()->application() == tpl::application::data_send);
        CHECK_FALSE(ours.rows.empty());
    }
}
