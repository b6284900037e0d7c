#include <meterlink/modbus/point.hpp>

#include <cstdint>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::modbus;

namespace {

point voltage() {
    return {"voltage_l1",
            1,
            {register_table::input_registers, 0},
            {register_kind::uint16, register_order::abcd, {1, -1}},
            quantity::voltage,
            unit::volt};
}

} // namespace

TEST_CASE("a point decodes its registers") {
    const auto p = voltage();
    CHECK(p.width() == 1);
    CHECK(decode_point(p, std::vector<std::uint16_t>{2301}).value() == register_value{decimal{2301, -1}});
    CHECK(decode_point(p, std::vector<std::uint16_t>{}).error().code == errc::truncated);
}

TEST_CASE("a point in a table of bits is one bit wide") {
    auto p = voltage();
    p.address.table = register_table::coils;
    p.format = {register_kind::uint64};
    CHECK(p.width() == 1);
    CHECK(decode_point(p, true).value() == register_value{decimal{1, 0}});
    CHECK(decode_point(p, false).value() == register_value{decimal{0, 0}});
    p.format.scale = {-1, 0};
    p.format.offset = {1, 0};
    CHECK(decode_point(p, true).value() == register_value{decimal{0, 0}});
}

TEST_CASE("a point does not run beyond its table") {
    auto p = voltage();
    p.format = {register_kind::uint32};
    p.address.offset = 65534;
    CHECK(check(p));
    p.address.offset = 65535;
    CHECK(check(p).error() == error{errc::address_overflow, layer::modbus, 0});
    p.address.table = register_table::discrete_inputs;
    CHECK(check(p));
}
