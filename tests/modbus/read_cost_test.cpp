#include <meterlink/modbus/read_cost.hpp>

#include "support/catch.hpp"

using namespace meterlink::modbus;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t hole(std::uint32_t baud, std::chrono::microseconds turnaround,
                             std::uint32_t bits_per_character = 10) {
    return break_even_hole(rtu_cost({baud, bits_per_character, turnaround}));
}

} // namespace

TEST_CASE("the hole that is worth a request of its own follows from bit rate and turnaround") {
    CHECK(hole(9600, 20ms) == 20);
    CHECK(hole(9600, 5ms) == 13);
    CHECK(hole(9600, 50ms) == 34);
    CHECK(hole(2400, 20ms) == 13);
    CHECK(hole(19200, 20ms) == 30);
    CHECK(hole(38400, 20ms) == 52);
    CHECK(hole(9600, 20ms, 11) == 19);
    CHECK(break_even_hole(tcp_cost()) > 125);
    CHECK(break_even_hole({5, 0}) == 0);
}

TEST_CASE("the time of a read is that of its characters and silences and of the device") {
    const line_parameters line{9600, 10, 20ms};
    // 15 characters, seven of silence, 20 ms
    CHECK(read_time(line, register_table::holding_registers, 1) == 42'916us);
    CHECK(read_time(line, register_table::holding_registers, 125) == 301'250us);
    CHECK(read_time({38400, 10, 0us}, register_table::input_registers, 1) == 7'406us);
    CHECK(read_time({0, 10, 0us}, register_table::input_registers, 1) == std::chrono::microseconds::max());
}

TEST_CASE("eight bits cost as much as one") {
    const read_cost cost{100, 3};
    CHECK(cost.of(register_table::coils, 1) == 103);
    CHECK(cost.of(register_table::coils, 8) == 103);
    CHECK(cost.of(register_table::discrete_inputs, 9) == 106);
    CHECK(cost.of(register_table::holding_registers, 2) == 112);
}
