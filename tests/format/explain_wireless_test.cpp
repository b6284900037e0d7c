// Wireless telegrams, octet by octet.

#include <meterlink/format/explain.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <meterlink/core/hex.hpp>
#include <meterlink/crypto/key.hpp>
#include <meterlink/crypto/single_key.hpp>
#include <meterlink/tpl/decryption.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/telegram_decoder.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using format::append_explanation;
using format::explain;
using format::explained_field;
using fields = std::vector<explained_field>;
using octets = std::vector<std::uint8_t>;

namespace {

constexpr auto key_of_oms = "0102030405060708090A0B0C0D0E0F11";
constexpr auto key_from_0 = "000102030405060708090A0B0C0D0E0F";
constexpr auto key_from_1 = "0102030405060708090A0B0C0D0E0F10";
constexpr auto key_of_mode_10 = "BF902DD6DFADAFE83E4AE6832B5FA14C";

const auto mode_5_a = "2E449315785634123303 3363 7A2A0020255923C95AAA26D1B2E7493B C2AD "
                      "013EC4A6F6D3529B520EDFF0EA6DEFC9 55B2 9D6D69EBF3 EC8A"_octets;
const auto mode_5_b = "30449315785634123303 7A2A0020255923 C95AAA26D1B2E7493B013EC4A6F6D3529B520EDFF0EA6DEFC9"
                      "9D6D69EBF3 B853"_octets;
const auto partly_encrypted = "304493444433221155378C0075 7288776655934455080004 1005 "
                              "00DFE2A782146D1513581CD2F83F3904 0CFD1078563412"_octets;
const auto mode_7 =
    "53082448443322110337 8E80753A63665544330A31 900F002C25B30A0000AF5D74DF73A600D9 "
    "7278563412931533037500200710 9058475F4BC91DF878B80A1B0F98B629024AAC727942BFC549233C0140829B93"_octets;
const auto mode_10 =
    "4544372C060382533C16 8C2030 7A3010FF2A10018C570E00 6DA7632471F42B0A3CECCD461353573ED02B87118B"
    "C5FFE982F7F00A0274543BC51938F8B9C8BB8928114D60788A"_octets;
const auto ell_ctr =
    "35442D2C113134273302 8D20E9603A1020 08C67C819AAE99B4DE753AA136EF64917ED9D8B2E2D35840BDEA173B8F"
    "E14CCE3F1406B7CF"_octets;
const auto compact =
    "28442D2C785634123302 8D207760772920 CB5E3D5EF7BAEC24E0CDF4A4265428763B5766BC366FDED8"_octets;

struct sample {
    octets telegram;
    const char* key;
};

std::vector<sample> samples() {
    return {{mode_5_a, key_of_oms}, {mode_5_b, key_of_oms},    {partly_encrypted, key_from_0},
            {mode_7, key_from_0},   {mode_10, key_of_mode_10}, {ell_ctr, key_from_1},
            {compact, key_from_1}};
}

/// The telegram without link layer CRCs as it is sent in `format`.
octets with_crc(const octets& stripped, wmbus::frame_format format) {
    octets out(wmbus::max_air_size);
    out.resize(wmbus::add_crc(stripped, format, out).value());
    return out;
}

fields explain_with(const char* key_text, bytes_view input, wmbus::decoder_aids aids = {}) {
    crypto::single_key key{crypto::key::parse(key_text).value()};
    wmbus::telegram_decoder decoder{key, aids};
    return explain(decoder.decode(input), input);
}

/// Each octet once and in order, and words for each field.
void require_complete(const fields& all, bytes_view input) {
    std::size_t at = 0;
    for (const auto& field : all) {
        REQUIRE(field.offset == at);
        REQUIRE((field.size != 0 || field.is_error));
        REQUIRE((field.plain.empty() || field.plain.size() == field.size));
        REQUIRE_FALSE(field.name.empty());
        REQUIRE_FALSE(field.meaning.empty());
        at += field.size;
    }
    REQUIRE(at == input.size());
}

bool has_error(const fields& all) {
    return std::any_of(all.begin(), all.end(), [](const explained_field& f) { return f.is_error; });
}

const explained_field& at(const fields& all, std::size_t offset) {
    for (const auto& field : all)
        if (field.offset == offset && field.size != 0)
            return field;
    FAIL("no field begins at " << offset);
    return all.front();
}

const explained_field& named(const fields& all, std::string_view name) {
    for (const auto& field : all)
        if (field.name == name)
            return field;
    FAIL("no field " << std::string{name});
    return all.front();
}

std::size_t count_of(const fields& all, std::string_view name) {
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](const explained_field& f) { return f.name == name; }));
}

