#include <meterlink/modbus/register_plausibility.hpp>

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <meterlink/modbus/register_encoding.hpp>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::modbus;

namespace {

using registers = std::vector<std::uint16_t>;

registers encoded(const register_value& value, const register_format& format) {
    registers out(format.type.width());
    REQUIRE(encode_registers(value, format, out));
    return out;
}

std::string spelled(const type_guess& guess) {
    return to_string(guess.type) + " " + std::string{name(guess.order)};
}

std::string first(const registers& read) { return spelled(rank_types(read)[0]); }

std::string listed(const type_ranking& ranking) {
    std::string out;
    for (const auto& guess : ranking)
        out += spelled(guess) + " " + std::to_string(guess.cost) + ", ";
    return out;
}

/// That a value written in a type and order is taken for just that.
void check_found(const register_value& value, register_type type, register_order order) {
    const auto read = encoded(value, {type, order});
    const auto ranking = rank_types(read);
    CAPTURE(read, listed(ranking));
    CHECK(spelled(ranking[0]) == to_string(type) + " " + std::string{name(order)});
    CHECK(ranking[0].is_possible());
    CHECK(decode_registers(read, ranking[0].format()).value() ==
          decode_registers(read, {type, order}).value());
}

} // namespace

TEST_CASE("a real that was measured is found in every order") {
    for (const decimal value : {decimal{2301, -1}, decimal{500, -1}, decimal{4998, -2}, decimal{987, -3},
                                decimal{12345, -2}, decimal{-1273, -1}, decimal{15, 0}})
        for (const auto order : register_orders)
            check_found(value, register_kind::float32, order);
    for (const auto order : register_orders_64)
        check_found(decimal{2301, -1}, register_kind::float64, order);
}

TEST_CASE("a counter is found in both usual orders") {
    for (const std::int64_t value : {1234567, 12345678, 70001, 99999999, 4321})
        for (const auto order : {register_order::abcd, register_order::cdab})
            check_found(decimal{value, 0}, register_kind::uint32, order);
    for (const auto order : {register_order::abcd, register_order::cdab}) {
        check_found(decimal{123456789, 0}, register_kind::uint64, order);
        check_found(decimal{12345678901, 0}, register_kind::uint64, order);
    }
    for (const auto order : {register_order::efghabcd, register_order::cdabghef})
        check_found(decimal{12345678901, 0}, register_kind::uint64, order);
}

TEST_CASE("small negative numbers are signed") {
    CHECK(first({0xFFFB}) == "int16 ABCD");
    CHECK(first({0xFF9C}) == "int16 ABCD");
    CHECK(first({0xFFFF, 0xFFFB}) == "int32 ABCD");
    CHECK(first({0xFFFB, 0xFFFF}) == "int32 CDAB");
    CHECK(first({0xFFFF, 0xFFFF, 0xFFFF, 0xFF00}) == "int64 ABCD");
}

TEST_CASE("a single register is an unsigned number where nothing speaks against it") {
    for (const unsigned value : {1U, 230U, 500U, 2301U, 10000U})
        CHECK(first({static_cast<std::uint16_t>(value)}) == "uint16 ABCD");
}

TEST_CASE("text is found with its octets in either order") {
    for (const std::string_view characters : {"SDM630", "Schneider", "EM340", "ABB B23 112"})
        for (const auto order : {register_order::abcd, register_order::badc}) {
            const auto type = register_type::make_text((characters.size() + 1) / 2 + 1).value();
            check_found(register_text::from(characters).value(), type, order);
        }
    CHECK(first({0x5344, 0x4D36, 0x3330}) == "text:3 ABCD");
}

TEST_CASE("BCD digits are found") {
    CHECK(first({0x0012, 0x3456}) == "bcd32 ABCD");
    CHECK(first({0x3456, 0x0012}) == "bcd32 CDAB");
    CHECK(first({0x0000, 0x0012, 0x3456, 0x7890}) == "bcd64 ABCD");
    CHECK(first({0x1234, 0x5678}) == "bcd32 ABCD");
}

