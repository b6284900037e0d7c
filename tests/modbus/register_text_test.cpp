#include <meterlink/modbus/register_text.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::modbus;

namespace {

std::string decoded(const std::vector<std::uint16_t>& registers,
                    register_order order = register_order::abcd) {
    return to_string(register_text::decode(registers, registers.size(), order));
}

} // namespace

TEST_CASE("text stands two characters to a register") {
    CHECK(decoded({0x5344, 0x4D36, 0x3330}) == "SDM630");
    CHECK(decoded({0x4453, 0x364D, 0x3033}, register_order::badc) == "SDM630");
    CHECK(decoded({0x4453, 0x364D, 0x3033}, register_order::dcba) == "SDM630");
    CHECK(decoded({0x5344, 0x4D36, 0x3330}, register_order::cdab) == "SDM630");
}

TEST_CASE("zeros and blanks at the end of a text are padding") {
    CHECK(decoded({0x4142, 0x4300, 0x0000}) == "ABC");
    CHECK(decoded({0x4142, 0x4320, 0x2020}) == "ABC");
    CHECK(decoded({0x4142, 0x4300, 0x2000}) == "ABC");
    CHECK(decoded({0x4120, 0x4300}) == "A C");
    CHECK(decoded({0x2041}) == " A");
    CHECK(decoded({0x0000, 0x2020}).empty());
}

TEST_CASE("what is not printable is written without loss") {
    CHECK(decoded({0x4100, 0x420A}) == "A\\x00B\\x0A");
    CHECK(decoded({0x5CFC}) == "\\\\\\xFC");
    CHECK(decoded({0x7E7F}) == "~\\x7F");
}

TEST_CASE("a text is made of what fits 125 registers") {
    CHECK(to_string(register_text::from("abc").value()) == "abc");
    CHECK(register_text::from(std::string(250, 'a'))->size() == 250);
    CHECK(register_text::from(std::string(251, 'a')).error() ==
          error{errc::value_out_of_range, layer::modbus, 250});
}
