#include <meterlink/apl/value.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::apl;
using namespace meterlink::test;

namespace {

std::string read(const apl::text& t) {
    std::string out;
    t.for_each_character([&](std::uint8_t c) { out += static_cast<char>(c); });
    return out;
}

} // namespace

TEST_CASE("a real keeps its significand and is scaled once") {
    CHECK(real{1.5F, 0}.to_double() == 1.5);
    CHECK(real{1.5F, 3}.to_double() == 1500.0);
    CHECK(real{3.0F, -1}.to_double() == 0.3); // not 3 * 0.1, which is 0.30000000000000004
    CHECK(real{0.0F, 30}.to_double() == 0.0);
    CHECK(real{1.5F, 3} == real{1.5F, 3});
    CHECK(real{1.5F, 3} != real{1500.0F, 0});
}

TEST_CASE("text is read last octet first") {
    const auto wire = "48 52 25"_octets;
    CHECK(read({wire}) == "%RH");
    CHECK(read({wire, false}) == "HR%");
    CHECK(read({}).empty());
}

TEST_CASE("zeros that pad a text are not part of it") {
    const auto front = "00 00 42 41"_octets;
    CHECK(read({front}) == "AB");
    const auto back = "41 42 00 00"_octets;
    CHECK(read({back, false}) == "AB");
    const auto inner = "43 00 42 41"_octets;
    CHECK(read({inner}) == std::string{"AB\0C", 4});
    const auto nothing = "00 00 00"_octets;
    CHECK(read({nothing}).empty());
}

TEST_CASE("a value is empty until it is something") {
    const record_value value;
    CHECK(std::holds_alternative<no_data>(value));
    CHECK(invalid{} == invalid{invalid_reason::no_value});
    CHECK(invalid{} != invalid{invalid_reason::bcd_digit});
    CHECK(bit_flags{3} == bit_flags{3});
    CHECK(bit_flags{3} != bit_flags{1});
    CHECK(no_data{} == no_data{});
}
