#include <meterlink/mbus/secondary_address_text.hpp>

#include <random>
#include <string>
#include <string_view>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;

namespace {

error syntax_error(std::string_view text) { return parse_secondary_address(text).error(); }

error syntax(std::size_t offset, std::int32_t expected, std::int32_t found) {
    return link_error(errc::secondary_address_syntax, offset, expected, found);
}

} // namespace

TEST_CASE("a secondary address is written as its parts") {
    CHECK(to_string(secondary_address{0x12345678, 0x4024, 0x01, 0x07}) == "12345678.PAD.01.07");
    CHECK(to_string(secondary_address{0x1FFFFFFF, 0xFFFF, 0xFF, 0xFF}) == "1FFFFFFF.FFFF.FF.FF");
    CHECK(to_string(secondary_address{0x00000009, 0x0000, 0xA0, 0x0B}) == "00000009.0000.A0.0B");
    // bit 15 is no part of the letters, so letters alone would lose it
    CHECK(to_string(secondary_address{0x12345678, 0xC024, 0x01, 0x07}) == "12345678.C024.01.07");
}

TEST_CASE("a secondary address is read back") {
    CHECK(parse_secondary_address("12345678.PAD.01.07") == secondary_address{0x12345678, 0x4024, 0x01, 0x07});
    CHECK(parse_secondary_address("1FFFFFFF") == secondary_address{0x1FFFFFFF, 0xFFFF, 0xFF, 0xFF});
    CHECK(parse_secondary_address("1fffffff.ffff.ff.0d") ==
          secondary_address{0x1FFFFFFF, 0xFFFF, 0xFF, 0x0D});
    CHECK(parse_secondary_address("12345678.DAD.01.07") == secondary_address{0x12345678, 0x1024, 0x01, 0x07});
}

TEST_CASE("the first character that does not fit is told") {
    CHECK(syntax_error("") == syntax(0, -1, -1));
    CHECK(syntax_error("1234567") == syntax(7, -1, -1));
    CHECK(syntax_error("1234567G") == syntax(7, -1, 'G'));
    CHECK(syntax_error(" 12345678") == syntax(0, -1, ' '));
    CHECK(syntax_error("123456789") == syntax(8, '.', '9'));
    CHECK(syntax_error("12345678.PaD.01.07") == syntax(10, -1, 'a'));
    CHECK(syntax_error("12345678.P.D.01.07") == syntax(10, -1, '.'));
    CHECK(syntax_error("12345678.402G.01.07") == syntax(12, -1, 'G'));
    CHECK(syntax_error("12345678.40245.01.07") == syntax(13, '.', '5'));
    CHECK(syntax_error("12345678.PAD.1.07") == syntax(14, -1, '.'));
    CHECK(syntax_error("12345678.PAD.01-07") == syntax(15, '.', '-'));
    CHECK(syntax_error("12345678.PAD.01.07 ") == syntax(18, -1, ' '));
}

TEST_CASE("a secondary address cut anywhere but behind the identification is refused") {
    constexpr std::string_view text = "12345678.PAD.01.07";
    for (std::size_t size = 0; size < text.size(); ++size)
        CHECK(parse_secondary_address(text.substr(0, size)).has_value() == (size == 8));
}

TEST_CASE("any secondary address is read back as it was written") {
    std::mt19937_64 random{7};
    for (int i = 0; i < 2000; ++i) {
        const auto bits = random();
        const secondary_address address{
            static_cast<std::uint32_t>(bits), static_cast<std::uint16_t>(bits >> 32),
            static_cast<std::uint8_t>(bits >> 48), static_cast<std::uint8_t>(bits >> 56)};
        CHECK(parse_secondary_address(to_string(address)) == address);
    }
}
