#include <meterlink/modbus/served_device.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::modbus;

namespace {

constexpr auto holding = register_table::holding_registers;
constexpr auto input = register_table::input_registers;
constexpr auto coils = register_table::coils;

errc refused(const result<void>& outcome) {
    REQUIRE_FALSE(outcome);
    return outcome.error().code;
}

} // namespace

TEST_CASE("ranges of one table must not overlap") {
    served_device device;
    CHECK(device.add({holding, 10, 10}));
    CHECK(refused(device.add({holding, 19, 1})) == errc::range_overlap);
    CHECK(refused(device.add({holding, 0, 11})) == errc::range_overlap);
    CHECK(refused(device.add({holding, 0, 100})) == errc::range_overlap);
    CHECK(refused(device.add({holding, 12, 2})) == errc::range_overlap);
    CHECK(device.add({holding, 20, 1}));
    CHECK(device.add({holding, 0, 10}));
    CHECK(device.add({input, 10, 10}));
    CHECK(refused(device.add({holding, 30, 0})) == errc::quantity_out_of_range);
    CHECK(refused(device.add({holding, 65535, 2})) == errc::address_overflow);
    CHECK(device.add({holding, 65535, 1}));
}

TEST_CASE("functions fit the kind of their table") {
    served_device device;
    CHECK(refused(device.add({coils, 0, 1}, served_registers{})) == errc::value_out_of_range);
    CHECK(refused(device.add({holding, 0, 1}, served_bits{})) == errc::value_out_of_range);
}

TEST_CASE("an address is served where neighbouring ranges cover it without a hole") {
    served_device device;
    REQUIRE(device.add({holding, 10, 10}));
    REQUIRE(device.add({holding, 20, 5}, access::writable));
    REQUIRE(device.add({holding, 26, 5}, access::writable));
    const auto& table = device.table(holding);
    CHECK(table.is_readable(10, 15));
    CHECK_FALSE(table.is_readable(9, 2));
    CHECK_FALSE(table.is_readable(24, 2));
    CHECK_FALSE(table.is_readable(25, 1));
    CHECK_FALSE(table.is_readable(30, 2));
    CHECK_FALSE(table.is_readable(0, 1));
    CHECK(table.is_writable(20, 5));
    CHECK_FALSE(table.is_writable(19, 2));
    CHECK(table.has_writable());
    CHECK_FALSE(device.table(input).has_writable());
}

TEST_CASE("stored values are set and read across ranges") {
    served_device device;
    REQUIRE(device.add({holding, 0, 150}));
    REQUIRE(device.add({holding, 150, 150}));
    std::vector<std::uint16_t> values(300);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<std::uint16_t>(1000 + i);
    REQUIRE(device.set_registers({holding, 0}, values));
    for (std::uint16_t i = 0; i < 300; ++i)
        REQUIRE(device.register_at({holding, i}).value() == 1000 + i);
    CHECK(refused(device.set_registers({holding, 1}, values)) == errc::address_not_served);
    CHECK(device.register_at({holding, 1}).value() == 1001);
    CHECK(device.register_at({holding, 300}).error().code == errc::address_not_served);
    CHECK(refused(device.set_register({coils, 0}, 1)) == errc::address_not_served);

    REQUIRE(device.add({coils, 7, 2}));
    REQUIRE(device.set_bit({coils, 8}, true));
    CHECK_FALSE(device.bit_at({coils, 7}).value());
    CHECK(device.bit_at({coils, 8}).value());
    CHECK(refused(device.set_bit({coils, 9}, true)) == errc::address_not_served);
    CHECK(device.bit_at({holding, 7}).error().code == errc::address_not_served);
}

TEST_CASE("values are put as their format says") {
    served_device device;
    REQUIRE(device.add({input, 0, 8}));
    REQUIRE(device.put({input, 0}, {12345, -3}, served_format{register_kind::uint32, {}, {100, 0}}));
    CHECK(device.register_at({input, 1}).value() == 1235);
    REQUIRE(device.put({input, 2}, decimal{-5, 0}, register_format{register_kind::int16}));
    CHECK(device.register_at({input, 2}).value() == 0xFFFB);
    CHECK(refused(device.put({input, 2}, decimal{5, -1}, register_format{register_kind::int16})) ==
          errc::value_not_encodable);
    CHECK(refused(device.put({input, 7}, decimal{5, 0}, register_format{register_kind::int32})) ==
          errc::address_not_served);
    REQUIRE(device.put_missing({input, 4}, {register_kind::int16}));
    CHECK(device.register_at({input, 4}).value() == 0x8000);

    REQUIRE(device.set_register({input, 5}, 0xF00F));
    const auto middle = register_type::make_bits(4, 7).value();
    REQUIRE(device.put({input, 5}, decimal{10, 0}, register_format{middle}));
    CHECK(device.register_at({input, 5}).value() == 0xF0AF);
    REQUIRE(device.put({input, 5}, decimal{0, 0}, register_format{middle}));
    CHECK(device.register_at({input, 5}).value() == 0xF00F);
}

TEST_CASE("registers of the application are not set from beside it") {
    served_device device;
    REQUIRE(device.add({holding, 0, 4},
                       served_registers{[](std::uint16_t, std::span<std::uint16_t>) { return refusal{}; }}));
    CHECK(device.table(holding).is_readable(0, 4));
    CHECK_FALSE(device.table(holding).is_writable(0, 1));
    CHECK(refused(device.set_register({holding, 0}, 1)) == errc::address_not_served);
    REQUIRE(device.add({holding, 4, 1}, served_registers{}));
    CHECK_FALSE(device.table(holding).is_readable(4, 1));
}
