#include <meterlink/apl/data_field.hpp>

#include <array>
#include <cstddef>
#include <set>
#include <string_view>

#include "support/catch.hpp"

using namespace meterlink::apl;

TEST_CASE("every data field has the length that the standard gives it") {
    constexpr std::array<std::size_t, 16> octets{0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, 0, 6, 0};
    for (std::size_t code = 0; code < 16; ++code)
        CHECK(data_size(static_cast<data_field>(code)) == octets[code]);
    STATIC_REQUIRE(data_size(data_field::bcd_12) == 6);
    STATIC_REQUIRE(data_size(data_field::variable) == 0);
}

TEST_CASE("a data field is BCD, an integer, or neither") {
    constexpr std::string_view kinds = ".iiii.ii.bbbb.b.";
    for (std::size_t code = 0; code < 16; ++code) {
        CHECK(is_bcd(static_cast<data_field>(code)) == (kinds[code] == 'b'));
        CHECK(is_integer(static_cast<data_field>(code)) == (kinds[code] == 'i'));
    }
}

TEST_CASE("every data field has a name of its own") {
    std::set<std::string_view> names;
    for (std::size_t code = 0; code < 16; ++code)
        names.insert(name(static_cast<data_field>(code)));
    CHECK(names.size() == 16);
    CHECK(name(data_field::integer_32) == "32 bit integer");
    CHECK(name(data_field::real_32) == "32 bit real");
    CHECK(name(data_field::bcd_12) == "12 digit BCD");
}
