#include <meterlink/core/hex_lenient.hpp>

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;

namespace {

using octets = std::vector<std::uint8_t>;

const octets frame{0x68, 0x1F, 0x08};

error refusal(std::string_view text) {
    const auto parsed = parse_hex_lenient(text);
    REQUIRE_FALSE(parsed);
    return parsed.error();
}

error bad_digit(std::size_t offset, char found) {
    return {errc::hex_digit, layer::core, offset, -1, static_cast<unsigned char>(found)};
}

error odd(std::size_t offset) { return {errc::hex_odd_digits, layer::core, offset, -1, -1}; }

} // namespace

TEST_CASE("the usual spellings of the same octets all parse") {
    for (const std::string_view text : {
             "681F08",
             "681f08",
             "68 1F 08",
             "  68\t1f\r\n08\n",
             "68:1F:08",
             "68-1F-08",
             "68_1F_08",
             "68,1F,08",
             "68;1F;08",
             "68.1F.08",
             "681F 08",
             "0x68 0x1F 0x08",
             "0X68,0X1F,0x08",
             "0x681F08",
             "0x680x1F0x08",
             "\\x68\\x1F\\x08",
             "\"\\x68\\x1F\\x08\"",
             "$68 $1F $08",
             "$68$1F$08",
             "68h 1Fh 08h",
             "68H,1FH,08H",
             "68h1Fh08h",
             "0x68h 0x1Fh 0x08h",
             "{0x68, 0x1F, 0x08}",
             "[68, 1F, 08];",
             "(68)(1F)<08>",
             "'68','1F','08'",
             "68 1F # the beginning, of 0xFF\n08 # the end",
             "# nothing but a comment\n68 1F 08",
             "68 1F 08#",
         }) {
        CAPTURE(text);
        CHECK(parse_hex_lenient(text) == frame);
    }
}

TEST_CASE("a digit that stands alone is an octet") {
    for (const std::string_view text : {
             "68 1F 8",
             "68 1F 8 ",
             "0x68, 0x1F, 0x8",
             "{0x68,0x1F,0x8}",
             "68h 1Fh 8h",
             "$68 $1F $8",
             "$68$1F$8",
             "\\x68\\x1F\\x8",
             "68 1F 8#",
         }) {
        CAPTURE(text);
        CHECK(parse_hex_lenient(text) == frame);
    }
    CHECK(parse_hex_lenient("8") == octets{0x08});
    CHECK(parse_hex_lenient(" 8 ") == octets{0x08});
    CHECK(parse_hex_lenient("0x0") == octets{0x00});
    CHECK(parse_hex_lenient("\\x8\\x9$A$B") == octets{0x08, 0x09, 0x0A, 0x0B});
    CHECK(parse_hex_lenient("1 2 3 4") == octets{1, 2, 3, 4});
}

TEST_CASE("nothing parses to nothing") {
    for (const std::string_view text : {"", " ", "\r\n", "{}", "# 68", ",;:"})
        CHECK(parse_hex_lenient(text) == octets{});
}

TEST_CASE("an odd number of digits is refused at its group") {
    CHECK(refusal("681") == odd(0));
    CHECK(refusal("68 1F1") == odd(3));
    CHECK(refusal("68 0x1F1") == odd(5));
    CHECK(refusal("68 1F1h") == odd(3));
    CHECK(refusal("12345 67") == odd(0));
    CHECK(refusal("80x68") == odd(0)); // 8 0x68, 80 x68?
    CHECK(refusal("68h8") == odd(3));
    CHECK(refusal("8h8h") == odd(2));
    CHECK(refusal("68\n1\n\n234") == odd(6));
}

TEST_CASE("a character that does not belong is refused where it stands") {
    CHECK(refusal("6G") == bad_digit(1, 'G'));
    CHECK(refusal("68 XX") == bad_digit(3, 'X'));
    CHECK(refusal("68 h") == bad_digit(3, 'h'));
    CHECK(refusal("68hh") == bad_digit(3, 'h'));
    CHECK(refusal("0x 68") == bad_digit(2, ' '));
    CHECK(refusal("$G8") == bad_digit(1, 'G'));
    CHECK(refusal("0x0x68") == bad_digit(3, 'x'));
    CHECK(refusal("68\\n") == bad_digit(2, '\\'));
    CHECK(refusal("68 \\ 1F") == bad_digit(3, '\\'));
    CHECK(refusal("x68") == bad_digit(0, 'x'));
    CHECK(refusal("68+1F") == bad_digit(2, '+'));
    CHECK(refusal("68 \xC3\xA4") == bad_digit(3, '\xC3'));
    CHECK(refusal(std::string_view{"68\0", 3}) == bad_digit(2, '\0'));
    CHECK(refusal("681G") == bad_digit(3, 'G')); // rather than the odd number of digits before it
}

TEST_CASE("a prefix at the end is truncated") {
    CHECK(refusal("68 0x") == error{errc::truncated, layer::core, 5, -1, -1});
    CHECK(refusal("$") == error{errc::truncated, layer::core, 1, -1, -1});
}

TEST_CASE("octets that do not fit are refused where they begin") {
    for (std::size_t room = 0; room < 5; ++room) {
        std::array<std::uint8_t, 5> out{};
        out.fill(0xEE);
        const auto count = parse_hex_lenient("11 2233 4", bytes_span{out}.first(room));
        REQUIRE(count.has_value() == (room >= 4));
        constexpr std::array<std::size_t, 4> offsets{0, 3, 5, 8};
        if (!count)
            CHECK(count.error() == error{errc::buffer_too_small, layer::core, offsets[room], -1, -1});
        for (std::size_t i = room; i < out.size(); ++i)
            CHECK(out[i] == 0xEE);
    }
    STATIC_REQUIRE([] {
        std::array<std::uint8_t, 2> out{};
        return parse_hex_lenient("{0xE5, $6}", out) == 2U && out[0] == 0xE5 && out[1] == 0x06;
    }());
}

TEST_CASE("any text of these characters parses within its room or is refused inside itself") {
    constexpr std::string_view alphabet = "068Ffxh\\$# ,\n\"{-G";
    std::mt19937_64 random{10};
    for (int round = 0; round < 100'000; ++round) {
        std::string text(random() % 12, ' ');
        for (auto& c : text)
            c = alphabet[random() % alphabet.size()];
        const auto parsed = parse_hex_lenient(text);
        if (!parsed) {
            REQUIRE(parsed.error().offset <= text.size());
            REQUIRE(parsed.error().code != errc::buffer_too_small);
            continue;
        }
        REQUIRE(parse_hex_lenient(to_hex(*parsed, ' ')) == *parsed);
    }
}

TEST_CASE("what strict parsing accepts, lenient parsing reads alike") {
    std::mt19937_64 random{11};
    for (int round = 0; round < 2'000; ++round) {
        octets original(random() % 20);
        for (auto& octet : original)
            octet = static_cast<std::uint8_t>(random());
        const auto text = to_hex(original);
        REQUIRE(parse_hex_lenient(text) == parse_hex_strict(text));
    }
}
