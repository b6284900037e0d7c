#include <meterlink/apl/dib.hpp>

#include <cstdint>
#include <random>
#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::apl;
using namespace meterlink::test;

namespace {

dib parsed(std::string_view hex) { return parse_dib(from_hex(hex)).value(); }

/// DIF and DIFE as EN 13757-3 builds them, digit by digit: the oracle.
std::vector<std::uint8_t> spelled_out(const dib& d, std::size_t dife_count) {
    const auto extension = [&](std::size_t index) { return index < dife_count ? 0x80U : 0U; };
    auto storage = d.storage;
    auto tariff = d.tariff;
    unsigned subunit = d.subunit;
    std::vector<std::uint8_t> out{static_cast<std::uint8_t>(extension(0) + storage % 2 * 64 +
                                                            static_cast<unsigned>(d.function) * 16 +
                                                            static_cast<unsigned>(d.field))};
    storage /= 2;
    for (std::size_t i = 1; i <= dife_count; ++i) {
        out.push_back(
            static_cast<std::uint8_t>(extension(i) + subunit % 2 * 64 + tariff % 4 * 16 + storage % 16));
        storage /= 16;
        tariff /= 4;
        subunit /= 2;
    }
    return out;
}

} // namespace

TEST_CASE("a DIF alone gives function, data field and the lowest storage bit") {
    CHECK(parsed("0C") == dib{0, 0, 0, data_field::bcd_8, function_field::instantaneous, 0});
    CHECK(parsed("5A") == dib{1, 0, 0, data_field::bcd_4, function_field::maximum, 0});
    CHECK(parsed("64") == dib{1, 0, 0, data_field::integer_32, function_field::minimum, 0});
    CHECK(parsed("37") == dib{0, 0, 0, data_field::integer_64, function_field::error, 0});
    for (unsigned dif = 0; dif < 0x80; ++dif) {
        const std::vector<std::uint8_t> wire{static_cast<std::uint8_t>(dif)};
        const auto d = parse_dib(wire).value();
        CHECK(d.storage == (dif & 0x40U ? 1 : 0));
        CHECK(static_cast<unsigned>(d.function) == (dif >> 4U & 3U));
        CHECK(static_cast<unsigned>(d.field) == (dif & 0x0FU));
        CHECK(d.wire_size() == 1);
        CHECK_FALSE(d.is_register_number());
        CHECK(to_bytes(d) == wire);
    }
}

TEST_CASE("the examples of the standard have their storage, tariff and subunit") {
    // DA 02: maximum, storage 5; 8B 60: subunit 1, tariff 2; 84 04 and 8D 04: storage 8
    CHECK(parsed("DA 02") == dib{5, 0, 0, data_field::bcd_4, function_field::maximum, 1});
    CHECK(parsed("8B 60") == dib{0, 2, 1, data_field::bcd_6, function_field::instantaneous, 1});
    CHECK(parsed("84 04") == dib{8, 0, 0, data_field::integer_32, function_field::instantaneous, 1});
    CHECK(parsed("8D 04") == dib{8, 0, 0, data_field::variable, function_field::instantaneous, 1});
    CHECK(parsed("C4 86 03").storage == 1 + 6 * 2 + 3 * 32);
    CHECK(parsed("84 80 80 40").subunit == 4);
    CHECK(parsed("84 90 20").tariff == 1 + 2 * 4);
}

TEST_CASE("each DIFE adds four storage bits, two tariff bits and one subunit bit") {
    for (std::size_t count = 1; count <= max_dife; ++count) {
        std::vector<std::uint8_t> wire(count + 1, 0x80);
        wire[0] = 0x84;
        wire[count] = 0x01;
        CHECK(parse_dib(wire)->storage == std::uint64_t{1} << (1 + 4 * (count - 1)));
        CHECK(to_bytes(*parse_dib(wire)) == wire);
        wire[count] = 0x10;
        CHECK(parse_dib(wire)->tariff == std::uint32_t{1} << (2 * (count - 1)));
        CHECK(to_bytes(*parse_dib(wire)) == wire);
        wire[count] = 0x40;
        CHECK(parse_dib(wire)->subunit == 1U << (count - 1));
        CHECK(to_bytes(*parse_dib(wire)) == wire);
        CHECK_FALSE(parse_dib(wire)->is_register_number());
    }
}

