#include <meterlink/modbus/register_value.hpp>

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::modbus;

namespace {

using registers = std::vector<std::uint16_t>;

register_value decoded(const registers& read, const register_format& format) {
    return decode_registers(read, format).value();
}

/// Exact and at the same resolution.
bool is(const register_value& value, decimal wanted) {
    const auto* found = std::get_if<decimal>(&value);
    return found != nullptr && same_representation(*found, wanted);
}

bool is(const register_value& value, invalid_reason reason) {
    const auto* found = std::get_if<invalid>(&value);
    return found != nullptr && found->reason == reason;
}

register_type bits(std::size_t first, std::size_t last, std::size_t width = 1) {
    return register_type::make_bits(first, last, width).value();
}

} // namespace

TEST_CASE("integers are decoded with and without sign") {
    CHECK(is(decoded({0xFFFB}, {register_kind::int16}), decimal{-5, 0}));
    CHECK(is(decoded({0xFFFB}, {register_kind::uint16}), decimal{65531, 0}));
    CHECK(is(decoded({0x8000}, {register_kind::int16}), decimal{-32768, 0}));
    CHECK(is(decoded({0xFFFF, 0xFFFE}, {register_kind::int32}), decimal{-2, 0}));
    CHECK(is(decoded({0xFFFF, 0xFFFE}, {register_kind::uint32}), decimal{4294967294, 0}));
    CHECK(is(decoded({0x8000, 0, 0, 0}, {register_kind::int64}),
             decimal{std::numeric_limits<std::int64_t>::min(), 0}));
    CHECK(is(decoded({0, 0, 0x00BC, 0x614E}, {register_kind::uint64}), decimal{12345678, 0}));
}

TEST_CASE("scale and offset are applied exactly") {
    CHECK(is(decoded({2301}, {register_kind::uint16, register_order::abcd, {1, -1}}), decimal{2301, -1}));
    CHECK(is(decoded({0x614E, 0x00BC}, {register_kind::uint32, register_order::cdab, {10, 0}}),
             decimal{123456780, 0}));
    CHECK(is(decoded({0xFFFB}, {register_kind::int16, register_order::abcd, {5, -1}, {-400, -1}}),
             decimal{-425, -1}));
    CHECK(is(decoded({0x1234}, {register_kind::bcd16, register_order::abcd, {1, -2}}), decimal{1234, -2}));
}

TEST_CASE("a number that no decimal holds is invalid and never rounded") {
    const registers all_ones{0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF};
    CHECK(is(decoded(all_ones, {register_kind::uint64}), invalid_reason::too_large));
    CHECK(is(decoded(all_ones, {register_kind::uint64, register_order::abcd, {1, -3}}),
             invalid_reason::too_large));
    const registers largest{0x7FFF, 0xFFFF, 0xFFFF, 0xFFFF};
    CHECK(
        is(decoded(largest, {register_kind::uint64}), decimal{std::numeric_limits<std::int64_t>::max(), 0}));
    CHECK(is(decoded(largest, {register_kind::uint64, register_order::abcd, {2, 0}}),
             invalid_reason::too_large));
    CHECK(is(decoded(largest, {register_kind::int64, register_order::abcd, {1, 0}, {1, 0}}),
             invalid_reason::too_large));
    CHECK(is(decoded({1}, {register_kind::uint16, register_order::abcd, {1, 0}, {1, -30}}),
             invalid_reason::too_large));
}

TEST_CASE("a number above 63 bits is given where a decimal holds it after all") {
    // 2^63 halved, and 18446744073709551610, which ends in a zero
    CHECK(is(decoded({0x8000, 0, 0, 0}, {register_kind::uint64, register_order::abcd, {5, -1}}),
             decimal{std::int64_t{1} << 62, 0}));
    const auto even = decoded({0xFFFF, 0xFFFF, 0xFFFF, 0xFFFA}, {register_kind::uint64});
    CHECK(is(even, decimal{1844674407370955161, 1}));
    CHECK(is(decoded({0x8000, 0, 0, 1}, {register_kind::uint64, register_order::abcd, {1, 0}, {-2, 0}}),
             invalid_reason::too_large)); // the product does not fit, although the sum would
}