TEST_CASE("each guess says why it stands where it stands") {
    const auto reason_of = [](const registers& read, register_kind kind) {
        for (const auto& guess : rank_types(read))
            if (guess.type.kind() == kind && guess.order == register_order::abcd)
                return guess.reason;
        FAIL("not in the ranking");
        return plausibility_reason::zero;
    };
    using reason = plausibility_reason;
    const registers volts{0x4366, 0x199A};
    CHECK(reason_of(volts, register_kind::float32) == reason::few_digits);
    CHECK(reason_of(volts, register_kind::uint32) == reason::large_integer);
    CHECK(reason_of(volts, register_kind::bcd32) == reason::bcd_digit);
    CHECK(reason_of(volts, register_kind::text) == reason::unprintable);
    CHECK(reason_of({0x4366, 0x1999}, register_kind::float32) == reason::usual_size);
    CHECK(reason_of({0x0012, 0x3456}, register_kind::float32) == reason::unusual_size);
    CHECK(reason_of({0x0012, 0x3456}, register_kind::uint32) == reason::small_integer);
    CHECK(reason_of({0x0012, 0x3456}, register_kind::bcd32) == reason::decimal_digits);
    CHECK(reason_of({0x7F80, 0x0000}, register_kind::float32) == reason::not_a_number);
    CHECK(reason_of({0x7FC0, 0x0000}, register_kind::float32) == reason::no_value);
    CHECK(reason_of({0x8000}, register_kind::int16) == reason::no_value);
    CHECK(reason_of({0xFFFF}, register_kind::uint16) == reason::no_value);
    CHECK(reason_of({0xFFFF}, register_kind::bcd16) == reason::no_value);
    CHECK(reason_of({0x0000}, register_kind::uint16) == reason::zero);
    CHECK(reason_of({0x5344, 0x4D36, 0x3330}, register_kind::text) == reason::printable_text);
    CHECK(message(reason::few_digits) == "a real of usual size with few digits");
    CHECK(message(reason::unprintable) == "a character is not printable");
}

TEST_CASE("what is not possible stands last") {
    std::mt19937 random{3};
    for (unsigned round = 0; round < 500; ++round) {
        registers read(1 + random() % 6);
        for (auto& r : read)
            r = static_cast<std::uint16_t>(random());
        const auto ranking = rank_types(read);
        CHECK(ranking.size() == (read.size() >= 4 ? 56U : read.size() >= 2 ? 24U : 8U));
        for (std::size_t i = 1; i < ranking.size(); ++i) {
            CHECK(ranking[i - 1].is_possible() >= ranking[i].is_possible());
            if (ranking[i - 1].is_possible() == ranking[i].is_possible())
                CHECK(ranking[i - 1].cost <= ranking[i].cost);
        }
    }
    CHECK(rank_types(registers{}).empty());
    CHECK(rank_types(registers(126)).size() == 54); // no text of that length
}

TEST_CASE("a second reading tells a counter from what is read by chance") {
    // 452994399 read once is as good as 528161311 with the registers the other way round
    const registers before{0x1B00, 0x1F5F};
    CHECK(first(before) != "uint32 CDAB");
    const auto later = rank_types(before, registers{0x1B09, 0x1F5F});
    CAPTURE(listed(later));
    CHECK(spelled(later[0]) == "uint32 CDAB");
}

TEST_CASE("a number that goes through zero changes little") {
    const auto ranking = rank_types(registers{0xFFFF}, registers{0x0001});
    CAPTURE(listed(ranking));
    CHECK(spelled(ranking[0]) == "int16 ABCD");
    CHECK(spelled(rank_types(registers{0x0001}, registers{0xFFFD})[0]) == "int16 ABCD");
}

TEST_CASE("two readings of a voltage are a real") {
    const auto ranking = rank_types(registers{0x4366, 0x1F3B}, registers{0x4365, 0xE0A2});
    CAPTURE(listed(ranking));
    CHECK(spelled(ranking[0]) == "float32 ABCD");
}

TEST_CASE("the same text twice is text and another size is no second reading") {
    const registers name{0x5344, 0x4D36, 0x3330};
    CHECK(spelled(rank_types(name, name)[0]) == "text:3 ABCD");
    CHECK(rank_types(name, registers{})[0].cost == rank_types(name)[0].cost);
}

TEST_CASE("the reals of a meter in full precision are mostly found") {
    std::mt19937 random{99};
    std::uniform_real_distribution<float> volts{200.0F, 250.0F};
    unsigned found = 0;
    for (unsigned i = 0; i < 1000; ++i) {
        const auto order = register_orders[i % 2];
        const real value{double{volts(random)}};
        found +=
            first(encoded(value, {register_kind::float32, order})) == "float32 " + std::string{name(order)};
    }
    CHECK(found > 900);
}