TEST_CASE("ten full DIFE reach 41 storage bits, 20 tariff bits and 10 subunit bits") {
    const auto wire = "C4 FF FF FF FF FF FF FF FF FF 7F"_octets;
    const auto d = parse_dib(wire).value();
    CHECK(d.storage == 0x1FF'FFFF'FFFF);
    CHECK(d.tariff == 0xF'FFFF);
    CHECK(d.subunit == 0x3FF);
    CHECK(d.wire_size() == 11);
    CHECK(to_bytes(d) == wire);
}

TEST_CASE("a final DIFE 00 marks a register number, also as the eleventh") {
    CHECK(parsed("84 00").is_register_number());
    CHECK(parsed("84 82 00").is_register_number());
    CHECK(parsed("84 82 80 00").is_register_number());
    CHECK_FALSE(parsed("84 02").is_register_number());
    CHECK_FALSE(parsed("84 80 02").is_register_number());
    const auto wire = "C4 FF FF FF FF FF FF FF FF FF FF 00"_octets;
    const auto d = parse_dib(wire).value();
    CHECK(d.is_register_number());
    CHECK(d.storage == 0x1FF'FFFF'FFFF);
    CHECK(d.wire_size() == 12);
    CHECK(to_bytes(d) == wire);
}

TEST_CASE("DIFE that carry nothing are kept, so that the same octets go out again") {
    for (const auto* hex : {"84 00", "84 80 00", "84 80 80 80 00", "84 82 80 00", "C4 80 40"}) {
        const auto wire = from_hex(hex);
        CHECK(to_bytes(parse_dib(wire).value()) == wire);
    }
    CHECK(parsed("84 00") != parsed("04"));
    CHECK(parsed("84 80 00") != parsed("84 00"));
}

TEST_CASE("more than ten DIFE are refused, and their end is found all the same") {
    const auto over = "84 80 80 80 80 80 80 80 80 80 80 01"_octets; // the eleventh is not 00
    CHECK(parse_dib(over).error() == apl_error(errc::dife_count, 11));
    const auto more = "84 80 80 80 80 80 80 80 80 80 80 80 00"_octets; // a twelfth
    CHECK(parse_dib(more).error() == apl_error(errc::dife_count, 11));
    for (const auto& wire : {over, more}) {
        dib d;
        error problem = no_error;
        auto longer = wire;
        longer.push_back(0x13);
        CHECK(apl::detail::read_dib(longer, d, problem) == wire.size());
        CHECK(problem == apl_error(errc::dife_count, 11));
    }
}

TEST_CASE("a DIB cut at any length is truncated there") {
    const auto wire = "C4 FF FF FF FF FF FF FF FF FF FF 00"_octets;
    for (std::size_t size = 0; size < wire.size(); ++size)
        CHECK(parse_dib(bytes_view{wire}.first(size)).error() == apl_error(errc::truncated, size));
}

TEST_CASE("octets behind a DIB are told") {
    CHECK(parse_dib("0C 13"_octets).error() == apl_error(errc::trailing_bytes, 1));
    CHECK(parse_dib("8C 10 13 14"_octets).error() == apl_error(errc::trailing_bytes, 2));
}

TEST_CASE("numbers that ten DIFE cannot carry are not emitted") {
    std::vector<std::uint8_t> out(20);
    const auto refused = apl_error(errc::value_out_of_range, 0);
    CHECK(dib{.storage = std::uint64_t{1} << 41U}.emit(out).error() == refused);
    CHECK(dib{.storage = ~std::uint64_t{0}}.emit(out).error() == refused);
    CHECK(dib{.tariff = 1U << 20U}.emit(out).error() == refused);
    CHECK(dib{.subunit = 1U << 10U}.emit(out).error() == refused);
    CHECK(dib{.dife_count = 12}.emit(out).error() == refused);
    CHECK(dib{.storage = (std::uint64_t{1} << 41U) - 1}.emit(out).value() == 11);
    CHECK(dib{.dife_count = 11}.emit(out).value() == 12);
}

TEST_CASE("a DIB is not emitted without room") {
    const dib d{1000, 5, 3, data_field::bcd_8, function_field::minimum, 0};
    for (std::size_t room = 0; room < d.wire_size(); ++room) {
        std::vector<std::uint8_t> out(room);
        CHECK(d.emit(out).error() == error{errc::buffer_too_small, layer::core, room});
    }
}

TEST_CASE("random DIB are emitted as the standard spells them, and parse to the same") {
    std::mt19937_64 random{13757};
    for (int round = 0; round < 20'000; ++round) {
        const auto bits = [&](unsigned most) { return random() >> 1U >> (63 - random() % (most + 1)); };
        dib d;
        d.storage = bits(41);
        d.tariff = static_cast<std::uint32_t>(bits(20));
        d.subunit = static_cast<std::uint16_t>(bits(10));
        d.field = static_cast<data_field>(random() % 15);
        d.function = static_cast<function_field>(random() % 4);
        d.dife_count = static_cast<std::uint8_t>(random() % 3 == 0 ? random() % 12 : 0);
        const auto wire = to_bytes(d);
        REQUIRE(wire.size() == d.wire_size());
        REQUIRE(wire == spelled_out(d, wire.size() - 1));
        const auto back = parse_dib(wire);
        REQUIRE(back);
        REQUIRE(*back == d);
        REQUIRE(back->is_register_number() == (wire.size() > 1 && wire.back() == 0));
        REQUIRE(to_bytes(*back) == wire);
    }
}

TEST_CASE("functions have stable names") {
    CHECK(name(function_field::instantaneous) == "instantaneous");
    CHECK(name(function_field::maximum) == "maximum");
    CHECK(name(function_field::minimum) == "minimum");
    CHECK(name(function_field::error) == "error");
}