TEST_CASE("reals are kept as they were sent") {
    const auto volts = decoded({0x4366, 0x199A}, {register_kind::float32});
    REQUIRE(std::holds_alternative<real>(volts));
    CHECK(std::get<real>(volts).to_double() == double{230.1F});
    CHECK(same_representation(std::get<real>(volts).shortest().value(), {2301, -1}));
    const auto precise = decoded({0x406C, 0xC333, 0x3333, 0x3333}, {register_kind::float64});
    CHECK(std::get<real>(precise).to_double() == 230.1);
    CHECK(std::get<real>(precise).shortest().value() == decimal{2301, -1});
}

TEST_CASE("a real is scaled in decimals too") {
    const auto value = std::get<real>(
        decoded({0x4366, 0x199A}, {register_kind::float32, register_order::abcd, {1, 3}, {5, -1}}));
    CHECK(value.shortest().value() == decimal{2301005, -1});
    CHECK(value.to_double() == double{230.1F} * 1000 + 0.5);
    const auto tiny = std::get<real>(decoded({0, 0, 0, 1}, {register_kind::float64}));
    CHECK(tiny.shortest().error().code == errc::decimal_overflow); // 5e-324
    CHECK(std::get<real>(decoded({0x8000, 0}, {register_kind::float32})).shortest().value() == decimal{});
    CHECK(real{std::numeric_limits<double>::quiet_NaN()}.shortest().error().code == errc::decimal_syntax);
}

TEST_CASE("reals that are no numbers are invalid") {
    CHECK(is(decoded({0x7FC0, 0}, {register_kind::float32}), invalid_reason::not_a_number));
    CHECK(is(decoded({0xFFFF, 0xFFFF}, {register_kind::float32}), invalid_reason::not_a_number));
    CHECK(is(decoded({0x7F80, 0}, {register_kind::float32}), invalid_reason::infinite));
    CHECK(is(decoded({0xFF80, 0}, {register_kind::float32}), invalid_reason::infinite));
    CHECK(is(decoded({0x7FF8, 0, 0, 0}, {register_kind::float64}), invalid_reason::not_a_number));
    CHECK(is(decoded({0xFFF0, 0, 0, 0}, {register_kind::float64}), invalid_reason::infinite));
    CHECK(std::holds_alternative<real>(decoded({0x7F7F, 0xFFFF}, {register_kind::float32})));
}

