#include <meterlink/apl/value_codec.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "apl/records.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::apl;
using namespace meterlink::test;

namespace {

/// A record with fabrication number (type C), volume in litres (type B) or flags (type D) and little-endian
/// `bits`.
std::vector<std::uint8_t> with_bits(std::uint8_t dif, std::initializer_list<std::uint8_t> vib,
                                    std::uint64_t bits, std::size_t octets) {
    std::vector<std::uint8_t> out{dif};
    out.insert(out.end(), vib);
    for (std::size_t i = 0; i < octets; ++i)
        out.push_back(static_cast<std::uint8_t>(bits >> (8 * i)));
    return out;
}

record_value value_of_octets(const std::vector<std::uint8_t>& octets, record_options options = {}) {
    return record_view::parse(octets, options).value().value();
}

template <class T>
const T* as(const record_value& value) {
    return std::get_if<T>(&value);
}

struct integer_width {
    std::uint8_t dif;
    std::size_t octets;
};

constexpr std::array<integer_width, 6> widths{{{1, 1}, {2, 2}, {3, 3}, {4, 4}, {6, 6}, {7, 8}}};

} // namespace

TEST_CASE("signed integers of every width reach from end to end, and the most negative is no value") {
    for (const auto [dif, octets] : widths) {
        CAPTURE(octets);
        const auto bits = 8 * octets;
        const auto highest = static_cast<std::int64_t>(~std::uint64_t{0} >> (65 - bits));
        const auto value = [&, d = dif, n = octets](std::int64_t raw) {
            return value_of_octets(with_bits(d, {0x13}, static_cast<std::uint64_t>(raw), n));
        };
        CHECK(is_number(value(0), 0, -3));
        CHECK(is_number(value(1), 1, -3));
        CHECK(is_number(value(-1), -1, -3));
        CHECK(is_number(value(highest), highest, -3));
        CHECK(is_number(value(-highest), -highest, -3));
        CHECK(is_invalid(value(-highest - 1), invalid_reason::no_value));
    }
}

TEST_CASE("unsigned integers of every width reach from end to end, and all ones are no value") {
    for (const auto [dif, octets] : widths) {
        CAPTURE(octets);
        const auto all_ones = ~std::uint64_t{0} >> (64 - 8 * octets);
        const auto value = [&, d = dif, n = octets](std::uint64_t raw) {
            return value_of_octets(with_bits(d, {0x78}, raw, n));
        };
        CHECK(is_number(value(0), 0, 0));
        CHECK(is_number(value(all_ones >> 1U), static_cast<std::int64_t>(all_ones >> 1U), 0));
        CHECK(is_invalid(value(all_ones), invalid_reason::no_value));
        if (octets < 8) {
            CHECK(is_number(value((all_ones >> 1U) + 1), static_cast<std::int64_t>((all_ones >> 1U) + 1), 0));
            CHECK(is_number(value(all_ones - 1), static_cast<std::int64_t>(all_ones - 1), 0));
        } else {
            CHECK(is_invalid(value(all_ones - 1), invalid_reason::too_large));
            CHECK(is_invalid(value((all_ones >> 1U) + 1), invalid_reason::too_large));
        }
    }
}

TEST_CASE("flags of every width are bits, also when all are set") {
    for (const auto [dif, octets] : widths) {
        const auto all_ones = ~std::uint64_t{0} >> (64 - 8 * octets);
        for (const std::uint64_t bits :
             {std::uint64_t{0}, std::uint64_t{0x81}, (all_ones >> 1U) + 1, all_ones}) {
            const auto value = value_of_octets(with_bits(dif, {0xFD, 0x17}, bits, octets));
            REQUIRE(as<bit_flags>(value));
            CHECK(as<bit_flags>(value)->bits == bits);
        }
    }
    CHECK(as<bit_flags>(value_of("01 93 FC 12 80"))->bits == 0x80);
    CHECK(is_number(value_of("01 93 FC 11 80"), 128, -3));
}