/// Whether `problem` is one of the octets: what the decoder has not heard before is none.
bool is_defect(const error& problem) {
    return problem.code != errc::signature_unknown && problem.code != errc::fragment_unexpected;
}

/// The octets as they read, encrypted ones in the clear.
octets shown(const fields& all, bytes_view input) {
    octets out;
    for (const auto& field : all) {
        const auto sent = input.subspan(field.offset, field.size);
        const bytes_view here = field.plain.empty() ? sent : bytes_view{field.plain};
        out.insert(out.end(), here.begin(), here.end());
    }
    return out;
}

} // namespace

TEST_CASE("an explanation covers each octet of wireless telegrams with and without their key") {
    for (const auto& [telegram, key] : samples()) {
        INFO(to_hex(telegram));
        for (const auto* with : {key, key_of_oms, key_from_1}) {
            const auto all = explain_with(with, telegram);
            require_complete(all, telegram);
            CHECK_FALSE(has_error(all));
        }
        const auto all = explain(telegram);
        require_complete(all, telegram);
        CHECK_FALSE(has_error(all));
        CHECK(at(all, 0).layer == layer::wmbus);
    }
}

TEST_CASE("an explanation covers each octet of wireless telegrams cut off anywhere and finds the defect") {
    for (const auto& [telegram, key] : samples())
        for (std::size_t size = 0; size < telegram.size(); ++size) {
            const auto cut = bytes_view{telegram}.first(size);
            INFO(to_hex(cut));
            const auto all = explain_with(key, cut);
            require_complete(all, cut);
            CHECK(has_error(all) == (size != 0));
        }
}

TEST_CASE("an explanation covers each octet of wireless telegrams with random damage") {
    std::mt19937 random{20260329};
    for (const auto& [telegram, key] : samples())
        for (int round = 0; round < 400; ++round) {
            auto damaged = telegram;
            for (auto count = 1 + random() % 3; count > 0; --count)
                damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
            INFO(to_hex(damaged));
            const auto all = explain_with(key, damaged);
            require_complete(all, damaged);
            require_complete(explain(damaged), damaged);
            crypto::single_key source{crypto::key::parse(key).value()};
            wmbus::telegram_decoder decoder{source};
            const auto& problems = decoder.decode(damaged).problems;
            const auto is_defective = std::any_of(problems.begin(), problems.end(), is_defect);
            CHECK((!is_defective || has_error(all)));
        }
}

TEST_CASE("the link layer of frame format A is explained with its CRCs") {
    const auto all = explain_with(key_of_oms, mode_5_a);
    CHECK(at(all, 0).heading == "wireless telegram, frame format A: SND_NR from ELS 12345678");
    CHECK(at(all, 0).meaning == "46 octets follow, CRCs not counted");
    CHECK(at(all, 1).meaning == "SND_NR, data sent unasked, no reply; PRM 1");
    CHECK(at(all, 2).meaning == "ELS");
    CHECK(at(all, 4).meaning == "12345678");
    CHECK(at(all, 9).meaning == "gas");
    CHECK(at(all, 10).name == "link CRC");
    CHECK(at(all, 10).meaning == "right: of the 10 octets before it");
    CHECK(at(all, 10).clause == "EN 13757-4, 11.5");
    CHECK(at(all, 10).layer == layer::wmbus);
    CHECK(count_of(all, "link CRC") == 4);
    CHECK(at(all, 53).meaning == "right: of the 5 octets before it");
}

TEST_CASE("a field that a link layer CRC interrupts goes on behind it") {
    const auto all = explain_with(key_of_oms, mode_5_a);
    CHECK(at(all, 27).name == "value");
    CHECK(at(all, 27).size == 1);
    CHECK(at(all, 27).meaning == "2008-05-31T23:50");
    CHECK(at(all, 27).plain == "32"_octets);
    CHECK(at(all, 28).name == "link CRC");
    CHECK(at(all, 28).plain.empty());
    CHECK(at(all, 30).name == "value");
    CHECK(at(all, 30).meaning == "continued");
    CHECK(at(all, 30).plain == "37 1F 15"_octets);
}

