#include <meterlink/modbus/register_encoding.hpp>

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::modbus;

namespace {

using registers = std::vector<std::uint16_t>;

registers encoded(const register_value& value, const register_format& format) {
    registers out(format.type.width());
    const auto written = encode_registers(value, format, out);
    REQUIRE(written);
    CHECK(*written == out.size());
    return out;
}

/// Refused, and nothing written.
bool is_refused(const register_value& value, const register_format& format) {
    registers out(format.type.width(), 0xABCD);
    const auto written = encode_registers(value, format, out);
    return !written && written.error() == error{errc::value_not_encodable, layer::modbus, 0} &&
           out == registers(out.size(), 0xABCD);
}

register_value text(std::string_view characters) { return register_text::from(characters).value(); }

constexpr auto abcd = register_order::abcd;

} // namespace

TEST_CASE("integers are encoded") {
    CHECK(encoded(decimal{-5, 0}, {register_kind::int16}) == registers{0xFFFB});
    CHECK(encoded(decimal{12345678, 0}, {register_kind::uint32, register_order::cdab}) ==
          registers{0x614E, 0x00BC});
    CHECK(encoded(decimal{std::numeric_limits<std::int64_t>::min(), 0}, {register_kind::int64}) ==
          registers{0x8000, 0, 0, 0});
    CHECK(encoded(decimal{1844674407370955161, 1}, {register_kind::uint64}) ==
          registers{0xFFFF, 0xFFFF, 0xFFFF, 0xFFFA});
    CHECK(encoded(decimal{123456, 0}, {register_kind::bcd32}) == registers{0x0012, 0x3456});
}

