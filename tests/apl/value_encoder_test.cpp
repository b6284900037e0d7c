#include <meterlink/apl/value_encoder.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include <meterlink/apl/value_codec.hpp>

#include "support/catch.hpp"

using namespace meterlink;
using apl::data_field;
using apl::data_type;
using apl::encode_value;
using apl::measurement;
using apl::record_value;

namespace {

using octets = std::vector<std::uint8_t>;

measurement scaled_by(int exponent, data_type type = data_type::signed_integer) {
    measurement m;
    m.quantity = quantity::volume;
    m.unit = unit::cubic_metre;
    m.exponent10 = static_cast<std::int8_t>(exponent);
    m.type = type;
    return m;
}

/// The octets, or nothing when the value was refused for the right reason.
octets encoded(const record_value& value, const measurement& m, data_field field) {
    const auto out = encode_value(value, m, field);
    if (!out) {
        CHECK((out.error().code == errc::value_not_encodable || out.error().code == errc::date_out_of_range));
        return {};
    }
    return *out;
}

} // namespace

TEST_CASE("numbers are brought to the scale of the VIF exactly or not at all") {
    const auto m = scaled_by(-3);
    CHECK(encoded(decimal{12'565, -3}, m, data_field::integer_24) == octets{0x15, 0x31, 0x00});
    CHECK(encoded(decimal{125, -1}, m, data_field::integer_16) == octets{0xD4, 0x30});
    CHECK(encoded(decimal{12'565, -3}, m, data_field::bcd_6) == octets{0x65, 0x25, 0x01});
    CHECK(encoded(decimal{-234, -3}, m, data_field::bcd_4) == octets{0x34, 0xF2});
    CHECK(encoded(decimal{12'565'5, -4}, m, data_field::integer_24).empty());
    CHECK(encoded(decimal{1, 100}, m, data_field::integer_64).empty());
}

TEST_CASE("the code for no value is never used for a number") {
    const auto b = scaled_by(0);
    CHECK(encoded(decimal{-127, 0}, b, data_field::integer_8) == octets{0x81});
    CHECK(encoded(decimal{-128, 0}, b, data_field::integer_8).empty());
    CHECK(encoded(decimal{127, 0}, b, data_field::integer_8) == octets{0x7F});
    CHECK(encoded(decimal{128, 0}, b, data_field::integer_8).empty());
    const auto c = scaled_by(0, data_type::unsigned_integer);
    CHECK(encoded(decimal{254, 0}, c, data_field::integer_8) == octets{0xFE});
    CHECK(encoded(decimal{255, 0}, c, data_field::integer_8).empty());
    CHECK(encoded(decimal{-1, 0}, c, data_field::integer_8).empty());
    const auto most = std::numeric_limits<std::int64_t>::max();
    CHECK(encoded(decimal{most, 0}, b, data_field::integer_64) ==
          octets{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F});
    CHECK(encoded(decimal{most, 0}, c, data_field::integer_64).size() == 8);
    CHECK(encoded(decimal{std::numeric_limits<std::int64_t>::min(), 0}, b, data_field::integer_64).empty());
}

TEST_CASE("no value has a code in each type but real and variable") {
    using apl::invalid;
    using apl::invalid_reason;
    const invalid none{invalid_reason::no_value};
    CHECK(encoded(none, scaled_by(0), data_field::integer_16) == octets{0x00, 0x80});
    CHECK(encoded(none, scaled_by(0, data_type::unsigned_integer), data_field::integer_16) ==
          octets{0xFF, 0xFF});
    CHECK(encoded(none, scaled_by(0, data_type::date), data_field::integer_16) == octets{0xFF, 0xFF});
    CHECK(encoded(none, scaled_by(0), data_field::bcd_4) == octets{0xFF, 0xFF});
    CHECK(encoded(none, scaled_by(0), data_field::real_32).empty());
    CHECK(encoded(none, scaled_by(0), data_field::variable).empty());
    CHECK(encoded(invalid{invalid_reason::not_a_number}, scaled_by(0), data_field::real_32).size() == 4);
    CHECK(encoded(invalid{invalid_reason::bcd_digit}, scaled_by(0), data_field::bcd_4).empty());
}

TEST_CASE("reals keep their bits, and decimals become the nearest real") {
    const auto m = scaled_by(0);
    CHECK(encoded(apl::real{21.536703F, 0}, m, data_field::real_32) == octets{0x2B, 0x4B, 0xAC, 0x41});
    CHECK(encoded(apl::real{1.0F, 1}, m, data_field::real_32).empty());
    CHECK(encoded(decimal{25, -2}, m, data_field::real_32) == octets{0x00, 0x00, 0x80, 0x3E});
    CHECK(encoded(decimal{25, 1}, scaled_by(3), data_field::real_32) == octets{0x00, 0x00, 0x80, 0x3E});
}

TEST_CASE("corrections are taken out again") {
    auto m = scaled_by(5);
    m.prefix10 = 6;
    m.offset_thousandths = 10; // 10^-2 of 10^6
    CHECK(encoded(decimal{310'000, 0}, m, data_field::integer_8) == octets{0x03});
    auto k = scaled_by(0);
    k.counts_4096th = true;
    CHECK(encoded(decimal{25, -2}, k, data_field::integer_16) == octets{0x00, 0x04});
    CHECK(encoded(decimal{1, -1}, k, data_field::integer_16).empty());
}

TEST_CASE("dates take the field of their type") {
    const auto m = scaled_by(0, data_type::date_time);
    const apl::date day{std::int16_t{2007}, std::uint8_t{4}, std::uint8_t{30}};
    CHECK(encoded(day, m, data_field::integer_16) == octets{0xFE, 0x04});
    CHECK(encoded(day, m, data_field::integer_32).empty());
    apl::date_time moment;
    moment.date = {std::int16_t{2008}, std::uint8_t{5}, std::uint8_t{31}};
    moment.time = {std::uint8_t{23}, std::uint8_t{50}, std::nullopt, false};
    CHECK(encoded(moment, m, data_field::integer_32) == octets{0x32, 0x37, 0x1F, 0x15});
    CHECK(encoded(apl::time_of_day{std::uint8_t{11}, std::uint8_t{48}, std::uint8_t{59}}, m,
                  data_field::integer_24) == octets{0x3B, 0x30, 0x0B});
}

TEST_CASE("text travels last character first behind its length") {
    const octets forwards{'W', 'P'};
    const octets backwards{'P', 'W'};
    const auto m = scaled_by(0);
    CHECK(encoded(apl::text{backwards, true}, m, data_field::variable) == octets{0x02, 'P', 'W'});
    CHECK(encoded(apl::text{forwards, false}, m, data_field::variable) == octets{0x02, 'P', 'W'});
    CHECK(encoded(apl::text{backwards, true}, m, data_field::integer_16).empty());
    const octets long_text(0xC0, 'x');
    CHECK(encoded(apl::text{long_text, true}, m, data_field::variable).empty());
}

TEST_CASE("variable integers take the fewest octets") {
    const auto m = scaled_by(0);
    CHECK(encoded(decimal{127, 0}, m, data_field::variable) == octets{0xE1, 0x7F});
    CHECK(encoded(decimal{128, 0}, m, data_field::variable) == octets{0xE2, 0x80, 0x00});
    CHECK(encoded(decimal{-129, 0}, m, data_field::variable) == octets{0xE2, 0x7F, 0xFF});
    CHECK(encoded(decimal{-127, 0}, m, data_field::variable) == octets{0xE1, 0x81});
    CHECK(encoded(decimal{-128, 0}, m, data_field::variable) ==
          octets{0xE2, 0x80, 0xFF}); // E1 80 is no value
    constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
    CHECK(encoded(decimal{lowest + 1, 0}, m, data_field::variable).size() == 9);
    CHECK(encoded(decimal{lowest, 0}, m, data_field::variable).empty());
    const auto unsigned_scale = scaled_by(0, data_type::unsigned_integer);
    CHECK(encoded(decimal{255, 0}, unsigned_scale, data_field::variable) == octets{0xE2, 0xFF, 0x00});
    CHECK(encoded(decimal{-1, 0}, unsigned_scale, data_field::variable).empty());
}

TEST_CASE("a number under a VIB that makes binary octets opaque goes out as digits") {
    auto m = scaled_by(0);
    m.quantity = quantity::manufacturer_specific;
    CHECK(encoded(decimal{0, 0}, m, data_field::variable) == octets{0xC1, 0x00});
    CHECK(encoded(decimal{1234, 0}, m, data_field::variable) == octets{0xC2, 0x34, 0x12});
    CHECK(encoded(decimal{-12345, 0}, m, data_field::variable) == octets{0xD3, 0x45, 0x23, 0x01});
    CHECK(encoded(decimal{999'999'999'999'999'999, 0}, m, data_field::variable).size() == 10);
    CHECK(encoded(decimal{1'000'000'000'000'000'000, 0}, m, data_field::variable).empty());
}

TEST_CASE("flags, opaque octets and nothing fill their field or are refused") {
    const auto m = scaled_by(0, data_type::bit_flags);
    CHECK(encoded(apl::bit_flags{0x1234}, m, data_field::integer_16) == octets{0x34, 0x12});
    CHECK(encoded(apl::bit_flags{0x10000}, m, data_field::integer_16).empty());
    const octets raw{1, 2, 3};
    CHECK(encoded(apl::opaque{raw}, m, data_field::integer_24) == raw);
    CHECK(encoded(apl::opaque{raw}, m, data_field::integer_32).empty());
    // With a binary LVAR, or as a text where the VIB makes that opaque: so they come back as they were.
    CHECK(encoded(apl::opaque{raw}, m, data_field::variable) == octets{0xE3, 1, 2, 3});
    CHECK(encoded(apl::opaque{raw}, scaled_by(0, data_type::opaque), data_field::variable) ==
          octets{3, 1, 2, 3});
    CHECK(encode_value(apl::no_data{}, m, data_field::none)->empty());
    CHECK(encode_value(apl::no_data{}, m, data_field::variable).value() == octets{0xE0});
    CHECK(encoded(apl::no_data{}, m, data_field::integer_8).empty());
}

TEST_CASE("eight octets of an address are octets and never a number") {
    auto m = scaled_by(0, data_type::unsigned_integer);
    m.quantity = quantity::address;
    const octets raw{0x78, 0x56, 0x34, 0x12, 0x24, 0x40, 0x01, 0x07};
    CHECK(encoded(apl::opaque{raw}, m, data_field::integer_64) == raw);
    CHECK(encoded(apl::opaque{raw}, m, data_field::variable).front() == 0xE8);
    CHECK(encoded(decimal{5, 0}, m, data_field::integer_64).empty());
    CHECK(encoded(decimal{5, 0}, m, data_field::integer_8) == octets{5});
    CHECK(encoded(decimal{std::int64_t{1} << 56, 0}, m, data_field::variable).empty());
}

TEST_CASE("reals lose the additive correction that the reader adds again") {
    auto m = scaled_by(-3);
    m.offset_thousandths = 1000;               // 1 m3
    const octets half{0x00, 0x00, 0xFA, 0x43}; // 500 l
    CHECK(encoded(decimal{15, -1}, m, data_field::real_32) == half);
    CHECK(encoded(apl::real{1500, -3}, m, data_field::real_32) == half);
    m.counts_4096th = true;
    m.exponent10 = 0;
    CHECK(encoded(apl::real{1.5F, 0}, m, data_field::real_32) == octets{0x00, 0x00, 0x00, 0x45}); // 2048
    CHECK(encoded(decimal{15, -1}, m, data_field::real_32) == octets{0x00, 0x00, 0x00, 0x45});
}
