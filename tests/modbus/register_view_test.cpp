#include <meterlink/modbus/register_view.hpp>

#include <iterator>
#include <ranges>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

static_assert(std::ranges::random_access_range<register_view>);
static_assert(std::ranges::sized_range<register_view>);

TEST_CASE("registers are pairs of octets with the most significant first") {
    const auto wire = "02 2B 00 00 00 64"_octets;
    const register_view registers{wire};
    REQUIRE(registers.size() == 3);
    CHECK_FALSE(registers.empty());
    CHECK(registers[0] == 555);
    CHECK(registers[1] == 0);
    CHECK(registers[2] == 100);
    CHECK(std::vector<std::uint16_t>(registers.begin(), registers.end()) ==
          std::vector<std::uint16_t>{555, 0, 100});
    CHECK(registers.octets().data() == wire.data());
    CHECK(std::ranges::equal(registers.subview(1, 2), std::array<std::uint16_t, 2>{0, 100}));
}

TEST_CASE("half a register is none") {
    CHECK(register_view{}.empty());
    CHECK(register_view{"01"_octets}.empty());
    const auto wire = "FF FE 01"_octets;
    const register_view registers{wire};
    REQUIRE(registers.size() == 1);
    CHECK(registers[0] == 0xFFFE);
    CHECK(registers.octets().size() == 2);
}

TEST_CASE("an iterator of registers goes to any of them") {
    const auto wire = "00 01 00 02 00 03 00 04"_octets;
    const register_view registers{wire};
    auto at = registers.begin();
    CHECK(*at++ == 1);
    CHECK(*at == 2);
    CHECK(at[2] == 4);
    CHECK(*(at + 1) == 3);
    CHECK(*(1 + at) == 3);
    CHECK(*(registers.end() - 1) == 4);
    CHECK(*--at == 1);
    CHECK(at-- == registers.begin());
    CHECK(registers.end() - registers.begin() == 4);
    CHECK(registers.begin() < registers.end());
}
