#include <meterlink/modbus/register_address.hpp>

#include <string>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::modbus;

namespace {

constexpr auto holding = register_table::holding_registers;

error refused(std::string_view text, address_notation notation,
              std::optional<register_table> table = std::nullopt) {
    return parse_register_address(text, notation, table).error();
}

error syntax(std::size_t offset, std::int32_t found = -1) {
    return {errc::register_address_syntax, layer::modbus, offset, -1, found};
}

error range(std::size_t offset) { return {errc::value_out_of_range, layer::modbus, offset}; }

} // namespace

TEST_CASE("one register is written in four notations") {
    const register_address wanted{holding, 107};
    CHECK(parse_register_address("107", address_notation::protocol, holding) == wanted);
    CHECK(parse_register_address("0x6B", address_notation::protocol, holding) == wanted);
    CHECK(parse_register_address("0X6b", address_notation::protocol, holding) == wanted);
    CHECK(parse_register_address("108", address_notation::number, holding) == wanted);
    CHECK(parse_register_address("40108", address_notation::five_digit) == wanted);
    CHECK(parse_register_address("400108", address_notation::six_digit) == wanted);
    CHECK(parse_register_address("40108", address_notation::five_digit, holding) == wanted);
}

TEST_CASE("the first digit of a reference is its table") {
    const auto table_of = [](std::string_view text) {
        return parse_register_address(text, address_notation::five_digit)->table;
    };
    CHECK(table_of("00001") == register_table::coils);
    CHECK(table_of("10001") == register_table::discrete_inputs);
    CHECK(table_of("30001") == register_table::input_registers);
    CHECK(table_of("40001") == register_table::holding_registers);
    CHECK(refused("20001", address_notation::five_digit) == syntax(0, '2'));
    CHECK(refused("x0001", address_notation::five_digit) == syntax(0, 'x'));
    CHECK(refused("40001", address_notation::five_digit, register_table::coils) ==
          error{errc::value_out_of_range, layer::modbus, 0, '0', '4'});
}

TEST_CASE("the first and the last entry of each notation") {
    CHECK(parse_register_address("0", address_notation::protocol, holding)->offset == 0);
    CHECK(parse_register_address("65535", address_notation::protocol, holding)->offset == 65535);
    CHECK(parse_register_address("0xFFFF", address_notation::protocol, holding)->offset == 65535);
    CHECK(parse_register_address("1", address_notation::number, holding)->offset == 0);
    CHECK(parse_register_address("65536", address_notation::number, holding)->offset == 65535);
    CHECK(parse_register_address("49999", address_notation::five_digit)->offset == 9998);
    CHECK(parse_register_address("465536", address_notation::six_digit)->offset == 65535);
    CHECK(refused("65536", address_notation::protocol, holding) == range(4));
    CHECK(refused("0x10000", address_notation::protocol, holding) == range(6));
    CHECK(refused("0", address_notation::number, holding) == range(0));
    CHECK(refused("65537", address_notation::number, holding) == range(4));
    CHECK(refused("40000", address_notation::five_digit) == range(1));
    CHECK(refused("465537", address_notation::six_digit) == range(5));
}

TEST_CASE("what is no address is refused at its character") {
    CHECK(refused("", address_notation::protocol, holding) == syntax(0));
    CHECK(refused("-1", address_notation::protocol, holding) == syntax(0, '-'));
    CHECK(refused("0x", address_notation::protocol, holding) == syntax(1, 'x'));
    CHECK(refused("0x6G", address_notation::protocol, holding) == syntax(3, 'G'));
    CHECK(refused("0x6B", address_notation::number, holding) == syntax(1, 'x'));
    CHECK(refused("6B", address_notation::protocol, holding) == syntax(1, 'B'));
    CHECK(refused("4 108", address_notation::five_digit) == syntax(1, ' '));
    CHECK(refused("107", address_notation::protocol) == syntax(0));
}

TEST_CASE("a reference of five digits is none of six and the other way round") {
    CHECK(refused("40108", address_notation::six_digit) ==
          error{errc::register_address_syntax, layer::modbus, 5, 6, 5});
    CHECK(refused("400108", address_notation::five_digit) ==
          error{errc::register_address_syntax, layer::modbus, 6, 5, 6});
    CHECK(refused("", address_notation::five_digit) ==
          error{errc::register_address_syntax, layer::modbus, 0, 5, 0});
}

TEST_CASE("an address that is written is read as the same") {
    for (const auto notation : {address_notation::protocol, address_notation::number,
                                address_notation::five_digit, address_notation::six_digit})
        for (const unsigned offset : {0U, 1U, 107U, 9998U, 9999U, 65535U})
            for (const auto table : {register_table::coils, register_table::input_registers}) {
                const register_address address{table, static_cast<std::uint16_t>(offset)};
                const auto text = to_string(address, notation);
                if (notation == address_notation::five_digit && offset > 9998)
                    CHECK(text.error() == range(0));
                else
                    CHECK(parse_register_address(text.value(), notation, table) == address);
            }
    CHECK(to_string(register_address{holding, 107}, address_notation::six_digit) == std::string{"400108"});
}

TEST_CASE("a notation is found by its name") {
    for (const auto notation : {address_notation::protocol, address_notation::number,
                                address_notation::five_digit, address_notation::six_digit})
        CHECK(address_notation_from(name(notation)) == notation);
    CHECK_FALSE(address_notation_from("modicon"));
}