TEST_CASE("mode 5 is explained bit by bit and in the clear where the key is there") {
    const auto all = explain_with(key_of_oms, mode_5_b);
    CHECK(at(all, 0).heading == "wireless telegram, frame format B: SND_NR from ELS 12345678");
    CHECK(at(all, 0).meaning == "48 octets follow, CRCs counted");
    CHECK(at(all, 13).meaning ==
          "mode 5: AES-128-CBC, 2 blocks; CC 00 standard, R 0, H 0, B 0, A 0: no access; "
          "S 1 synchronous");
    CHECK(at(all, 15).name == "verification");
    CHECK(at(all, 15).heading == "decrypted, AES-128-CBC (mode 5): from here on in the clear");
    CHECK(at(all, 15).plain == "2F 2F"_octets);
    CHECK(at(all, 17).heading == "record 1: volume 28504.27 m3");
    CHECK(at(all, 19).plain == "27 04 85 02"_octets);
    CHECK(at(all, 47).name == "link CRC");
    CHECK(to_hex(bytes_view{shown(all, mode_5_b)}.subspan(15, 21)) ==
          "2F2F0C1427048502046D32371F1502FD1700002F2F"); // as printed, then fillers
}

TEST_CASE("ciphertext stays as it is and says why") {
    CHECK(at(explain(mode_5_b), 15).meaning == "2 x 16 octets, readable with the key");
    const auto all = explain_with(key_from_0, mode_5_b);
    CHECK(at(all, 15).name == "encrypted");
    CHECK(at(all, 15).meaning == "2 x 16 octets, closed: no key that there is opens them");
    CHECK(at(all, 15).plain.empty());
    CHECK(shown(all, mode_5_b) == mode_5_b);
    CHECK(at(explain(ell_ctr), 17).meaning == "encrypted too");
    CHECK(at(explain(ell_ctr), 19).meaning == "35 octets, readable with the key");
    CHECK(at(explain_with(key_from_0, ell_ctr), 19).meaning ==
          "35 octets, closed: no key that there is opens them");
}

TEST_CASE("a mode that is not decrypted says so") {
    const auto all = explain("1A 44 9315 78563412 33 03 7A 2A 00 10 0D 00 000102030405060708090A"_octets);
    CHECK(named(all, "configuration").meaning == "mode 13: TLS; N 16 octets, CC 00 standard");
    CHECK(named(all, "extension").meaning == "protocol 0, TLS 1.2");
    CHECK(named(all, "encrypted").meaning == "11 octets, closed: this mode is not decrypted here");
    CHECK_FALSE(has_error(all));
}

TEST_CASE("plain records behind encrypted ones are explained with and without the key") {
    const auto open = explain_with(key_from_0, partly_encrypted);
    CHECK(at(open, 10).heading == "extended link layer I");
    CHECK(at(open, 28).heading == "record 1: heat cost allocation 1234 HCA");
    CHECK(at(open, 42).heading == "record 4: customer location 12345678");
    const auto closed = explain(partly_encrypted);
    CHECK(at(closed, 26).meaning == "1 x 16 octets, readable with the key");
    CHECK(at(closed, 42).heading == "record 1: customer location 12345678");
}

TEST_CASE("the authentication layer and mode 7 are explained") {
    const auto all = explain_with(key_from_0, mode_7);
    CHECK(at(all, 10).heading == "extended link layer III");
    CHECK(at(all, 13).name == "receiver M");
    CHECK(at(all, 15).meaning == "33445566");
    CHECK(at(all, 20).meaning == "communication controller");
    CHECK(at(all, 21).heading == "authentication and fragmentation layer");
    CHECK(at(all, 22).meaning == "15 octets up to the message");
    CHECK(at(all, 23).meaning == "MF 0, MCLP 1, MLP 0, MCRP 1, MACP 1, KIP 0: not fragmented");
    CHECK(at(all, 25).meaning == "ML 0, MCR 1, KI 0, AT 5: AES-CMAC of 8 octets");
    CHECK(at(all, 26).meaning == "message counter 2739");
    CHECK(at(all, 30).meaning == "right: nobody has changed the message");
    CHECK(at(all, 30).layer == layer::tpl);
    CHECK(at(all, 49).meaning == "mode 7: AES-128-CBC, derived key, 2 blocks; CC 00 standard, Z 0, P 0, I 0");
    CHECK(at(all, 51).meaning == "key 0, D 01 keys derived from the counter (KDF-A), V 0");
    CHECK(at(all, 54).heading == "record 1: volume 28504.27 m3");
    CHECK(at(explain(mode_7), 30).meaning == "not verified: that takes the key");
    CHECK(at(explain_with(key_from_1, mode_7), 30).meaning == "fits no key that there is");
}

