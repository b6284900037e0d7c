#include <meterlink/format/value_text.hpp>

#include <string>

#include "support/catch.hpp"
#include "telegrams.hpp"

using namespace meterlink;
using telegrams::from_hex;

namespace {

std::string value_text(const apl::record_value& value) {
    std::string out;
    format::append_value(out, value);
    return out;
}

struct texts {
    std::string value;
    std::string unit;
    std::string modifiers;
};

texts texts_of(std::string_view hex) {
    const auto octets = from_hex(hex);
    const auto record = apl::record_view::parse(octets).value();
    texts out;
    format::append_value(out.value, record.value());
    format::append_unit(out.unit, record);
    format::append_modifiers(out.modifiers, record);
    return out;
}

} // namespace

TEST_CASE("each kind of value has a text") {
    CHECK(value_text(apl::no_data{}).empty());
    CHECK(value_text(decimal{12565, -3}) == "12.565");
    CHECK(value_text(decimal{-1, 2}) == "-100");
    CHECK(value_text(apl::real{21.536703F, 0}) == "21.536703");
    CHECK(value_text(apl::real{-0.1F, -2}) == "-0.001");
    CHECK(value_text(apl::date{std::int16_t{2008}, std::uint8_t{5}, std::uint8_t{31}}) == "2008-05-31");
    CHECK(value_text(apl::date{}) == "XXXX-XX-XX");
    CHECK(value_text(apl::time_of_day{std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}}) == "01:02:03");
    CHECK(value_text(apl::time_of_day{std::uint8_t{1}, {}, {}, false}) == "01:XX");
    CHECK(value_text(apl::bit_flags{0}) == "0x0");
    CHECK(value_text(apl::bit_flags{0x40}) == "0x40");
    CHECK(value_text(apl::bit_flags{0xFFFF'FFFF'FFFF'FFFF}) == "0xFFFFFFFFFFFFFFFF");
    CHECK(value_text(apl::invalid{apl::invalid_reason::not_a_number}) == "(not a number)");
    const auto octets = from_hex("00 C4 0A 5C");
    CHECK(value_text(apl::opaque{octets}) == "00C40A5C");
    CHECK(value_text(apl::text{octets}) == "\\\\x0A\xC3\x84");
}

TEST_CASE("the exponent of a real may leave the range of a decimal") {
    CHECK(value_text(apl::real{1.401298464e-45F, -128}) == "1e-173");
    CHECK(value_text(apl::real{-3.4028235e38F, 127}) == "-34028235e158");
    CHECK(value_text(apl::real{0.0F, 127}) == "0");
    CHECK(value_text(apl::real{-0.0F, -3}) == "0");
}

TEST_CASE("unit and modifiers of a record") {
    const auto volume = texts_of("03 13 153100");
    CHECK(volume.value == "12.565");
    CHECK(volume.unit == "m3");
    CHECK(volume.modifiers.empty());

    const auto several = texts_of("02 93 A2 FC 81 3B 0100");
    CHECK(several.unit == "m3/h");
    CHECK(several.modifiers == "per_hour, at_phase_l1, positive_contributions");

    CHECK(texts_of("02 7C 03 43 0A B0 1122").unit == "\xC2\xB0\\x0A"
                                                     "C");
    CHECK(texts_of("0C FC A2 73 04 6C616769 26084275").unit == "igal/h");
}

TEST_CASE("a VIFE that makes a date, a count or a duration of the value brings its own unit") {
    CHECK(texts_of("02 93 A2 49 0500").unit.empty());
    CHECK(texts_of("02 93 A2 52 0500").unit == "h");
    CHECK(texts_of("02 93 A2 42 FE04").value == "2007-04-30");
    CHECK(texts_of("02 93 A2 42 FE04").unit.empty());
}

TEST_CASE("modifiers are separated as asked, and text before them stays") {
    const auto octets = from_hex("02 93 BB 3E 0100");
    const auto record = apl::record_view::parse(octets).value();
    std::string out = "volume ";
    format::append_modifiers(out, record, " ");
    CHECK(out == "volume positive_contributions at_base_conditions");
}
