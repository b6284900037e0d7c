#include <meterlink/modbus/register_order.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink::modbus;

namespace {

/// The registers that travel when the octets of a value are 'A', 'B' ... in the order that `letters` spells.
std::vector<std::uint16_t> spelled(std::string_view letters) {
    std::vector<std::uint16_t> registers;
    for (std::size_t i = 0; i < letters.size(); i += 2)
        registers.push_back(static_cast<std::uint16_t>(letters[i] << 8 | letters[i + 1]));
    return registers;
}

constexpr std::uint64_t abcdefgh = 0x4142'4344'4546'4748;

} // namespace

TEST_CASE("64 bits stand in the order that the long name spells") {
    for (const auto order : register_orders_64) {
        CAPTURE(long_name(order));
        CHECK(load_registers(spelled(long_name(order)), 4, order) == abcdefgh);
        std::vector<std::uint16_t> registers(4);
        store_registers(registers, 4, order, abcdefgh);
        CHECK(registers == spelled(long_name(order)));
    }
}

TEST_CASE("32 bits stand in the order that the short name spells") {
    for (const auto order : register_orders) {
        CAPTURE(name(order));
        CHECK(load_registers(spelled(name(order)), 2, order) == 0x4142'4344);
        std::vector<std::uint16_t> registers(2);
        store_registers(registers, 2, order, 0x4142'4344);
        CHECK(registers == spelled(name(order)));
    }
}

TEST_CASE("the orders of halves mean to 32 bits what is left of them") {
    CHECK(load_registers(spelled("CDAB"), 2, register_order::cdabghef) == 0x4142'4344);
    CHECK(load_registers(spelled("ABCD"), 2, register_order::efghabcd) == 0x4142'4344);
    CHECK(load_registers(spelled("DCBA"), 2, register_order::dcbahgfe) == 0x4142'4344);
    CHECK(load_registers(spelled("BADC"), 2, register_order::fehgbadc) == 0x4142'4344);
}

TEST_CASE("one register knows only whether its octets are swapped") {
    for (const auto order : register_orders_64)
        CHECK(load_registers(spelled("AB"), 1, order) == (swaps_octets(order) ? 0x4241U : 0x4142U));
}

TEST_CASE("an order is found by its names") {
    for (const auto order : register_orders_64) {
        CHECK(register_order_from(name(order)) == order);
        CHECK(register_order_from(long_name(order)) == order);
    }
    CHECK(register_order_from("CDAB") == register_order_from("GHEFCDAB"));
    CHECK_FALSE(register_order_from("ABDC"));
    CHECK_FALSE(register_order_from(""));
}

TEST_CASE("the orders are all different") {
    auto orders = register_orders_64;
    std::sort(orders.begin(), orders.end());
    CHECK(std::adjacent_find(orders.begin(), orders.end()) == orders.end());
}