TEST_CASE("a wrong MAC is an error and the payload stays closed") {
    auto damaged = mode_7;
    damaged[30] ^= 0x01U;
    const auto all = explain_with(key_from_0, damaged);
    CHECK(at(all, 30).is_error);
    CHECK(at(all, 30).meaning == "wrong: the message was changed, or the key is another");
    CHECK(at(all, 52).meaning == "2 x 16 octets, closed: the MAC is wrong");
}

TEST_CASE("a wrong MAC closes a message without header too") {
    const auto frame =
        from_hex("1F 44 2440 78563412 01 07 90 0F 002C 25 01000000 0011223344556677 78 02132A00");
    const auto all = explain_with(key_from_0, frame);
    CHECK(named(all, "withheld").meaning == "4 octets, closed: the MAC is wrong");
    CHECK(named(all, "withheld").heading == "withheld data");
    CHECK(named(explain(frame), "MAC").meaning == "not verified: that takes the key");
    CHECK(at(explain(frame), 28).heading == "record 1: volume 0.042 m3");
}

TEST_CASE("octets behind the encrypted part are said to be unprotected") {
    const auto all = explain_with(key_from_0, partly_encrypted);
    CHECK(named(all, "verification").heading == "decrypted, AES-128-CBC (mode 5): from here on in the clear; "
                                                "the last 7 octets were sent so, not protected");
}

TEST_CASE("a message length that is not that of the message is an error") {
    const auto telegram = [](std::string length) {
        return from_hex("14 44 9315 78563412 33 03 90 04 00 10" + length + "78 01 FD 17 00");
    };
    CHECK(named(explain(telegram("05 00")), "ML").meaning == "5 octets of the whole message");
    CHECK_FALSE(has_error(explain(telegram("05 00"))));
    CHECK(named(explain(telegram("06 00")), "ML").meaning ==
          "6 octets of the whole message, but there are 5");
    CHECK(named(explain(telegram("06 00")), "ML").is_error);
}

TEST_CASE("mode 10 is explained with counter and tag") {
    const auto all = explain_with(key_of_mode_10, mode_10);
    CHECK(at(all, 16).meaning == "mode 10: AES-128-CCM; N all octets, CC 00 standard, Z 1");
    CHECK(at(all, 18).meaning == "key 0, D 01 keys derived from the counter (KDF-A), V 0, tag of 8 octets");
    CHECK(at(all, 20).meaning == "939916");
    CHECK(at(all, 24).heading == "decrypted, AES-128-CCM (mode 10): from here on in the clear - "
                                 "record 1: date time 2025-12-15T10:28");
    CHECK(at(all, 62).name == "tag");
    CHECK(at(all, 62).size == 8);
    CHECK(at(all, 62).meaning == "right: nobody has changed the message");
    CHECK(at(explain(mode_10), 62).meaning == "not verified: that takes the key");
    CHECK(at(explain(mode_10), 24).meaning == "38 octets, readable with the key");
}

TEST_CASE("the encryption of the extended link layer is explained") {
    const auto all = explain_with(key_from_1, ell_ctr);
    CHECK(at(all, 11).meaning == "B 0, D 0, S 1, H 0, P 0, A 0, R 0, X 0: one way, synchronised");
    CHECK(at(all, 12).meaning == "233");
    CHECK(at(all, 13).meaning == "AES-128-CTR, minute 66470, session 0");
    CHECK(at(all, 13).clause == "EN 13757-4, 13.2.11");
    CHECK(at(all, 17).heading == "decrypted, AES-128-CTR: from here on in the clear");
    CHECK(at(all, 17).plain == "E8 21"_octets);
    CHECK(at(all, 17).meaning == "right: of all that follows");
    CHECK(at(all, 30).meaning == "327900 varh");
}

TEST_CASE("a wrong payload CRC is an error and the rest is explained nevertheless") {
    const auto all = explain("17 44 2D2C 11313427 33 02 8D 20 E9 603A1000 E921 78 01FD1700"_octets);
    CHECK(named(all, "session number").meaning == "not encrypted, minute 66470, session 0");
    CHECK(named(all, "payload CRC").is_error);
    CHECK(named(all, "value").meaning == "0x0");
}

