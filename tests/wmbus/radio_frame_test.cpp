#include <meterlink/wmbus/radio_frame.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "chips.hpp"
#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;

namespace {

std::string pairs(std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
        out += "01";
    return out;
}

std::string bits_of(bytes_view octets) { return chips_text(bits_view{octets}); }

error emit_error(bytes_view frame, frame_format format, tuning sent) {
    std::vector<std::uint8_t> out(max_radio_frame_octets);
    return emit_radio_frame(frame, format, sent, out).error();
}

} // namespace

TEST_CASE("the example of mode T1 is sent as the standard prints it") {
    const auto coded =
        "5A 97 1C 9B 25 B4 4E C6 5A 2D C3 4E 58 D5 93 71 C7 13 4E C5 A3 34 B7 0B 69 9B 13 37 26 B1"_octets;
    CHECK(sent_chips(example_c2(), frame_format::a, {mode::t1}) ==
          pairs(19) + "0000111101" + bits_of(coded) + pairs(2));
}

TEST_CASE("the example of mode C1 is sent behind the sync word of its format") {
    CHECK(sent_chips(example_c3(), frame_format::b, {mode::c1}) ==
          pairs(16) + bits_of("54 3D 54 3D"_octets) + bits_of(example_c3()));
    CHECK(sent_chips(example_c2(), frame_format::a, {mode::c1}) ==
          pairs(16) + bits_of("54 3D 54 CD"_octets) + bits_of(example_c2()));
}

TEST_CASE("modes S and N are sent behind their preambles and sync words") {
    const auto s1 = sent_chips(example_c2(), frame_format::a, {mode::s1});
    CHECK(s1.starts_with(pairs(279) + "000111011010010110" + "1010101001010101")); // L is 0F
    CHECK(s1.size() == 558 + 18 + 20 * 16 + 4);
    CHECK(sent_chips(example_c2(), frame_format::a, {mode::s1_m}).size() == 30 + 18 + 20 * 16 + 4);
    CHECK(sent_chips(example_c2(), frame_format::a, {mode::n1}) ==
          pairs(8) + bits_of("F6 8D"_octets) + bits_of(example_c2()));
    CHECK(sent_chips(example_c3(), frame_format::b, {mode::n1}) ==
          pairs(8) + bits_of("F6 72"_octets) + bits_of(example_c3()));
}

TEST_CASE("what a mode does not send is refused") {
    const auto refused = wmbus_error(errc::value_out_of_range, 0);
    CHECK(emit_error(example_c3(), frame_format::b, {mode::t1}) == refused);
    CHECK(emit_error(example_c3(), frame_format::b, {mode::s2}) == refused);
    CHECK(emit_error(example_gas_stripped(), frame_format::stripped, {mode::c1}) == refused);
    CHECK(emit_error(example_c2(), frame_format::a, {mode::t1, direction::other_to_meter}) == refused);
}

TEST_CASE("a frame whose L says something else is not sent") {
    CHECK(emit_error({}, frame_format::a, {mode::t1}) == wmbus_error(errc::truncated, 0));
    CHECK(emit_error(example_c2_stripped(), frame_format::a, {mode::t1}) ==
          wmbus_error(errc::frame_length, 0, -1, 0x0F));
    CHECK(emit_error("05 44 00 00 00 00 00 00"_octets, frame_format::a, {mode::t1}) ==
          wmbus_error(errc::frame_length, 0, -1, 5));
    CHECK(emit_error(example_c2(), frame_format::b, {mode::c1}) ==
          wmbus_error(errc::frame_length, 0, -1, 0x0F));
}

TEST_CASE("a frame is not sent without room and the longest fits what is promised") {
    for (std::size_t room = 0; room < 36; ++room) {
        std::vector<std::uint8_t> out(room);
        CHECK(emit_radio_frame(example_c2(), frame_format::a, {mode::t1}, out).error() ==
              error{errc::buffer_too_small, layer::core, room});
    }
    std::mt19937_64 random{1};
    const auto longest = on_the_air(random_telegram(random, 256), frame_format::a);
    std::vector<std::uint8_t> out(max_radio_frame_octets);
    const auto chips = emit_radio_frame(longest, frame_format::a, {mode::s1}, out);
    REQUIRE(chips);
    CHECK((*chips + 7) / 8 == max_radio_frame_octets);
}
