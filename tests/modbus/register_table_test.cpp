#include <meterlink/modbus/register_table.hpp>

#include "support/catch.hpp"

using namespace meterlink::modbus;

TEST_CASE("a register table is found by its name") {
    for (const auto table : {register_table::coils, register_table::discrete_inputs,
                             register_table::input_registers, register_table::holding_registers})
        CHECK(register_table_from(name(table)) == table);
    CHECK(name(register_table::input_registers) == "input_registers");
    CHECK_FALSE(register_table_from("registers"));
    CHECK_FALSE(register_table_from(""));
}

TEST_CASE("each register table has its function and its most entries per request") {
    CHECK(read_function(register_table::coils) == function::read_coils);
    CHECK(read_function(register_table::discrete_inputs) == function::read_discrete_inputs);
    CHECK(read_function(register_table::holding_registers) == function::read_holding_registers);
    CHECK(read_function(register_table::input_registers) == function::read_input_registers);
    CHECK(max_read_quantity(register_table::discrete_inputs) == 2000);
    CHECK(max_read_quantity(register_table::coils) == 2000);
    CHECK(max_read_quantity(register_table::input_registers) == 125);
    CHECK(max_read_quantity(register_table::holding_registers) == 125);
    CHECK(holds_bits(register_table::coils));
    CHECK_FALSE(holds_bits(register_table::holding_registers));
}
