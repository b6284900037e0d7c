#include <meterlink/modbus/served_value.hpp>

#include <array>
#include <limits>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::modbus;

namespace {

using registers = std::vector<std::uint16_t>;

registers encoded(decimal value, const served_format& how) {
    registers out(4);
    out.resize(encode_served(value, how, out).value());
    return out;
}

errc refused(decimal value, const served_format& how) {
    std::array<std::uint16_t, 4> out{};
    const auto size = encode_served(value, how, out);
    REQUIRE_FALSE(size);
    CHECK(out == std::array<std::uint16_t, 4>{});
    return size.error().code;
}

} // namespace

TEST_CASE("a value is multiplied by the factor and rounded to the nearest") {
    const served_format hundredfold{register_kind::int32, register_order::abcd, {100, 0}};
    CHECK(encoded({1234, -2}, hundredfold) == registers{0, 1234});
    CHECK(encoded({12344, -3}, hundredfold) == registers{0, 1234});
    CHECK(encoded({12345, -3}, hundredfold) == registers{0, 1235});
    CHECK(encoded({-12345, -3}, hundredfold) == registers{0xFFFF, 0x10000 - 1235});
    CHECK(encoded({4, -3}, hundredfold) == registers{0, 0});
    CHECK(encoded({5, -3}, hundredfold) == registers{0, 1});
    CHECK(encoded({5, -4}, hundredfold) == registers{0, 0});
    CHECK(encoded({0, -20}, hundredfold) == registers{0, 0});
    CHECK(encoded({7, 3}, hundredfold) == registers{10, 44640});
    CHECK(encoded({7, 0}, {register_kind::uint16, register_order::abcd, {3, 0}}) == registers{21});
    CHECK(encoded({7, 0}, {register_kind::uint16, register_order::abcd, {1, -1}}) == registers{1});
    CHECK(encoded({1234, 0}, {register_kind::bcd32}) == registers{0, 0x1234});
}

TEST_CASE("the order of the octets is that of the format") {
    CHECK(encoded({0x12345678, 0}, {register_kind::uint32, register_order::cdab}) ==
          registers{0x5678, 0x1234});
    CHECK(encoded({0x12345678, 0}, {register_kind::uint32, register_order::badc}) ==
          registers{0x3412, 0x7856});
}

TEST_CASE("a real is the nearest of its kind") {
    CHECK(encoded({2301, -1}, {register_kind::float32}) == registers{0x4366, 0x199A});
    CHECK(encoded({123456789123, -6}, {register_kind::float32}) == registers{0x47F1, 0x2065});
    CHECK(encoded({1, 0}, {register_kind::float64, register_order::abcd, {2, 0}}) ==
          registers{0x4000, 0, 0, 0});
    CHECK(refused({1, 50}, {register_kind::float32}) == errc::value_not_encodable);
}

TEST_CASE("what the type does not hold is refused and nothing is written") {
    CHECK(refused({32768, 0}, {register_kind::int16}) == errc::value_not_encodable);
    CHECK(refused({-1, 0}, {register_kind::uint16}) == errc::value_not_encodable);
    CHECK(refused({65535, 0}, {register_kind::uint16}) == errc::value_not_encodable); // "not available"
    CHECK(refused({1, 0}, {register_kind::text}) == errc::value_not_encodable);
    CHECK(refused({1, 0}, {register_kind::bits}) == errc::value_not_encodable);
    CHECK(refused({std::numeric_limits<std::int64_t>::max(), 127},
                  {register_kind::int64, register_order::abcd, {1, 100}}) == errc::decimal_overflow);
    std::array<std::uint16_t, 1> small{};
    CHECK(encode_served({1, 0}, {register_kind::int32}, small).error().code == errc::buffer_too_small);
}

TEST_CASE("a missing value is the usual pattern of its type") {
    registers out(2);
    CHECK(encode_missing({register_kind::int32}, out).value() == 2);
    CHECK(out == registers{0x8000, 0});
    CHECK(encode_missing({register_kind::float32}, out).value() == 2);
    CHECK(out == registers{0x7FC0, 0});
    CHECK(encode_missing({register_kind::text}, out).error().code == errc::value_not_encodable);
}

TEST_CASE("a client reads a served value back where the factor has an inverse") {
    const served_format how{register_kind::uint32, register_order::cdab, {1000, 0}};
    const auto format = how.for_reading().value();
    CHECK(format.scale == decimal{1, -3});
    const auto wire = encoded({12345, -3}, how);
    CHECK(std::get<decimal>(decode_registers(wire, format).value()) == decimal{12345, -3});
    CHECK_FALSE(served_format{register_kind::uint32, register_order::abcd, {3, 0}}.for_reading());
    CHECK_FALSE(served_format{register_kind::uint32, register_order::abcd, {0, 0}}.for_reading());
}

TEST_CASE("a float is rounded once") {
    const served_format single{register_kind::float32};
    CHECK(encoded({1'000'000'059'604'644'776, -18}, single) == registers{0x3F80, 0x0001});
    CHECK(encoded({1, -60}, single) == registers{0, 0});
    CHECK(refused({1, 60}, single) == errc::value_not_encodable);
}

TEST_CASE("the lowest mantissa is rounded like any other") {
    const served_format whole{register_kind::int64};
    constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
    CHECK(encoded({lowest, -1}, whole) == registers{0xF333, 0x3333, 0x3333, 0x3333});
    CHECK(refused({lowest, 0}, whole) == errc::value_not_encodable); // stands for "not available"
}