TEST_CASE("compact frames are explained with the records of their format once that is known") {
    const auto unknown = explain_with(key_from_1, compact);
    CHECK(named(unknown, "signature").meaning ==
          "2274, of the format that the full frame had; not known here");
    CHECK(named(unknown, "data").size == 17);

    tpl::format_cache formats;
    REQUIRE(formats.insert("04 05 04 FB 82 75 04 85 3C 04 FB 82 F5 3C 01 FD 17"_octets));
    const auto all = explain_with(key_from_1, compact, {&formats, nullptr});
    require_complete(all, compact);
    CHECK(named(all, "signature").meaning == "2274, of a format that is known");
    CHECK(named(all, "CRC").meaning == "8DF5, of the full frame: right");
    CHECK(count_of(all, "value") == 5);
    CHECK(named(all, "value").heading == "record 1: energy 282700 Wh");
    CHECK(named(all, "value").plain == "0B 0B 00 00"_octets);
}

TEST_CASE("the published compact frame and its format are explained") {
    const auto format = "14 44 2D2C 78563412 33 02 69 08 313B 02020215022A 2F"_octets;
    const auto headers = explain(format);
    require_complete(headers, format);
    CHECK_FALSE(has_error(headers));
    CHECK(at(headers, 12).meaning == "3B31, right: the CRC of what follows");
    CHECK(at(headers, 14).heading == "format of record 1");
    CHECK(at(headers, 20).name == "filler");

    const auto frame = "14 44 2D2C 78563412 33 02 79 313B 42A6 D204 2E16 3423"_octets;
    tpl::format_cache formats;
    REQUIRE(formats.insert("02 02 02 15 02 2A"_octets));
    const auto all = explain_with(key_from_1, frame, {&formats, nullptr});
    require_complete(all, frame);
    CHECK(at(all, 15).heading == "record 1: energy 123.4 Wh");
    CHECK(at(all, 17).heading == "record 2: volume 567.8 m3");
    CHECK(at(all, 19).heading == "record 3: power 901.2 W");

    auto wrong = frame;
    wrong[13] ^= 0x01U;
    const auto defect = explain_with(key_from_1, wrong, {&formats, nullptr});
    CHECK(at(defect, 13).is_error);
    CHECK(at(defect, 13).meaning == "A643, wrong: not that of the full frame");
}

TEST_CASE("wrong CRCs and lengths are errors where they stand") {
    auto damaged = mode_5_a;
    damaged[28] ^= 0x01U;
    const auto crc = explain_with(key_of_oms, damaged);
    CHECK(at(crc, 28).is_error);
    CHECK(at(crc, 28).meaning == "wrong: expected C2 AD");
    CHECK(at(crc, 17).name == "encrypted"); // a damaged frame is not opened
    CHECK_FALSE(at(crc, 10).is_error);

    auto plain =
        with_crc("10 44 93 15 78 56 34 12 33 03 78 0C 14 27 04 85 02"_octets, wmbus::frame_format::a);
    plain.back() ^= 0x01U;
    CHECK(at(explain(plain), 13).heading == "record 1: volume 28504.27 m3");
    CHECK(at(explain(plain), 19).is_error);

    auto closed = with_crc(ell_ctr, wmbus::frame_format::a);
    closed.back() ^= 0x01U;
    CHECK(named(explain_with(key_from_1, closed), "payload CRC").meaning == "encrypted too");

    auto stripped = mode_5_b; // L still counts the CRC that is gone
    stripped.resize(stripped.size() - 2);
    const auto length = explain_with(key_of_oms, stripped);
    CHECK(at(length, 0).is_error);
    CHECK(at(length, 0).meaning == "48: counts CRCs that are gone, expected 2E");
    CHECK(at(length, 17).heading == "record 1: volume 28504.27 m3");

    auto longer = partly_encrypted;
    longer.push_back(0x55);
    const auto surplus = explain_with(key_from_0, longer);
    CHECK(at(surplus, 49).is_error);
    CHECK(at(surplus, 49).meaning == "1 octet, more than L announces");
}

