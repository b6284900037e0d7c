// The telegrams with keys that standards print: wireless ones, and wired ones with the security of the air.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <meterlink/core/reader.hpp>
#include <meterlink/crypto/single_key.hpp>
#include <meterlink/tpl/authentication.hpp>
#include <meterlink/tpl/decryption.hpp>
#include <meterlink/tpl/initial_vector.hpp>
#include <meterlink/tpl/key_derivation.hpp>

#include "corpus/corpus.hpp"
#include "corpus/reading.hpp"
#include "corpus/standard_examples.hpp"
#include "corpus/wireless_reading.hpp"
#include "crypto/rebuilt_telegram.hpp"

using namespace meterlink;
using namespace meterlink::test;
using tpl::security_state;
using wmbus::frame_format;

namespace {

std::string hex_octet(unsigned value) { return test::detail::hex_number(value, 2); }

bool has_key(const json& example) { return !string_in(example, "key").empty(); }

crypto::single_key key_of(const json& example) {
    const auto key = crypto::key::parse(string_in(example, "key"));
    REQUIRE(key);
    return crypto::single_key{*key};
}

/// Where a key says how, the application's octets are what the standard prints as the plaintext.
void check_plaintext(const json& example, const tpl::message_view& message) {
    const auto expected = octets_of(example, "plaintext");
    if (expected.empty())
        return;
    CHECK(message.security().state == security_state::decrypted);
    REQUIRE(expected.size() > 2);
    CHECK(to_hex(message.application_octets()) == to_hex(bytes_view{expected}.subspan(2))); // 2F 2F
}

void check_link_layers(const json& layers, const wmbus::telegram_view& telegram) {
    REQUIRE(telegram.link);
    CHECK(hex_octet(telegram.link->c.raw) == string_in(layers, "C"));
    CHECK(test::detail::hex_number(telegram.link->sender.identification, 8) == string_in(layers, "dll_id"));
    const auto letters = telegram.link->sender.manufacturer.letters();
    CHECK(std::string(letters.begin(), letters.end()) == string_in(layers, "manufacturer"));
    CHECK(telegram.link->sender.version == layers.at("version").get<int>());
    CHECK(hex_octet(static_cast<unsigned>(telegram.link->sender.device_type)) == string_in(layers, "type"));
    CHECK(telegram.ell.has_value() == layers.contains("ell"));
    if (!telegram.ell)
        return;
    CHECK(hex_octet(telegram.ell->control.raw) == string_in(layers, "ell_cc"));
    CHECK(telegram.ell->access_number == layers.at("ell_acc").get<int>());
    REQUIRE(telegram.ell->receiver.has_value() == layers.contains("ell_a2"));
    if (telegram.ell->receiver)
        CHECK(test::detail::hex_number(telegram.ell->receiver->identification, 8) ==
              string_in(layers, "ell_a2"));
}

void check_afl(const json& layers, const wmbus::telegram_view& telegram) {
    REQUIRE(telegram.afl.has_value() == layers.contains("afl"));
    if (!telegram.afl)
        return;
    const auto& expected = layers.at("afl");
    REQUIRE(telegram.afl->control);
    REQUIRE(telegram.afl->counter);
    CHECK(hex_octet(telegram.afl->control->raw) == string_in(expected, "mcl"));
    const auto sent = octets_of(expected, "mcr");
    REQUIRE(sent.size() == 4);
    CHECK(*telegram.afl->counter == load_little_endian(sent));
    CHECK(to_hex(telegram.afl->mac()) == string_in(expected, "mac"));
    CHECK(telegram.message->security().is_authenticated);
}

void check_message(const json& layers, const wmbus::telegram_view& telegram) {
    REQUIRE(telegram.message);
    CHECK(hex_octet(telegram.message->ci().code) == layers.at("ci_chain").back().get<std::string>());
    const auto header = telegram.message->short_header();
    REQUIRE(header.has_value() == layers.contains("config"));
    if (!header)
        return;
    CHECK(test::detail::hex_number(header->configuration.raw, 4) == string_in(layers, "config"));
    CHECK(header->access_number == layers.at("acc").get<int>());
    CHECK(hex_octet(header->status.raw) == string_in(layers, "status"));
}

void check_meter(const json& decoded, const reading& ours) {
    REQUIRE(ours.meter);
    CHECK(test::detail::hex_number(ours.meter->identification, 8) == string_in(decoded, "id"));
    const auto letters = ours.meter->manufacturer.letters();
    CHECK(std::string(letters.begin(), letters.end()) == string_in(decoded, "manufacturer"));
    CHECK(ours.meter->version == decoded.at("version").get<int>());
    CHECK(hex_octet(static_cast<unsigned>(ours.meter->device_type)) ==
          string_in(decoded, "type").substr(0, 2));
}

/// The derived keys and the MAC, where the standard prints them.
void check_derivation(const json& example, const wmbus::telegram_view& telegram) {
    const auto found = example.find("kdf");
    if (found == example.end())
        return;
    auto key = key_of(example);
    const tpl::key_derivation_input input{*telegram.afl->counter, telegram.meter()->identification,
                                          tpl::key_direction::from_meter};
    CHECK(to_hex(input.block(tpl::key_purpose::encryption)) == string_in(*found, "enc_input"));
    CHECK(to_hex(input.block(tpl::key_purpose::authentication)) == string_in(*found, "mac_input"));
    CHECK(to_hex(tpl::derive_key(key.cipher(), input, tpl::key_purpose::encryption)) ==
          string_in(*found, "kenc"));
    CHECK(to_hex(tpl::derive_key(key.cipher(), input, tpl::key_purpose::authentication)) ==
          string_in(*found, "kmac"));
    const auto mac =
        tpl::message_mac(key.cipher(), input, *telegram.afl, telegram.wire.subspan(telegram.message_offset));
    CHECK(to_hex(bytes_view{mac}.first(8)) == string_in(*found, "afl_mac"));
}

frame_format format_of(const json& example) {
    const auto text = string_in(example, "frame_format");
    return text == "A" ? frame_format::a : text == "B" ? frame_format::b : frame_format::stripped;
}

} // namespace

