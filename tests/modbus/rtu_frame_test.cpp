#include <meterlink/modbus/rtu_frame.hpp>

#include <array>

#include "modbus/frame_cases.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

TEST_CASE("an RTU frame is taken apart") {
    const auto wire = "01 03 06 02 2B 00 00 00 64 05 7A"_octets;
    const auto frame = rtu_frame_view::parse(wire);
    REQUIRE(frame);
    CHECK(frame->unit() == 1);
    CHECK(std::vector(frame->pdu().begin(), frame->pdu().end()) == "03 06 02 2B 00 00 00 64"_octets);
    CHECK(to_bytes(rtu_frame::from(*frame)) == wire);
}

TEST_CASE("the RTU frames of the specification are built from their parts") {
    const auto built = [](unit_id unit, const std::vector<std::uint8_t>& content) {
        return to_bytes(rtu_frame::make(unit, content).value());
    };
    CHECK(built(1, "03 00 6B 00 03"_octets) == "01 03 00 6B 00 03 74 17"_octets);
    CHECK(built(1, "83 02"_octets) == "01 83 02 C0 F1"_octets);
    CHECK(built(1, "10 00 01 00 02 04 00 0A 01 02"_octets) ==
          "01 10 00 01 00 02 04 00 0A 01 02 92 30"_octets);
    CHECK(built(1, "10 00 01 00 02"_octets) == "01 10 00 01 00 02 10 08"_octets);
    CHECK(built(1, "2B 0E 01 00"_octets) == "01 2B 0E 01 00 70 77"_octets);
    std::array<std::uint8_t, 4> small{};
    CHECK(rtu_frame::make(1, "83 02"_octets)->emit(small).error() == modbus_error(errc::buffer_too_small, 4));
    CHECK(rtu_frame::make(1, {}).error() == modbus_error(errc::pdu_length, 0, 1, 0));
    CHECK(rtu_frame::make(1, pdu_of(254)).error() == modbus_error(errc::pdu_length, 253, 253, 254));
}

TEST_CASE("RTU frames of every length come back equal") {
    for (std::size_t size = 1; size <= 253; ++size) {
        const auto made = rtu_frame::make(2, pdu_of(size)).value();
        const auto wire = to_bytes(made);
        CHECK(wire.size() == made.wire_size());
        const auto again = rtu_frame_view::parse(wire);
        REQUIRE(again);
        CHECK(rtu_frame::from(*again) == made);
    }
}

TEST_CASE("an RTU frame that is cut off anywhere is refused") {
    const auto wire = to_bytes(rtu_frame::make(2, pdu_of(20)).value());
    for (std::size_t size = 0; size < wire.size(); ++size) {
        const auto why = rtu_frame_view::parse(bytes_view{wire}.first(size)).error();
        CHECK(why.code == (size < 4 ? errc::truncated : errc::frame_crc));
        CHECK(why.offset == (size < 4 ? size : size - 2));
    }
}

TEST_CASE("a bit that is wrong and a frame that is too long are told") {
    auto wire = "01 83 02 C0 F1"_octets;
    wire[2] ^= 1;
    const auto why = rtu_frame_view::parse(wire).error();
    CHECK(why.code == errc::frame_crc);
    CHECK(why.offset == 3);
    CHECK(why.found == 0xF1C0);
    const std::vector<std::uint8_t> too_long(257);
    CHECK(rtu_frame_view::parse(too_long).error() == modbus_error(errc::trailing_bytes, 256, -1, 0));
}