TEST_CASE("every length and frame format is told apart without keys") {
    auto telegram = "00 44 93 15 78 56 34 12 33 03 78"_octets;
    while (telegram.size() < 250) {
        const auto more = "01 FD 17 00"_octets;
        telegram.insert(telegram.end(), more.begin(), more.end());
        telegram[0] = static_cast<std::uint8_t>(telegram.size() - 1);
        for (const auto format :
             {wmbus::frame_format::a, wmbus::frame_format::b, wmbus::frame_format::stripped}) {
            const auto sent = with_crc(telegram, format);
            INFO(to_hex(sent));
            const auto all = explain(sent);
            require_complete(all, sent);
            CHECK_FALSE(has_error(all));
            CHECK(at(all, 0).heading.starts_with("wireless telegram"));
            CHECK((count_of(all, "link CRC") == 0) == (format == wmbus::frame_format::stripped));
        }
    }
}

TEST_CASE("network layer and fragments and manufacturers' own messages are explained") {
    const auto network = explain("0F 44 EE4D 78563412 33 08 81 1D 78 01 FD17"_octets);
    CHECK(at(network, 10).clause == "EN 13757-5");
    CHECK(at(network, 12).heading == "message: response, full frame");

    const auto fragment = explain("15 44 9315 78563412 33 03 90 03 01 60 25 7A 2A 00 00 00 01 02"_octets);
    CHECK(named(fragment, "FCL").meaning.ends_with("fragment 1, more follow"));
    CHECK(named(fragment, "fragment").meaning == "7 octets, part 1 of a message in several telegrams");

    const auto own = explain("0E 44 6850 78563412 33 08 A0 01 02 03 04"_octets);
    CHECK(at(own, 10).meaning == "manufacturer specific");
    CHECK(named(own, "data").meaning == "4 octets, not interpreted");

    const auto reversed = explain("0E 44 2423 33 08 78563412 A0 01 02 03 04"_octets);
    CHECK(at(reversed, 0).heading.ends_with("from HYD 12345678"));
    CHECK(at(reversed, 4).name == "version");
    CHECK(at(reversed, 6).meaning == "12345678");
}

TEST_CASE("an encrypted wired frame is explained in the clear with its key") {
    const auto frame =
        "68 37 37 68 08 01 72 78563412 9315 33 03 2A 00 2025 5923C95AAA26D1B2E7493B013EC4A6F6D3529B520EDF"
        "F0EA6DEFC99D6D69EBF3 0C FD 10 78563412 00 16"_octets;
    auto input = frame;
    input[1] = input[2] = static_cast<std::uint8_t>(frame.size() - 6);
    unsigned sum = 0;
    for (std::size_t i = 4; i + 2 < input.size(); ++i)
        sum += input[i];
    input[input.size() - 2] = static_cast<std::uint8_t>(sum);
    const auto telegram = mbus::telegram_view::parse(input);
    REQUIRE(telegram);
    crypto::single_key key{crypto::key::parse(key_of_oms).value()};
    octets buffer(input.size());
    const auto open = tpl::open_payload(*telegram->message(), {}, key, buffer);
    const auto all = explain(telegram->with_message(open), input);
    require_complete(all, input);
    CHECK_FALSE(has_error(all));
    CHECK(at(all, 21).heading == "record 1: volume 28504.27 m3");
    CHECK(at(all, 23).plain == "27 04 85 02"_octets);
    std::string text;
    append_explanation(text, telegram->with_message(open), input, {false, 100});
    CHECK(text.find("27 04 85 02") != std::string::npos);
}

TEST_CASE("the table shows decrypted octets in the place of the encrypted ones") {
    crypto::single_key key{crypto::key::parse(key_of_oms).value()};
    wmbus::telegram_decoder decoder{key};
    std::string text;
    append_explanation(text, decoder.decode(mode_5_a), mode_5_a, {false, 100});
    CHECK(text.find("  21  27 04 85 02") != std::string::npos);
    CHECK(text.find("AA 26 D1 B2") == std::string::npos);
    text.clear();
    append_explanation(text, mode_5_a, {false, 100});
    CHECK(text.find("AA 26 D1 B2") != std::string::npos);
}

TEST_CASE("lines of a wireless telegram keep within the width") {
    for (const auto& [telegram, key_text] : samples()) {
        crypto::single_key key{crypto::key::parse(key_text).value()};
        wmbus::telegram_decoder decoder{key};
        std::string text;
        append_explanation(text, decoder.decode(telegram), telegram, {false, 80});
        for (std::size_t begin = 0; begin < text.size();) {
            const auto end = text.find('\n', begin);
            INFO(text.substr(begin, end - begin));
            CHECK(end - begin <= 80);
            begin = end + 1;
        }
    }
}