TEST_CASE("wireless telegrams that standards print decode as printed with their keys") {
    for (const auto& example : examples("wireless")) {
        INFO(string_in(example, "id"));
        wireless_reader reader{string_in(example, "key")};
        const auto ours = reader.read(octets_of(example));
        const auto& telegram = reader.telegram();
        CHECK(ours.errors.empty());
        CHECK(telegram.format == format_of(example));
        if (string_in(example, "frame_format") != "B") // whose L counts the CRCs
            CHECK(to_hex(telegram.wire) == string_in(example, "hex_stripped"));
        CHECK(to_hex(telegram.wire.subspan(1)) == string_in(example, "hex_stripped").substr(2));
        check_link_layers(example.at("layers"), telegram);
        check_message(example.at("layers"), telegram);
        check_afl(example.at("layers"), telegram);
        check_derivation(example, telegram);
        CHECK(telegram.security() == (has_key(example) ? security_state::decrypted : security_state::plain));
        check_plaintext(example, *telegram.message);
        check_meter(example.at("decoded"), ours);
        const auto& records = example.at("decoded").at("records");
        CHECK(ours.rows.size() == records.size());
        check_records(records, ours);
    }
}

TEST_CASE("wireless telegrams that standards print are built octet by octet from what they say") {
    for (const auto& example : examples("wireless")) {
        INFO(string_in(example, "id"));
        const auto octets = octets_of(example);
        wireless_reader reader{string_in(example, "key")};
        reader.read(octets);
        const auto sent = rebuilt(reader.telegram());
        REQUIRE(sent);
        if (has_key(example)) {
            auto key = key_of(example);
            const auto built = sent->to_frame(format_of(example), key.cipher());
            REQUIRE(built);
            CHECK(to_hex(*built) == to_hex(octets));
        } else {
            const auto built = sent->to_frame(format_of(example));
            REQUIRE(built);
            CHECK(to_hex(*built) == to_hex(octets));
        }
    }
}

TEST_CASE("wireless telegrams that standards print stay closed without their keys") {
    for (const auto& example : examples("wireless")) {
        if (!has_key(example))
            continue;
        INFO(string_in(example, "id"));
        wireless_reader without{""};
        CHECK(without.read(octets_of(example)).rows.size() < example.at("decoded").at("records").size());
        CHECK(without.telegram().security() == security_state::no_key);
        wireless_reader with_another{"FF0102030405060708090A0B0C0D0E0F"};
        with_another.read(octets_of(example));
        CHECK(with_another.telegram().security() == security_state::wrong_key);
    }
}

TEST_CASE("the partly encrypted wired telegram of OMS opens with its key and not without") {
    for (const auto& example : examples("wired")) {
        if (!has_key(example))
            continue;
        INFO(string_in(example, "id"));
        const auto closed = read_frame(octets_of(example));
        REQUIRE(closed.telegram);
        const auto& message = *closed.telegram->message();
        CHECK(message.security().state == security_state::no_key);
        CHECK(message.security().encrypted.size() == 16);
        REQUIRE(closed.rows.size() == 2);
        CHECK(text_of(closed.rows[0].value) == "12345678"); // customer location
        CHECK(text_of(closed.rows[1].value) == "11223344"); // fabrication number

        auto key = key_of(example);
        std::vector<std::uint8_t> buffer(message.wire().size());
        const auto open = tpl::open_payload(message, {{}, std::nullopt}, key, buffer);
        check_plaintext(example, open);
        reading ours{closed.octets, {}, {}, {}, {}};
        test::detail::append_rows(ours, open.records(), 0);
        CHECK(ours.errors.empty());
        const auto& records = example.at("decoded").at("records");
        CHECK(ours.rows.size() == records.size());
        check_records(records, ours);
        const auto iv = tpl::mode_5_vector(tpl::meter_address::from(*open.long_header()),
                                           open.short_header()->access_number);
        CHECK(to_hex(iv) == string_in(example, "iv"));
    }
}
