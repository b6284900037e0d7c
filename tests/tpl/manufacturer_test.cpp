#include <meterlink/tpl/manufacturer.hpp>

#include <string>
#include <string_view>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::tpl;
using namespace meterlink::test;

namespace {

std::string letters(std::uint16_t code) {
    const auto text = manufacturer{code}.letters();
    return {text.begin(), text.end()};
}

} // namespace

TEST_CASE("three letters are fifteen bits") {
    struct known {
        std::string_view letters;
        std::uint16_t code;
    };
    for (const auto& [text, code] : {known{"ELS", 0x1593}, known{"KAM", 0x2C2D}, known{"LUG", 0x32A7},
                                     known{"TCH", 0x5068}, known{"PAD", 0x4024}}) {
        CHECK(manufacturer::parse(text) == manufacturer{code});
        CHECK(letters(code) == text);
        CHECK(manufacturer{code}.is_valid());
    }
    CHECK(letters(0x0421) == "AAA");
    CHECK(letters(0x6B5A) == "ZZZ");
}

TEST_CASE("every three letters come back from their code") {
    for (char a = 'A'; a <= 'Z'; ++a)
        for (char b = 'A'; b <= 'Z'; ++b)
            for (char c = 'A'; c <= 'Z'; ++c) {
                const std::string text{a, b, c};
                const auto code = manufacturer::parse(text);
                REQUIRE(code);
                REQUIRE(letters(code->code) == text);
                REQUIRE_FALSE(code->is_locally_unique());
            }
}

TEST_CASE("what is not three capital letters is refused where it goes wrong") {
    const auto refused = [](std::string_view text) { return manufacturer::parse(text).error(); };
    CHECK(refused("") == tpl_error(errc::manufacturer_letters, 0));
    CHECK(refused("AB") == tpl_error(errc::manufacturer_letters, 2));
    CHECK(refused("ABCD") == tpl_error(errc::manufacturer_letters, 3));
    CHECK(refused("aBC") == tpl_error(errc::manufacturer_letters, 0));
    CHECK(refused("A1C") == tpl_error(errc::manufacturer_letters, 1));
    CHECK(refused("AB@") == tpl_error(errc::manufacturer_letters, 2));
    CHECK(refused("AB[") == tpl_error(errc::manufacturer_letters, 2));
}

TEST_CASE("bit 15 says that an address is only locally unique, and is not part of the letters") {
    CHECK(letters(0x2C2D | 0x8000) == "KAM");
    CHECK(manufacturer{0x2C2D | 0x8000}.is_valid());
    CHECK(manufacturer{0x2C2D | 0x8000}.is_locally_unique());
    CHECK(manufacturer{0x2C2D | 0x8000} != manufacturer{0x2C2D});
}

TEST_CASE("codes of no letters are not valid, and printable all the same") {
    CHECK_FALSE(manufacturer{0}.is_valid());
    CHECK(letters(0) == "@@@");
    CHECK_FALSE(any_manufacturer.is_valid());
    CHECK(letters(0xFFFF) == "___");
    CHECK_FALSE(manufacturer{0x041B}.is_valid()); // the last is 27
    unsigned valid = 0;
    for (unsigned code = 0; code < 0x8000; ++code)
        valid += manufacturer{static_cast<std::uint16_t>(code)}.is_valid() ? 1U : 0U;
    CHECK(valid == 26 * 26 * 26);
    STATIC_REQUIRE(manufacturer{0x4024}.letters()[0] == 'P');
}

TEST_CASE("letters are compared without the bit that is none of theirs") {
    CHECK(tpl::manufacturer{0x1593}.has_letters_of({0x9593}));
    CHECK(tpl::manufacturer{0x9593}.has_letters_of({0x1593}));
    CHECK_FALSE(tpl::manufacturer{0x1593}.has_letters_of({0x1592}));
}