TEST_CASE("the limits of each integer are kept") {
    const auto fits = [](register_type type, std::int64_t lowest, std::int64_t highest) {
        CAPTURE(to_string(type));
        CHECK(is_refused(decimal{lowest - 1, 0}, {type}));
        CHECK(encoded(decimal{lowest, 0}, {type}).size() == type.width());
        CHECK(encoded(decimal{highest, 0}, {type}).size() == type.width());
        CHECK(is_refused(decimal{highest + 1, 0}, {type}));
    };
    fits(register_kind::int16, -32768, 32767);
    fits(register_kind::uint16, 0, 65535);
    fits(register_kind::int32, -2147483648, 2147483647);
    fits(register_kind::uint32, 0, 4294967295);
    fits(register_kind::bcd16, 0, 9999);
    fits(register_kind::bcd32, 0, 99'999'999);
    fits(register_kind::bcd64, 0, 9'999'999'999'999'999);
    fits(register_type::make_bits(3, 5).value(), 0, 7);
    CHECK(is_refused(decimal{-1, 0}, {register_kind::uint64}));
    CHECK(is_refused(decimal{1, 19}, {register_kind::int64}));
    CHECK(is_refused(decimal{2, 19}, {register_kind::uint64}));
    CHECK(encoded(decimal{1, 19}, {register_kind::uint64}).size() == 4);
}

TEST_CASE("scale and offset are taken off exactly or the value is refused") {
    CHECK(encoded(decimal{2301, -1}, {register_kind::uint16, abcd, {1, -1}}) == registers{2301});
    CHECK(encoded(decimal{230, 0}, {register_kind::uint16, abcd, {1, -1}}) == registers{2300});
    CHECK(is_refused(decimal{23015, -2}, {register_kind::uint16, abcd, {1, -1}}));
    CHECK(encoded(decimal{-425, -1}, {register_kind::int16, abcd, {5, -1}, {-40, 0}}) == registers{0xFFFB});
    CHECK(encoded(decimal{9, 0}, {register_kind::uint16, abcd, {3, 0}}) == registers{3});
    CHECK(is_refused(decimal{10, 0}, {register_kind::uint16, abcd, {3, 0}}));
    CHECK(encoded(decimal{1, 0}, {register_kind::uint16, abcd, {125, -3}}) == registers{8});
    CHECK(encoded(decimal{-6, 0}, {register_kind::uint16, abcd, {-2, 0}}) == registers{3});
    CHECK(is_refused(decimal{0, 0}, {register_kind::uint16, abcd, {0, 0}}));
    CHECK(encoded(decimal{0, 0}, {register_kind::uint16, abcd, {1, 100}}) == registers{0});
}

TEST_CASE("a real takes the decimals that it gives back") {
    CHECK(encoded(decimal{2301, -1}, {register_kind::float32}) == registers{0x4366, 0x199A});
    CHECK(encoded(decimal{2301, -1}, {register_kind::float32, register_order::dcba}) ==
          registers{0x9A19, 0x6643});
    CHECK(encoded(decimal{2301, -1}, {register_kind::float64}) == registers{0x406C, 0xC333, 0x3333, 0x3333});
    CHECK(encoded(decimal{2301, -1}, {register_kind::float32, abcd, {1, -1}}) == registers{0x450F, 0xD000});
    CHECK(is_refused(decimal{123456789, 0}, {register_kind::float32})); // 123456792 would be read
    CHECK(encoded(decimal{123456789, 0}, {register_kind::float64}).size() == 4);
    CHECK(is_refused(decimal{9007199254740993, 0}, {register_kind::float64}));
    CHECK(is_refused(decimal{1, 39}, {register_kind::float32}));
    CHECK(is_refused(decimal{1, -60}, {register_kind::float32}));
    CHECK(encoded(decimal{-15, -1}, {register_kind::float32}) == registers{0xBFC0, 0});
}

TEST_CASE("a real is written as it was read and only so") {
    CHECK(encoded(real{1.5}, {register_kind::float32}) == registers{0x3FC0, 0});
    CHECK(encoded(real{230.1, false}, {register_kind::float64}) == registers{0x406C, 0xC333, 0x3333, 0x3333});
    CHECK(is_refused(real{230.1, false}, {register_kind::float32}));
    CHECK(is_refused(real{1e39, false}, {register_kind::float32}));
    CHECK(is_refused(real{1.5}, {register_kind::float32, abcd, {1, -1}}));
    CHECK(is_refused(real{1.5}, {register_kind::float32, abcd, {1, 0}, {1, 0}}));
    CHECK(is_refused(real{1.0}, {register_kind::uint16}));
    CHECK(is_refused(real{std::numeric_limits<double>::quiet_NaN()}, {register_kind::float32}));
}

TEST_CASE("text is padded with zeros and not cut") {
    const auto four = register_type::make_text(4).value();
    CHECK(encoded(text("SDM630"), {four}) == registers{0x5344, 0x4D36, 0x3330, 0x0000});
    CHECK(encoded(text("ABC"), {four, register_order::badc}) == registers{0x4241, 0x0043, 0, 0});
    CHECK(is_refused(text("123456789"), {four}));
    CHECK(is_refused(text("1"), {register_kind::uint16}));
    CHECK(is_refused(decimal{1, 0}, {four}));
}

TEST_CASE("bits stand in their place") {
    CHECK(encoded(decimal{5, 0}, {register_type::make_bits(3, 5).value()}) == registers{0x0028});
    CHECK(encoded(decimal{1, 0}, {register_type::make_bits(17, 17, 2).value(), register_order::cdab}) ==
          registers{0x0000, 0x0002});
}

TEST_CASE("no value is the pattern for not available and a number is never that") {
    const register_format format{register_kind::int16, abcd, {1, 0}, {}, 0x8000};
    CHECK(encoded(invalid{}, format) == registers{0x8000});
    CHECK(is_refused(decimal{-32768, 0}, format));
    CHECK(is_refused(invalid{invalid_reason::too_large}, format));
    CHECK(is_refused(invalid{}, {register_kind::int16}));
    CHECK(is_refused(invalid{}, {register_kind::int16, abcd, {1, 0}, {}, 0x10000}));
    const register_format bit{register_type::make_bits(3, 5).value(), abcd, {1, 0}, {}, 7};
    CHECK(encoded(invalid{}, bit) == registers{0x0038});
    CHECK(is_refused(decimal{7, 0}, bit));
}

TEST_CASE("registers that are too few are refused") {
    registers one(1);
    CHECK(encode_registers(decimal{1, 0}, {register_kind::uint32}, one).error() ==
          error{errc::buffer_too_small, layer::modbus, 2});
    CHECK(encode_registers(text("a"), {register_type::make_text(2).value()}, one).error() ==
          error{errc::buffer_too_small, layer::modbus, 2});
}

TEST_CASE("every value that is read is written as the same registers") {
    std::mt19937 random{4711};
    std::uniform_int_distribution<unsigned> word{0, 0xFFFF};
    const std::vector<register_type> types{
        register_kind::int16,   register_kind::uint16,  register_kind::int32,
        register_kind::uint32,  register_kind::int64,   register_kind::uint64,
        register_kind::float32, register_kind::float64, register_kind::bits};
    const std::vector<std::pair<decimal, decimal>> scales{
        {{1, 0}, {}}, {{1, -3}, {}}, {{25, -2}, {-40, 0}}, {{-7, 1}, {5, -1}}};
    unsigned numbers = 0;
    for (unsigned round = 0; round < 500; ++round)
        for (const auto& type : types)
            for (const auto order : register_orders_64) {
                const auto& [scale, offset] = scales[round % scales.size()];
                const register_format format{type, order, scale, offset};
                registers read(type.width());
                for (auto& r : read)
                    r = static_cast<std::uint16_t>(round % 3 == 0 ? word(random) % 4 : word(random));
                const auto value = decode_registers(read, format).value();
                if (std::holds_alternative<invalid>(value))
                    continue;
                ++numbers;
                CAPTURE(to_string(type), name(order), read);
                CHECK(encoded(value, format) == read);
            }
    CHECK(numbers > 20000);
}
