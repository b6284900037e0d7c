#include <meterlink/modbus/ascii_frame.hpp>

#include <array>
#include <string>

#include "modbus/frame_cases.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

TEST_CASE("an ASCII frame is taken apart") {
    const auto wire = characters(":010306022B0000006465\r\n");
    const auto frame = ascii_frame_view::parse(wire);
    REQUIRE(frame);
    CHECK(frame->unit() == 1);
    CHECK(frame->pdu_size() == 8);
    CHECK(frame->pdu_octet(3) == 0x2B);
    CHECK(frame->pdu() == modbus::pdu::from("03 06 02 2B 00 00 00 64"_octets).value());
    CHECK(to_bytes(ascii_frame::from(*frame)) == wire);
}

TEST_CASE("digits of an ASCII frame are taken in either case and sent in upper case") {
    const auto wire = characters(":0103006b00038e\r\n");
    const auto frame = ascii_frame_view::parse(wire);
    REQUIRE(frame);
    CHECK(to_bytes(ascii_frame::from(*frame)) == characters(":0103006B00038E\r\n"));
}

TEST_CASE("an ASCII frame is built from its parts") {
    const auto made = ascii_frame::make(1, "03 00 6B 00 03"_octets);
    REQUIRE(made);
    CHECK(made->wire_size() == 17);
    CHECK(to_bytes(*made) == characters(":0103006B00038E\r\n"));
    std::array<std::uint8_t, 16> small{};
    CHECK_FALSE(made->emit(small));
    CHECK(ascii_frame::make(1, {}).error() == modbus_error(errc::pdu_length, 0, 1, 0));
    CHECK(ascii_frame::make(1, pdu_of(254)).error() == modbus_error(errc::pdu_length, 253, 253, 254));
    STATIC_REQUIRE(lrc8(std::array<std::uint8_t, 6>{0x01, 0x03, 0x00, 0x6B, 0x00, 0x03}) == 0x8E);
}

TEST_CASE("ASCII frames of every length come back equal") {
    for (std::size_t size = 1; size <= 253; ++size) {
        const auto made = ascii_frame::make(2, pdu_of(size)).value();
        const auto wire = to_bytes(made);
        CHECK(wire.size() == made.wire_size());
        const auto again = ascii_frame_view::parse(wire);
        REQUIRE(again);
        CHECK(ascii_frame::from(*again) == made);
    }
}

TEST_CASE("an ASCII frame that is cut off anywhere says where") {
    const auto wire = to_bytes(ascii_frame::make(2, pdu_of(20)).value());
    for (std::size_t size = 0; size < wire.size(); ++size)
        CHECK(ascii_frame_view::parse(bytes_view{wire}.first(size)).error() ==
              modbus_error(errc::truncated, size));
}

TEST_CASE("what is wrong with an ASCII frame is told by place") {
    const auto why = [](const std::string& text) {
        return ascii_frame_view::parse(characters(text)).error();
    };
    CHECK(why("0103006B00038E\r\n") == modbus_error(errc::start_byte, 0, ':', '0'));
    CHECK(why(":01030x6B00038E\r\n") == modbus_error(errc::hex_digit, 6, -1, 'x'));
    CHECK(why(":0103:") == modbus_error(errc::hex_digit, 5, -1, ':'));
    CHECK(why(":0103006B00038\r\n") == modbus_error(errc::hex_odd_digits, 14));
    CHECK(why(":0103006B00038E\rX") == modbus_error(errc::stop_byte, 16, '\n', 'X'));
    CHECK(why(":0103006B00038F\r\n") == modbus_error(errc::frame_lrc, 13, 0x8E, 0x8F));
    CHECK(why(":01FF\r\n") == modbus_error(errc::pdu_length, 5));
    CHECK(why(":\r\n") == modbus_error(errc::pdu_length, 1));
    CHECK(why(":0103006B00038E\r\n\n") == modbus_error(errc::trailing_bytes, 17, -1, '\n'));
    CHECK(why(":" + std::string(512, '0')) == modbus_error(errc::pdu_length, 511));
}
