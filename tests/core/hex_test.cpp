#include <meterlink/core/hex.hpp>

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;

namespace {

using octets = std::vector<std::uint8_t>;

error refusal(std::string_view text) {
    const auto parsed = parse_hex_strict(text);
    REQUIRE_FALSE(parsed);
    return parsed.error();
}

} // namespace

TEST_CASE("octets print in upper case, with a separator on request") {
    const octets frame{0x68, 0x1F, 0x0A, 0xFF};
    CHECK(to_hex(frame) == "681F0AFF");
    CHECK(to_hex(frame, ' ') == "68 1F 0A FF");
    CHECK(to_hex(frame, ':') == "68:1F:0A:FF");
    CHECK(to_hex(octets{0x00}, ' ') == "00");
    CHECK(to_hex({}).empty());
    CHECK(to_hex({}, ' ').empty());
    std::string text = "raw ";
    append_hex(text, frame);
    append_hex(text, {});
    CHECK(text == "raw 681F0AFF");
    std::array<char, 9> room{};
    room.back() = '#';
    CHECK(print_hex(room.data(), frame) - room.data() == 8);
    CHECK(std::string(room.data(), room.size()) == "681F0AFF#");
}

TEST_CASE("pairs of digits of either case parse") {
    CHECK(parse_hex_strict("681F1f68") == octets{0x68, 0x1F, 0x1F, 0x68});
    CHECK(parse_hex_strict("") == octets{});
    CHECK(parse_hex_strict("abcdefABCDEF") == octets{0xAB, 0xCD, 0xEF, 0xAB, 0xCD, 0xEF});
    STATIC_REQUIRE([] {
        std::array<std::uint8_t, 2> out{};
        return parse_hex_strict("E516", out) == 2U && out[0] == 0xE5 && out[1] == 0x16;
    }());
}

TEST_CASE("anything but pairs of digits is refused where it stands") {
    CHECK(refusal("68 1F") == error{errc::hex_digit, layer::core, 2, -1, ' '});
    CHECK(refusal("0x68") == error{errc::hex_digit, layer::core, 1, -1, 'x'});
    CHECK(refusal("6G") == error{errc::hex_digit, layer::core, 1, -1, 'G'});
    CHECK(refusal("\xFF") == error{errc::hex_digit, layer::core, 0, -1, 0xFF});
    CHECK(refusal("681") == error{errc::hex_odd_digits, layer::core, 2, -1, -1});
    CHECK(refusal("6") == error{errc::hex_odd_digits, layer::core, 0, -1, -1});
}

TEST_CASE("only the 22 hexadecimal digits are digits") {
    for (int c = 0; c < 256; ++c) {
        const auto character = static_cast<char>(c);
        const auto position = std::string_view{"0123456789abcdefABCDEF"}.find(character);
        const auto expected = position == std::string_view::npos ? -1
                              : position < 16                    ? static_cast<int>(position)
                                                                 : static_cast<int>(position) - 6;
        CHECK(detail::hex_value(character) == expected);
    }
}

TEST_CASE("octets that do not fit are refused and not written") {
    for (std::size_t room = 0; room < 4; ++room) {
        std::array<std::uint8_t, 4> out{};
        out.fill(0xEE);
        const auto count = parse_hex_strict("112233", bytes_span{out}.first(room));
        REQUIRE(count.has_value() == (room >= 3));
        if (!count)
            CHECK(count.error() == error{errc::buffer_too_small, layer::core, 2 * room, -1, -1});
        for (std::size_t i = room; i < out.size(); ++i)
            CHECK(out[i] == 0xEE);
    }
}

TEST_CASE("random octets survive being printed and parsed") {
    std::mt19937_64 random{9};
    octets original;
    for (int length = 0; length < 300; ++length) {
        REQUIRE(parse_hex_strict(to_hex(original)) == original);
        original.push_back(static_cast<std::uint8_t>(random()));
    }
}
