#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <meterlink/core/crc.hpp>
#include <meterlink/tpl/format_cache.hpp>
#include <meterlink/wmbus/detected_frame.hpp>
#include <meterlink/wmbus/frame_format.hpp>

#include "corpus/corpus.hpp"
#include "corpus/wireless_expectations.hpp"
#include "corpus/wireless_reading.hpp"

using namespace meterlink;
using namespace meterlink::test;
using tpl::security_state;

namespace {

constexpr auto* telegrams = "wireless/telegrams.jsonl";

std::string payload_state(const json& line) { return string_in(line.at("class"), "payload_state"); }

bool has_key(const json& line) { return crypto::key::parse(string_in(line, "key")).has_value(); }

/// Whether all that a telegram says is its maker's: a security mode from 16 on, a CI field that is no one
/// else's, or records that begin with DIF 0F or 1F, behind which none stand.
bool is_the_makers(const wmbus::telegram_view& telegram) {
    if (!telegram.message)
        return false;
    const auto& message = *telegram.message;
    if (message.short_header() && message.short_header()->configuration.mode() >= 16 &&
        message.security().state == security_state::unsupported)
        return true;
    if (!message.has_records())
        return message.application() == tpl::application::manufacturer_specific ||
               message.application() == tpl::application::unknown;
    const auto octets = message.application_octets();
    const auto first = std::ranges::find_if(octets, [](std::uint8_t octet) { return octet != 0x2F; });
    return first != octets.end() && (*first == 0x0F || *first == 0x1F);
}

security_state expected_state(const json& line) {
    const auto state = payload_state(line);
    if (state == "encrypted")
        return has_key(line) ? security_state::decrypted : security_state::no_key;
    return state == "other-mode" ? security_state::unsupported : security_state::plain;
}

} // namespace

TEST_CASE("frame formats of the wireless corpus are told apart and their CRCs hold") {
    for (const auto& line : corpus_lines(telegrams)) {
        INFO(string_in(line, "name"));
        const auto octets = octets_of(line);
        const auto found = wmbus::detect_frame(octets);
        REQUIRE(found);
        const auto crc = string_in(line.at("framing"), "crc");
        CHECK(name(found->format) == (crc == "none" ? "stripped" : crc));
        if (line.at("framing").value("crc_ok", false))
            CHECK_FALSE(found->problem);
    }
}

TEST_CASE("every telegram of the wireless corpus says what became of its encryption") {
    comparison found;
    for (const auto& line : corpus_lines(telegrams)) {
        const auto name = string_in(line, "name");
        found.names.insert(name);
        wireless_reader reader{string_in(line, "key")};
        const auto ours = read_wireless(reader, line);
        found.check(name, "security", std::string{tpl::name(expected_state(line))},
                    std::string{tpl::name(reader.telegram().security())});
    }
    check_known(found, "wireless_security_differences.json");
    if (!found.names.empty())
        WARN(found.exact << " of " << found.names.size() << " telegrams");
}

TEST_CASE("every wireless telegram with records is read to its last octet") {
    comparison found;
    for (const auto& line : corpus_lines(telegrams)) {
        const auto name = string_in(line, "name");
        found.names.insert(name);
        wireless_reader reader{string_in(line, "key")};
        const auto ours = read_wireless(reader, line);
        std::string errors;
        for (const auto& each : ours.errors)
            errors += to_string(each) + "; ";
        found.check(name, "errors", "", errors);
    }
    check_known(found, "wireless_error_differences.json");
}

TEST_CASE("every expected fact of the wireless corpus holds or is a known difference") {
    comparison found;
    std::size_t proprietary = 0;
    for (const auto& line : corpus_lines(telegrams)) {
        const auto name = string_in(line, "name");
        wireless_reader reader{string_in(line, "key")};
        const auto ours = read_wireless(reader, line);
        const bool has_values = !is_the_makers(reader.telegram());
        proprietary += has_values ? 0U : 1U;
        compare_wireless(found, name, line.at("expect"), ours, has_values);
        for (const auto& other : line.value("expect_alt", json::array()))
            compare_wireless(found, name, other.at("expect"), ours, has_values);
    }
    check_known(found, "wireless_differences.json");
    if (!found.names.empty())
        WARN(found.names.size() << " telegrams (" << proprietary << " say nothing but their maker's), "
                                << found.exact << " facts equal, " << found.rounded
                                << " numbers equal as far as printed, " << found.differences.size()
                                << " known differences");
}

TEST_CASE("our plaintext is the one that the corpus has") {
    for (const auto& line : corpus_lines(telegrams)) {
        const auto plaintext = string_in(line, "plaintext_tpl_body");
        if (plaintext.empty())
            continue;
        INFO(string_in(line, "name"));
        wireless_reader reader{string_in(line, "key")};
        const auto ours = read_wireless(reader, line);
        const auto& message = reader.telegram().message;
        REQUIRE(message);
        if (message->security().state == security_state::decrypted)
            CHECK(plaintext.find(to_hex(message->application_octets())) != std::string::npos);
    }
}

TEST_CASE("signatures of the compact formats of the corpus are those of their headers") {
    for (const auto& line : corpus_lines("wireless/compact_formats.jsonl")) {
        INFO(line.dump());
        const auto sent = octets_of(line, "signature_as_sent");
        REQUIRE(sent.size() == 2);
        CHECK(crc16_en13757::of(octets_of(line, "headers")) == (sent[0] | sent[1] << 8U));
        // The format that wmbusmeters has built in for its own tests is no list of headers.
        const bool is_a_format = line.at("drivers").front() != "builtin";
        tpl::format_cache formats;
        CHECK(formats.insert(octets_of(line, "headers")).has_value() == is_a_format);
    }
}
