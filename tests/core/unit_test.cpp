#include <meterlink/core/unit.hpp>

#include <set>
#include <string>

#include "support/catch.hpp"

using namespace meterlink;

namespace {

constexpr auto last = static_cast<unsigned>(unit::baud);

} // namespace

TEST_CASE("every unit has a symbol and a name of its own") {
    std::set<std::string> symbols;
    std::set<std::string> names;
    for (unsigned i = 0; i <= last; ++i) {
        const auto which = static_cast<unit>(i);
        CHECK(symbols.insert(std::string{symbol(which)}).second);
        CHECK(names.insert(std::string{name(which)}).second);
        CHECK(unit_from(symbol(which)) == which);
        for (const auto c : symbol(which))
            CHECK((c > ' ' && c <= '~'));
    }
}

TEST_CASE("symbols are the canonical ones, without prefixes") {
    STATIC_REQUIRE(symbol(unit::cubic_metre_per_hour) == "m3/h");
    STATIC_REQUIRE(name(unit::cubic_metre_per_hour) == "cubic metre per hour");
    CHECK(symbol(unit::none).empty());
    CHECK(unit_from("degC") == unit::degree_celsius);
    CHECK_FALSE(unit_from("kWh"));
    CHECK_FALSE(unit_from("M3"));
}

TEST_CASE("what is no unit has no symbol") {
    CHECK(symbol(static_cast<unit>(last + 1)).empty());
    CHECK(name(static_cast<unit>(0xFF)) == "unknown");
}
