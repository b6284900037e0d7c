#include <meterlink/format/explain.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <meterlink/core/checksum.hpp>
#include <meterlink/core/hex_lenient.hpp>
#include <meterlink/mbus/telegram.hpp>

#include "support/catch.hpp"

using namespace meterlink;
using format::append_explanation;
using format::explain;
using format::explained_field;

namespace {

std::vector<std::uint8_t> octets(std::string_view text) { return parse_hex_lenient(text).value(); }

/// A long frame from `C A CI ...`.
std::vector<std::uint8_t> long_frame(std::string_view body_text) {
    const auto body = octets(body_text);
    const auto length = static_cast<std::uint8_t>(body.size());
    std::vector<std::uint8_t> out{0x68, length, length, 0x68};
    out.insert(out.end(), body.begin(), body.end());
    out.push_back(checksum8(body));
    out.push_back(0x16);
    return out;
}

// Worked example of the wired bus: a water meter with volume, maximum flow and energy of a tariff.
const auto water = octets("68 1F 1F 68 08 02 72 78563412 2440 01 07 55 00 0000 03 13 153100 DA 02 3B 1301 "
                          "8B 60 04 371802 18 16");

/// One of each kind of telegram, all intact.
std::vector<std::vector<std::uint8_t>> good_telegrams() {
    std::vector<std::vector<std::uint8_t>> out{
        water,
        octets("E5"),
        octets("10 7B FD 78 16"),
        octets("68 0B 0B 68 53 FD 52 78 56 34 12 FF FF FF FF B2 16"),
        octets("68 11 11 68 53 FD 52 78 56 34 12 FF FF FF FF 0C 78 04 03 02 01 40 16"),
        octets("68 06 06 68 53 FE 51 01 7A 08 25 16"),
        octets("68 03 03 68 53 01 BD 11 16"),
        octets("68 04 04 68 53 FE 50 10 B1 16"),
        octets("68 04 04 68 08 05 71 03 81 16"),
        octets("68 04 04 68 08 05 70 08 85 16"),
        octets("68 20 20 68 08 FD 72 78563412 9315 33 03 2A 00 0000 0C14 27048502 046D 32371F15 02FD17 0000 "
               "89 16"),
        octets("68 13 13 68 08 05 73 78563412 0A 00 E9 7E 01000000 35010000 3C 16"),
    };
    for (const auto* body : {
             "08 01 78 2F2F 8D10FDFD3A 03 434241 2F 0F 0102",      // FD FD, LVAR text, manufacturer data
             "08 01 78 02 FC 74 03 48 52 25 3412 1F",              // plain text behind the VIFE
             "08 01 78 02 FC 03 48 52 25 74 3412",                 // plain text before the VIFE
             "08 01 78 04 FB 82 75 CF0C0000 04 93 FC 01 01000000", // FB, and a VIFE of the second table
             "08 01 78 01 FF 81 02 05",                            // the manufacturer's own VIFE
             "53 01 51 08 7E 7F",                                  // selection for readout
             "08 01 78 8D 04 95 1F 05 69 01 03 02 11",             // compact profile
             "08 01 7A 2A 00 2005 000102030405060708090A0B0C0D0E0F 000102030405060708090A0B0C0D0E0F 0C FD 10 "
             "78563412",
             "08 01 7A 2A 00 1027 15 11223344 000102030405060708090A0B0C0D0E0F",
             "08 01 79 313B 42A6 D204 2E16 3423",
             "08 01 A2 0102030405",
         })
        out.push_back(long_frame(body));
    return out;
}

/// Each octet once and in order; the text of each field is there.
void require_complete(bytes_view input) {
    const auto fields = explain(input);
    std::size_t at = 0;
    for (const auto& field : fields) {
        REQUIRE(field.offset == at);
        REQUIRE((field.size != 0 || field.is_error));
        REQUIRE_FALSE(field.name.empty());
        REQUIRE_FALSE(field.meaning.empty());
        at += field.size;
    }
    REQUIRE(at == input.size());
}

bool has_error(bytes_view input) {
    const auto fields = explain(input);
    return std::any_of(fields.begin(), fields.end(), [](const explained_field& f) { return f.is_error; });
}

bool is_defective(bytes_view input) {
    const auto telegram = mbus::telegram_view::parse(input);
    if (!telegram)
        return true;
    if (telegram->message() && telegram->message()->security().problem.code != errc::none)
        return true;
    for (const auto& record : telegram->records())
        if (!record)
            return true;
    return false;
}

/// The field that begins at `offset` and has octets.
explained_field field_at(bytes_view input, std::size_t offset) {
    for (const auto& field : explain(input))
        if (field.offset == offset && field.size != 0)
            return field;
    FAIL("no field begins at " << offset);
    return {};
}

std::string text_of(bytes_view input, std::size_t width = 100, bool colour = false) {
    std::string text;
    append_explanation(text, input, {colour, width});
    return text;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find('\n', at);
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

} // namespace

TEST_CASE("an explanation covers each octet of a good telegram once and finds nothing wrong") {
    for (const auto& telegram : good_telegrams()) {
        INFO(to_hex(telegram));
        require_complete(telegram);
        REQUIRE_FALSE(is_defective(telegram));
        REQUIRE_FALSE(has_error(telegram));
    }
}

TEST_CASE("an explanation covers each octet of a telegram cut off at any length and finds the defect") {
    for (const auto& telegram : good_telegrams())
        for (std::size_t size = 0; size < telegram.size(); ++size) {
            INFO(to_hex(bytes_view{telegram}.first(size)));
            require_complete(bytes_view{telegram}.first(size));
            REQUIRE(has_error(bytes_view{telegram}.first(size)) == (size != 0));
        }
}

TEST_CASE("an explanation covers each octet of records cut off at any length") {
    for (const auto& telegram : good_telegrams()) {
        if (telegram.size() < 9)
            continue;
        for (std::size_t size = 3; size + 6 <= telegram.size(); ++size) {
            const auto cut = long_frame(to_hex(bytes_view{telegram}.subspan(4, size)));
            INFO(to_hex(cut));
            require_complete(cut);
            if (cut[6] != 0x73 && cut[6] != 0x52) // what explain checks more strictly than a telegram
                REQUIRE(has_error(cut) == is_defective(cut));
        }
    }
}

TEST_CASE("an explanation covers each octet of random input and of telegrams with random damage") {
    std::mt19937 random{20260329};
    const auto octet = [&] { return static_cast<std::uint8_t>(random()); };
    for (int round = 0; round < 3000; ++round) {
        std::vector<std::uint8_t> noise(random() % 80);
        std::generate(noise.begin(), noise.end(), octet);
        if (!noise.empty() && round % 2 == 0)
            noise[0] = 0x68;
        require_complete(noise);
    }
    for (const auto& telegram : good_telegrams())
        for (int round = 0; round < 300; ++round) {
            auto damaged = telegram;
            for (auto count = 1 + random() % 3; count > 0; --count)
                damaged[random() % damaged.size()] = octet();
            INFO(to_hex(damaged));
            require_complete(damaged);
            if (is_defective(damaged))
                REQUIRE(has_error(damaged));
        }
}

TEST_CASE("the fields of a water meter's telegram say what the standard says of them") {
    const auto at = [](std::size_t offset) { return field_at(water, offset); };
    CHECK(at(0).heading == "long frame: RSP_UD from address 2");
    CHECK(at(1).meaning == "31 octets from C up to the checksum");
    CHECK(at(4).meaning == "RSP_UD, from the meter; ACD 0, DFC 0");
    CHECK(at(4).clause == "EN 13757-2, 5");
    CHECK(at(6).meaning == "response, full frame; long header");
    CHECK(at(6).layer == layer::tpl);
    CHECK(at(7).size == 4);
    CHECK(at(7).meaning == "12345678");
    CHECK(at(11).meaning == "PAD");
    CHECK(at(14).meaning == "water");
    CHECK(at(15).meaning == "85");
    CHECK(at(16).meaning == "no error");
    CHECK(at(17).meaning == "mode 0: no encryption");
    CHECK(at(19).heading == "record 1: volume 12.565 m3");
    CHECK(at(19).clause == "EN 13757-3, 6.3");
    CHECK(at(20).meaning == "volume, 10^-3 m3");
    CHECK(at(21).size == 3);
    CHECK(at(24).heading == "record 2: volume flow 0.113 m3/h (maximum, storage 5)");
    CHECK(at(24).meaning == "4 digit BCD, maximum, storage bit 1, DIFE follows");
    CHECK(at(25).meaning == "storage +4");
    CHECK(at(29).heading == "record 3: energy 218370 Wh (tariff 2, subunit 1)");
    CHECK(at(30).meaning == "tariff +2, subunit +1");
    CHECK(at(30).level == 2);
    CHECK(at(35).meaning == "right: the sum from C on");
    CHECK(at(36).name == "stop");
}

TEST_CASE("the heading of a record names what its VIFE say") {
    const auto telegram = long_frame("08 01 78 02 FD C8 FC 01 0009 04 93 3C 01000000");
    CHECK(field_at(telegram, 7).heading == "record 1: voltage 230.4 V (at phase l1)");
    CHECK(field_at(telegram, 14).heading == "record 2: volume 0.001 m3 (negative contributions)");
}

TEST_CASE("a wrong checksum is an error and the records are explained nevertheless") {
    auto damaged = water;
    damaged[35] = 0x19;
    CHECK(field_at(damaged, 35).is_error);
    CHECK(field_at(damaged, 35).meaning == "wrong: expected 18");
    CHECK(field_at(damaged, 21).meaning == "12.565 m3");
    CHECK_FALSE(field_at(damaged, 21).is_error);
}

TEST_CASE("of two lengths that differ the one counts at whose end a stop octet stands") {
    for (const auto wrong : {std::size_t{1}, std::size_t{2}}) {
        auto damaged = water;
        damaged[wrong] = 0x1E;
        CHECK(field_at(damaged, 2).is_error);
        CHECK_FALSE(field_at(damaged, 35).is_error);
        CHECK(field_at(damaged, 35).name == "checksum");
    }
}

TEST_CASE("frames in a row are explained one by one with the noise between them") {
    auto line = octets("10 7B 02 7D 16 00 00");
    line.insert(line.end(), water.begin(), water.end());
    require_complete(line);
    CHECK(field_at(line, 0).heading == "short frame: REQ_UD2 to address 2");
    CHECK(field_at(line, 5).is_error);
    CHECK(field_at(line, 5).size == 2);
    CHECK(field_at(line, 7).heading == "long frame: RSP_UD from address 2");
    CHECK(field_at(line, 42).meaning == "right: the sum from C on");
}

TEST_CASE("a message without its frame is explained from its CI field on") {
    const auto message = bytes_view{water}.subspan(6, 29);
    require_complete(message);
    CHECK(has_error(message));
    CHECK(field_at(message, 0).name == "CI field");
    CHECK(field_at(message, 15).meaning == "12.565 m3");
}

TEST_CASE("commands are explained with what they ask for") {
    CHECK(field_at(octets("68 03 03 68 53 01 BD 11 16"), 6).meaning == "set baud rate: 9600 Bd");
    CHECK(field_at(octets("68 04 04 68 53 FE 50 10 B1 16"), 7).meaning == "user data, all telegrams");
    CHECK(field_at(octets("68 04 04 68 08 05 70 08 85 16"), 7).meaning == "application busy");
    CHECK(field_at(octets("68 04 04 68 08 05 71 03 81 16"), 7).meaning == "00000011, the manufacturer's own");
    const auto selection = octets("68 0B 0B 68 53 FD 52 FF FF FF 1F FF FF FF FF BA 16");
    CHECK(field_at(selection, 7).meaning == "1FFFFFFF");
    CHECK(field_at(selection, 11).meaning == "any");
    CHECK(field_at(selection, 13).meaning == "any");
}

TEST_CASE("the counters of the fixed data structure carry their units") {
    const auto fixed = octets("68 13 13 68 08 05 73 78563412 0A 00 E9 7E 01000000 35010000 3C 16");
    CHECK(field_at(fixed, 13).meaning == "volume, medium water");
    CHECK(field_at(fixed, 15).meaning == "volume 0.001 m3");
    CHECK(field_at(fixed, 19).meaning == "volume 0.135 m3, stored");
}

TEST_CASE("encrypted blocks are one field and the plain records behind them are explained") {
    const auto telegram =
        long_frame("08 01 7A 2A 00 1005 000102030405060708090A0B0C0D0E0F 0C FD 10 78563412");
    CHECK(field_at(telegram, 9).meaning == "mode 5: AES-128-CBC, 1 block");
    CHECK(field_at(telegram, 11).size == 16);
    CHECK(field_at(telegram, 11).name == "encrypted");
    CHECK(field_at(telegram, 27).heading == "record 1: customer location 12345678");
}

TEST_CASE("control characters in a meter's text do not reach the terminal") {
    const auto telegram = long_frame("08 01 78 0D FD 11 04 41 1B 9B 42");
    for (const auto& field : explain(telegram))
        for (const char c : field.heading + field.meaning) {
            CHECK(static_cast<unsigned char>(c) >= 0x20);
            CHECK(static_cast<unsigned char>(c) != 0x9B);
        }
}

TEST_CASE("an explanation is a table with carets under what is wrong") {
    CHECK(text_of(octets("10 5B 01 5D 16")) ==
          "short frame: REQ_UD2 to address 1\n"
          "   0  10           start     short frame                          EN 13757-2, 5\n"
          "   1  5B           C field   REQ_UD2, to the meter; FCB 0, FCV 1  EN 13757-2, 5\n"
          "   2  01           A field   primary address 1                    EN 13757-2, 5\n"
          "   3  5D           checksum  wrong: expected 5C                   EN 13757-2, 5\n"
          "      ^^\n"
          "   4  16           stop      the last octet                       EN 13757-2, 5\n");
    CHECK(text_of({}).empty());
}

TEST_CASE("colour adds escape sequences and nothing else") {
    auto coloured = text_of(water, 100, true);
    CHECK(coloured.find("\x1b[31m") == std::string::npos);
    std::string stripped;
    for (std::size_t at = 0; at < coloured.size(); ++at) {
        if (coloured[at] == '\x1b')
            at = coloured.find('m', at);
        else
            stripped += coloured[at];
    }
    CHECK(stripped == text_of(water));
}

TEST_CASE("lines keep within the width and end in no blanks") {
    for (const auto& telegram : good_telegrams())
        for (const auto width : {std::size_t{80}, std::size_t{100}, std::size_t{140}}) {
            const auto text = text_of(telegram, width);
            for (const auto& line : lines_of(text)) {
                INFO(line);
                CHECK(line.size() <= width);
                CHECK((line.empty() || line.back() != ' '));
            }
        }
    CHECK(lines_of(text_of(water, 0)).size() == lines_of(text_of(water, 1000)).size());
}

TEST_CASE("long data go over several lines with the offset of each") {
    const auto lines = lines_of(text_of(long_frame("08 01 A2 000102030405060708090A0B0C0D0E0F1011")));
    const auto line = std::find_if(lines.begin(), lines.end(), [](const std::string& l) {
        return l.starts_with("  15  08 09 0A 0B 0C 0D 0E 0F");
    });
    REQUIRE(line != lines.end());
    CHECK(*(line + 1) == "  23  10 11");
}
