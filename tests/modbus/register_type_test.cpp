#include <meterlink/modbus/register_type.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::modbus;

namespace {

register_type bits(std::size_t first, std::size_t last, std::size_t registers = 1) {
    return register_type::make_bits(first, last, registers).value();
}

} // namespace

TEST_CASE("a type knows how many registers it takes") {
    CHECK(register_type{register_kind::int16}.width() == 1);
    CHECK(register_type{register_kind::bcd16}.width() == 1);
    CHECK(register_type{register_kind::uint32}.width() == 2);
    CHECK(register_type{register_kind::float32}.width() == 2);
    CHECK(register_type{register_kind::bcd32}.width() == 2);
    CHECK(register_type{register_kind::int64}.width() == 4);
    CHECK(register_type{register_kind::float64}.width() == 4);
    CHECK(register_type{register_kind::bcd64}.width() == 4);
    CHECK(register_type::make_text(6)->width() == 6);
    CHECK(bits(0, 31, 2).width() == 2);
}

TEST_CASE("a type knows the bits that it occupies") {
    CHECK(register_type{register_kind::int16}.mask() == 0xFFFF);
    CHECK(register_type{register_kind::float32}.mask() == 0xFFFF'FFFF);
    CHECK(register_type{register_kind::uint64}.mask() == ~std::uint64_t{0});
    CHECK(bits(3, 3).mask() == 0x0008);
    CHECK(bits(3, 5).mask() == 0x0038);
    CHECK(bits(0, 63, 4).mask() == ~std::uint64_t{0});
    CHECK(register_type{register_kind::bits}.mask() == 0xFFFF);
    CHECK(register_type::make_text(4)->mask() == 0);
}

TEST_CASE("impossible texts and bits are refused") {
    const error refused{errc::value_out_of_range, layer::modbus, 0};
    CHECK(register_type::make_text(0).error() == refused);
    CHECK(register_type::make_text(126).error() == refused);
    CHECK(register_type::make_text(125).has_value());
    CHECK(register_type::make_bits(4, 3).error() == refused);
    CHECK(register_type::make_bits(0, 16).error() == refused);
    CHECK(register_type::make_bits(0, 15, 3).error() == refused);
    CHECK(register_type::make_bits(0, 0, 0).error() == refused);
    CHECK(register_type::make_bits(0, 64, 4).error() == refused);
}

TEST_CASE("a type is read as it is spelled") {
    for (const std::string text : {"int16", "uint16", "int32", "uint32", "int64", "uint64", "float32",
                                   "float64", "bcd16", "bcd32", "bcd64", "text:1", "text:6", "text:125",
                                   "bit:0", "bit:15", "bits:3-5", "bit32:17", "bits64:0-39"}) {
        CAPTURE(text);
        const auto type = register_type_from(text);
        REQUIRE(type);
        CHECK(to_string(*type) == text);
    }
    CHECK(register_type_from("bits") == bits(0, 15));
    CHECK(register_type_from("bits:3-5") == bits(3, 5));
    CHECK(register_type_from("bit32:17") == bits(17, 17, 2));
    CHECK(register_type_from("text:6") == register_type::make_text(6).value());
}

TEST_CASE("what spells no type is none") {
    for (const std::string_view text :
         {"",         "int",     "int8",      "float",      "text",     "text:",     "text:0",
          "text:126", "text:6 ", "text:-1",   "bit",        "bit:",     "bit:16",    "bits:5-3",
          "bits:3",   "bits:3-", "bits:3-5x", "bits16:3-5", "bit32:32", "bit:99999", "bits:1-4294967297",
          "uint32 "}) {
        CAPTURE(text);
        CHECK_FALSE(register_type_from(text));
    }
}