TEST_CASE("BCD numbers are digits, with F as the sign") {
    CHECK(is_number(value_of("09 13 12"), 12, -3));
    CHECK(is_number(value_of("09 13 F1"), -1, -3));
    CHECK(is_number(value_of("0A 13 34 12"), 1234, -3));
    CHECK(is_number(value_of("0A 13 34 F2"), -234, -3));
    CHECK(is_number(value_of("0B 13 01 00 F0"), -1, -3));
    CHECK(is_number(value_of("0C 13 78 56 34 F2"), -2345678, -3));
    CHECK(is_number(value_of("0C 14 27 04 85 02"), 2850427, -2));
    CHECK(is_number(value_of("0E 13 99 99 99 99 99 99"), 999'999'999'999, -3));
    CHECK(is_number(value_of("0E 13 99 99 99 99 99 F9"), -99'999'999'999, -3));
}

TEST_CASE("BCD without a number says why") {
    for (const auto* hex :
         {"09 13 FF", "0A 13 FF FF", "0B 13 FF FF FF", "0C 13 FF FF FF FF", "0E 13 FF FF FF FF FF FF"})
        CHECK(is_invalid(value_of(hex), invalid_reason::no_value));
    CHECK(is_invalid(value_of("0A 13 00 0A"), invalid_reason::bcd_digit));
    CHECK(is_invalid(value_of("0A 13 0A 00"), invalid_reason::bcd_digit));
    CHECK(is_invalid(value_of("0A 13 FF F1"), invalid_reason::bcd_digit));
    CHECK(is_invalid(value_of("0A 13 34 A2"), invalid_reason::bcd_digit));
    CHECK(is_invalid(value_of("0A 13 34 E2"), invalid_reason::bcd_digit));
}

TEST_CASE("reals keep what the meter sent") {
    const auto number = [](std::string_view hex) {
        const auto value = value_of(hex);
        return as<real>(value) ? *as<real>(value) : real{-999, 0};
    };
    CHECK(number("05 13 00 00 80 3F") == real{1.0F, -3});
    CHECK(number("05 5B 00 00 C8 C1") == real{-25.0F, 0});
    CHECK(number("05 13 00 00 00 00") == real{0.0F, -3});
    const auto minus_zero = number("05 13 00 00 00 80");
    CHECK(minus_zero.significand == 0.0F);
    CHECK(std::signbit(minus_zero.significand));
    CHECK(number("05 13 FF FF 7F 7F").significand == std::numeric_limits<float>::max());
    CHECK(number("05 13 01 00 00 00").significand == std::numeric_limits<float>::denorm_min());
    CHECK(number("05 93 75 00 00 80 3F") == real{1.0F, -4});
    CHECK(number("05 78 00 00 80 3F") == real{1.0F, 0}); // a real is a real, whatever the VIF would have
}

TEST_CASE("reals that are no numbers say why") {
    for (const auto* hex :
         {"05 13 00 00 C0 7F", "05 13 01 00 80 7F", "05 13 FF FF FF FF", "05 13 00 00 C0 FF"})
        CHECK(is_invalid(value_of(hex), invalid_reason::not_a_number));
    CHECK(is_invalid(value_of("05 13 00 00 80 7F"), invalid_reason::infinite));
    CHECK(is_invalid(value_of("05 13 00 00 80 FF"), invalid_reason::infinite));
}

TEST_CASE("records without data have no value") {
    CHECK(as<no_data>(value_of("00 13")));
    CHECK(as<no_data>(value_of("08 13")));
    CHECK(as<no_data>(value_of("08 7E")));
    CHECK(as<no_data>(value_of("0D 13 C0")));
    CHECK(as<no_data>(value_of("0D 13 D0")));
    CHECK(as<no_data>(value_of("0D 13 E0")));
}

TEST_CASE("a record that the meter could not deliver has no value, whatever its data are") {
    CHECK(is_invalid(value_of("0C 93 15 27 04 85 02"), invalid_reason::record_error));
    CHECK(is_invalid(value_of("00 93 15"), invalid_reason::record_error));
    CHECK(is_invalid(value_of("0D 93 18 02 41 42"), invalid_reason::record_error));
    CHECK(is_number(value_of("0C 93 00 27 04 85 02"), 2850427, -3));
    CHECK(is_number(value_of("0C 93 01 27 04 85 02", to_meter), 2850427, -3)); // there it says: add
}

TEST_CASE("multiplicative corrections are folded into the exponent") {
    CHECK(is_number(value_of("02 FC 03 48 52 25 74 D4 11"), 4564, -2)); // 45.64 %RH, text first
    CHECK(is_number(value_of("0C FC A2 73 04 6C 61 67 69 26 08 42 75"), 75420826, -3));
    CHECK(is_number(value_of("04 FB 82 75 CF 0C 00 00"), 3279, 2)); // 327.9 kvarh
    CHECK(is_number(value_of("01 93 7D 05"), 5, 0));
    CHECK(is_number(value_of("01 93 70 05"), 5, -9));
    CHECK(is_number(value_of("01 93 77 05"), 5, -2));
}

TEST_CASE("additive corrections are counted in the unit as it is printed, whatever the resolution") {
    CHECK(holds(value_of("01 93 78 05"), decimal{6, -3})); // 0.005 m3 + 0.001 m3
    CHECK(holds(value_of("01 93 7B 05"), decimal{1005, -3}));
    CHECK(holds(value_of("01 90 78 05"), decimal{1005, -6}));
    CHECK(holds(value_of("01 FB 80 78 05"), decimal{501, 3})); // 0.5 MWh + 0.001 MWh
    CHECK(holds(value_of("01 FB 80 7B 05"), decimal{1500, 3}));
    CHECK(holds(value_of("01 FB 88 79 05"), decimal{51, 7}));      // 0.5 GJ + 0.01 GJ
    CHECK(holds(value_of("01 FB 98 78 01"), decimal{100'001, 0})); // 100 t + 0.001 t
    CHECK(holds(value_of("01 D8 7B F6"), decimal{990, -3}));       // -0.010 degC + 1 degC
    CHECK(holds(value_of("01 93 F4 78 05"), decimal{105, -5}));    // both corrections
    CHECK(is_invalid(value_of("01 93 78 80"), invalid_reason::no_value));
}

TEST_CASE("an additive correction of a real is added in the scale of the real") {
    const auto value = value_of("05 93 78 00 00 80 3F");
    REQUIRE(as<real>(value));
    CHECK(as<real>(value)->to_double() == 0.002);
    const auto energy = value_of("05 FB 80 78 00 00 A0 40"); // 5 * 0.1 MWh + 0.001 MWh
    REQUIRE(as<real>(energy));
    CHECK(as<real>(energy)->to_double() == Approx(501'000));
}

TEST_CASE("heat cost allocator factors count 1/4096, exactly") {
    CHECK(is_number(value_of("02 FB 68 00 10"), 1'000'000'000'000, -12));
    CHECK(holds(value_of("02 FB 68 00 10"), decimal{1, 0}));
    CHECK(holds(value_of("02 FB 6A 01 00"), decimal{244'140'625, -12})); // 1/4096
    CHECK(holds(value_of("02 FB 6B 00 F0"), decimal{-1, 0}));
    CHECK(holds(value_of("02 FB 6C 00 18"), decimal{15, -1}));
    CHECK(holds(value_of("04 FB 6D FF FF FF 7F"), decimal{524'287'999'755'859'375, -12}));
    CHECK(holds(value_of("0C FB 6E 99 99 99 99"), decimal{24'414'062'255'859'375, -12}));
    CHECK(holds(value_of("02 FB E8 77 00 10"), decimal{10, 0}));
    CHECK(is_invalid(value_of("02 FB 68 00 80"), invalid_reason::no_value));
    CHECK(is_invalid(value_of("07 FB 68 FF FF FF FF FF FF FF 7F"), invalid_reason::too_large));
    const auto factor = value_of("05 FB 68 00 00 80 45"); // 4096.0
    REQUIRE(as<real>(factor));
    CHECK(*as<real>(factor) == real{1.0F, 0});
    CHECK(holds(value_of("02 FB 69 00 10"), decimal{4096, 0})); // Kq is in watts
}

TEST_CASE("dates and times have their type from the length of the field") {
    CHECK(holds(value_of("02 6C FE 04"), apl::date{2007, 4, 30}));
    const auto f = value_of("04 6D 32 37 1F 15");
    REQUIRE(as<date_time>(f));
    CHECK(as<date_time>(f)->civil() == civil_date_time{{2008, 5, 31}, {23, 50, 0}});
    const auto i = value_of("06 6D 1E 05 EE 5D 33 0D");
    REQUIRE(as<date_time>(i));
    CHECK(as<date_time>(i)->civil() == civil_date_time{{2026, 3, 29}, {14, 5, 30}});
    CHECK(as<date_time>(i)->weekday == 7);
    CHECK(holds(value_of("03 6D 3B 30 0B"), time_of_day{11, 48, 59, true}));
    const auto tariff = value_of("02 FD 30 FE 04");
    CHECK(holds(tariff, apl::date{2007, 4, 30}));
    CHECK(is_invalid(value_of("04 6D 85 0E 5D 33"), invalid_reason::time_invalid));
    CHECK(is_invalid(value_of("02 6C FF FF"), invalid_reason::no_value));
    CHECK(is_invalid(value_of("02 6C 5F 34"), invalid_reason::date_out_of_range));
}

TEST_CASE("limits, counts, durations and dates that stand for a value have their own type") {
    CHECK(holds(value_of("02 93 43 FE 04"), apl::date{2007, 4, 30}));
    CHECK(as<date_time>(value_of("04 93 6A 32 37 1F 15")));
    CHECK(as<date_time>(value_of("04 93 39 32 37 1F 15")));
    CHECK(is_number(value_of("02 93 50 05 00"), 5, 0));
    CHECK(is_number(value_of("01 FB 80 41 FE"), 254, 0));
    CHECK(is_invalid(value_of("01 93 49 FF"), invalid_reason::no_value));
    CHECK(is_number(value_of("02 DB 48 2C 01"), 300, 0));
    CHECK(is_number(value_of("01 93 F8 50 05"), 5, 0));
}

TEST_CASE("variable text is read last character first") {
    CHECK(text_of("0D FD 11 06 33 32 31 43 42 41") == "ABC123");
    CHECK(text_of("0D 78 00").empty());
    CHECK(text_of("0D 13 02 B5 B0") == "\xB0\xB5");
    CHECK(text_of("0D 78 04 00 00 42 41") == "AB");
    CHECK(text_of("0D 78 02 41 42", msb_first) == "AB");
    std::string longest = "0D 78 BF";
    for (int n = 0; n < 0xBF; ++n)
        longest += " 58";
    CHECK(text_of(longest) == std::string(0xBF, 'X'));
}

TEST_CASE("variable BCD has its sign in LVAR, and up to nine octets") {
    CHECK(is_number(value_of("0D 13 C1 12"), 12, -3));
    CHECK(is_number(value_of("0D 13 D1 12"), -12, -3));
    CHECK(is_number(value_of("0D 13 D1 00"), 0, -3));
    CHECK(is_number(value_of("0D 13 C8 99 99 99 99 99 99 99 99"), 9'999'999'999'999'999, -3));
    CHECK(is_number(value_of("0D 13 C9 99 99 99 99 99 99 99 99 99"), 999'999'999'999'999'999, -3));
    CHECK(is_number(value_of("0D 13 D9 98 76 54 32 10 98 76 54 32"), -325'476'981'032'547'698, -3));
    CHECK(is_invalid(value_of("0D 13 C2 34 F2"), invalid_reason::bcd_digit)); // F is no sign here
    CHECK(is_invalid(value_of("0D 13 D2 34 F2"), invalid_reason::bcd_digit));
    CHECK(is_invalid(value_of("0D 13 C9 FF FF FF FF FF FF FF FF FF"), invalid_reason::no_value));
    CHECK(is_number(value_of("0D 78 C6 12 90 78 56 34 12"), 123'456'789'012, 0));
}

TEST_CASE("variable binary numbers of up to eight octets follow their data type") {
    CHECK(is_number(value_of("0D 13 E1 7F"), 127, -3));
    CHECK(is_number(value_of("0D 13 E1 FF"), -1, -3));
    CHECK(is_number(value_of("0D 13 E5 FE FF FF FF FF"), -2, -3));
    CHECK(is_number(value_of("0D 13 E7 FF FF FF FF FF FF 7F"), 0x7F'FFFF'FFFF'FFFF, -3));
    CHECK(is_number(value_of("0D 13 E8 FF FF FF FF FF FF FF 7F"), std::numeric_limits<std::int64_t>::max(),
                    -3));
    CHECK(is_invalid(value_of("0D 13 E1 80"), invalid_reason::no_value));
    CHECK(
        is_number(value_of("0D 78 E4 01 00 00 80"), 0x80000001, 0)); // a fabrication number is never negative
    CHECK(is_number(value_of("0D 78 E1 FE"), 254, 0));
    CHECK(is_invalid(value_of("0D 78 E1 FF"), invalid_reason::no_value));
    CHECK(is_invalid(value_of("0D 78 E8 00 00 00 00 00 00 00 80"), invalid_reason::too_large));
}

TEST_CASE("variable binary data that are no number stay octets") {
    CHECK(opaque_of("0D 13 E9 01 02 03 04 05 06 07 08 09") == "01 02 03 04 05 06 07 08 09"_octets);
    CHECK(opaque_of("0D 13 F0 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F").size() == 16);
    CHECK(opaque_of("0D 6D E2 01 02") == "01 02"_octets);    // type M
    CHECK(opaque_of("0D FF 20 E2 01 02") == "01 02"_octets); // the manufacturer's
    CHECK(opaque_of("0D 6F E2 01 02") == "01 02"_octets);    // reserved
    CHECK(opaque_of("0D FD 3B 03 01 02 03") == "01 02 03"_octets);
    CHECK(opaque_of("0D FD 73 EB 01 02 03 04 05 06 07 08 09 0A 0B").size() == 11); // type L
    CHECK(opaque_of("0D FD 76 E1 01") == "01"_octets);
}

TEST_CASE("types of unknown layout stay octets in fields of fixed length, too") {
    CHECK(opaque_of("04 FD 72 01 02 03 04") == "01 02 03 04"_octets); // type K
    CHECK(opaque_of("07 FD 19 01 02 03 04 05 06 07 08").size() == 8);
}

TEST_CASE("a compact profile is left to its own decoder") {
    CHECK(opaque_of("8D 04 95 1F 05 69 01 03 02 11") == "69 01 03 02 11"_octets);
    CHECK(opaque_of("8D 04 95 13 E5 69 01 11 02 03") == "69 01 11 02 03"_octets);
    CHECK(is_number(value_of("01 95 1F 05"), 5, -1)); // only variable data can be one
}

TEST_CASE("fields travel the other way round in the obsolete order") {
    CHECK(is_number(value_of("0C 13 02 85 04 27", msb_first), 2850427, -3));
    CHECK(is_number(value_of("02 13 01 02", msb_first), 0x0102, -3));
    CHECK(is_number(value_of("0A 13 F2 34", msb_first), -234, -3));
    CHECK(is_number(value_of("07 13 80 00 00 00 00 00 00 01", msb_first),
                    std::numeric_limits<std::int64_t>::min() + 1, -3));
    CHECK(holds(value_of("02 6C 04 FE", msb_first), apl::date{2007, 4, 30}));
    CHECK(as<real>(value_of("05 13 3F 80 00 00", msb_first))->significand == 1.0F);
    CHECK(is_number(value_of("0D 13 C2 12 34", msb_first), 1234, -3));
    CHECK(opaque_of("0D 13 F0 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F", msb_first)[15] == 0x0F);
    CHECK(opaque_of("04 FD 72 01 02 03 04", msb_first) == "01 02 03 04"_octets);
}

TEST_CASE("a whole secondary address in the place of a number is octets") {
    const std::vector<std::uint8_t> address{0x78, 0x56, 0x34, 0x12, 0x24, 0x40, 0x01, 0x07};
    CHECK(opaque_of("07 79 7856341224400107") == address);
    CHECK(opaque_of("07 7A 7856341224400107") == address);
    CHECK(opaque_of("0D 7A E8 7856341224400107") == address);
    CHECK(opaque_of("07 7A 7856341224400107", msb_first) == address);
    CHECK(is_number(value_of("0C 79 78563412"), 12345678, 0));
    CHECK(is_number(value_of("01 7A 05"), 5, 0));
    CHECK(is_number(value_of("07 78 7856341200000000"), 0x12345678, 0));
}

TEST_CASE("reals in 1/4096 take additive corrections too") {
    const auto value = value_of("05 FB E8 7B 00000045"); // 2048, in 1/4096, and 1 more
    const auto* number = as<real>(value);
    REQUIRE(number != nullptr);
    CHECK(number->significand == 1.5F);
    CHECK(number->exponent10 == 0);
}