TEST_CASE("BCD digits are a number and other nibbles are none") {
    CHECK(is(decoded({0x0012, 0x3456}, {register_kind::bcd32}), decimal{123456, 0}));
    CHECK(is(decoded({0x3456, 0x0012}, {register_kind::bcd32, register_order::cdab}), decimal{123456, 0}));
    CHECK(is(decoded({0x9999, 0x9999, 0x9999, 0x9999}, {register_kind::bcd64}),
             decimal{9'999'999'999'999'999, 0}));
    CHECK(is(decoded({0x12A4}, {register_kind::bcd16}), invalid_reason::bcd_digit));
    CHECK(is(decoded({0xF234}, {register_kind::bcd16}), invalid_reason::bcd_digit));
    CHECK(is(decoded({0xFFFF, 0xFFFF}, {register_kind::bcd32}), invalid_reason::no_value));
}

TEST_CASE("bits are an unsigned number of their own") {
    CHECK(is(decoded({0x0028}, {bits(3, 5)}), decimal{5, 0}));
    CHECK(is(decoded({0x0028}, {bits(4, 4)}), decimal{0, 0}));
    CHECK(is(decoded({0x8000}, {bits(15, 15)}), decimal{1, 0}));
    CHECK(is(decoded({0x0001, 0x0002}, {bits(1, 16, 2)}), decimal{0x8001, 0}));
    CHECK(is(decoded({0x0002, 0x0001}, {bits(1, 16, 2), register_order::cdab}), decimal{0x8001, 0}));
    CHECK(is(decoded({0xFFFF}, {register_kind::bits}), decimal{65535, 0}));
}

TEST_CASE("the pattern for not available is no value") {
    const auto with = [](register_type type, std::optional<std::uint64_t> pattern,
                         register_order order = register_order::abcd) {
        return register_format{type, order, {1, 0}, {}, pattern};
    };
    for (const auto kind :
         {register_kind::int16, register_kind::uint16, register_kind::int32, register_kind::uint32,
          register_kind::int64, register_kind::uint64, register_kind::float32, register_kind::float64,
          register_kind::bcd16, register_kind::bcd32, register_kind::bcd64})
        for (const auto order : register_orders_64) {
            CAPTURE(name(kind), name(order));
            const auto format = with(kind, usual_not_available(kind), order);
            registers wire(format.type.width());
            store_registers(wire, wire.size(), order, format.not_available.value());
            CHECK(is(decoded(wire, format), invalid_reason::no_value));
        }
    CHECK(usual_not_available(register_kind::int32) == 0x8000'0000);
    CHECK(usual_not_available(register_kind::uint64) == ~std::uint64_t{0});
    CHECK_FALSE(usual_not_available(register_kind::text));
    CHECK_FALSE(usual_not_available(register_kind::bits));
    CHECK(is(decoded({0x7FFF}, with(register_kind::int16, 0x7FFF)), invalid_reason::no_value));
    CHECK(is(decoded({0x7FFF}, with(register_kind::int16, 0x8000)), decimal{32767, 0}));
    CHECK(is(decoded({0xAB38}, with(bits(3, 5), 7)), invalid_reason::no_value));
}

TEST_CASE("text is a value and nothing but FF is none") {
    const auto text = register_type::make_text(3).value();
    CHECK(std::get<register_text>(decoded({0x5344, 0x4D36, 0x3330}, {text})) ==
          register_text::from("SDM630").value());
    CHECK(std::get<register_text>(decoded({0, 0, 0}, {text})).size() == 0);
    CHECK(is(decoded({0xFFFF, 0xFFFF, 0xFFFF}, {text}), invalid_reason::no_value));
    CHECK(std::get<register_text>(decoded({0xFFFF, 0xFFFF, 0xFF00}, {text})).size() == 5);
}

TEST_CASE("fewer registers than the type takes are truncated where they end") {
    for (const register_type type :
         {register_type{register_kind::uint16}, register_type{register_kind::uint32},
          register_type{register_kind::float64}, *register_type::make_text(7)})
        for (std::size_t size = 0; size < type.width(); ++size)
            CHECK(decode_registers(registers(size), {type}).error() ==
                  error{errc::truncated, layer::modbus, 2 * size});
    CHECK(is(decoded({7, 8, 9}, {register_kind::uint16}), decimal{7, 0}));
}

TEST_CASE("registers are decoded at compile time") {
    constexpr std::array<std::uint16_t, 2> read{0x614E, 0x00BC};
    constexpr auto value = decode_registers(read, {register_kind::uint32, register_order::cdab, {1, -3}});
    STATIC_REQUIRE(std::get<decimal>(*value) == decimal{12345678, -3});
}

TEST_CASE("the names of what is invalid") {
    CHECK(name(invalid_reason::no_value) == "no_value");
    CHECK(name(invalid_reason::bcd_digit) == "bcd_digit");
    CHECK(name(invalid_reason::not_a_number) == "not_a_number");
    CHECK(name(invalid_reason::infinite) == "infinite");
    CHECK(name(invalid_reason::too_large) == "too_large");
}

#ifdef METERLINK_VECTORS
TEST_CASE("reals of the larger corpus are decoded in every order that it has them in") {
    std::ifstream file{METERLINK_VECTORS "/other/modbus.jsonl"};
    if (!file) {
        WARN("skipped: no modbus.jsonl");
        return;
    }
    unsigned checked = 0;
    for (std::string line; std::getline(file, line);) {
        const auto real_at = line.find("\"real\": ");
        if (line.find("\"registers\"") == std::string::npos || real_at == std::string::npos)
            continue;
        const auto wanted = std::stod(line.substr(real_at + 8));
        for (const auto order : register_orders) {
            const auto at = line.find('"' + std::string{name(order)} + "\": [\"");
            if (at == std::string::npos)
                continue;
            const auto word = [&](std::size_t from) {
                return static_cast<std::uint16_t>(std::stoul(line.substr(from, 4), nullptr, 16));
            };
            const registers read{word(at + 10), word(at + 18)};
            CAPTURE(name(order), read);
            CHECK(std::get<real>(decoded(read, {register_kind::float32, order})).to_double() == wanted);
            ++checked;
        }
    }
    CHECK(checked >= 4);
}
#endif
