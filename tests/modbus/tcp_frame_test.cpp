#include <meterlink/modbus/tcp_frame.hpp>

#include <array>

#include "modbus/frame_cases.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

TEST_CASE("a TCP frame is taken apart") {
    const auto wire = "12 34 00 00 00 06 01 03 00 6B 00 03"_octets;
    const auto frame = tcp_frame_view::parse(wire);
    REQUIRE(frame);
    CHECK(frame->transaction() == 0x1234);
    CHECK(frame->unit() == 1);
    CHECK(std::vector(frame->pdu().begin(), frame->pdu().end()) == "03 00 6B 00 03"_octets);
    CHECK(frame->wire().size() == 12);
    CHECK(to_bytes(tcp_frame::from(*frame)) == wire);
}

TEST_CASE("a TCP frame is built from its parts") {
    const auto made = tcp_frame::make(0x0001, 0xFF, "03 06 02 2B 00 00 00 64"_octets);
    REQUIRE(made);
    CHECK(made->wire_size() == 15);
    CHECK(to_bytes(*made) == "00 01 00 00 00 09 FF 03 06 02 2B 00 00 00 64"_octets);
    std::array<std::uint8_t, 14> small{};
    CHECK(made->emit(small).error() == modbus_error(errc::buffer_too_small, 14));
    CHECK(tcp_frame::make(1, 1, {}).error() == modbus_error(errc::pdu_length, 0, 1, 0));
    CHECK(tcp_frame::make(1, 1, pdu_of(254)).error() == modbus_error(errc::pdu_length, 253, 253, 254));
}

TEST_CASE("TCP frames of every length come back equal") {
    for (std::size_t size = 1; size <= 253; ++size) {
        const auto made = tcp_frame::make(7, 2, pdu_of(size)).value();
        const auto wire = to_bytes(made);
        const auto again = tcp_frame_view::parse(wire);
        REQUIRE(again);
        CHECK(tcp_frame::from(*again) == made);
    }
}

TEST_CASE("a TCP frame that is cut off anywhere says where") {
    const auto wire = to_bytes(tcp_frame::make(7, 2, pdu_of(20)).value());
    for (std::size_t size = 0; size < wire.size(); ++size)
        CHECK(tcp_frame_view::parse(bytes_view{wire}.first(size)).error() ==
              modbus_error(errc::truncated, size));
}

TEST_CASE("a header that is none is refused by the field that is wrong") {
    const auto why = [](const std::vector<std::uint8_t>& wire) {
        return tcp_frame_view::parse(wire).error();
    };
    CHECK(why("00 01 00 01 00 03 01 03 00"_octets) == modbus_error(errc::protocol_identifier, 2, 0, 1));
    CHECK(why("00 01 12 00"_octets) == modbus_error(errc::protocol_identifier, 2, 0, 0x1200));
    CHECK(why("00 01 00 00 00 01 01"_octets) == modbus_error(errc::length_field, 4, 2, 1));
    CHECK(why("00 01 00 00 00 00 01"_octets) == modbus_error(errc::length_field, 4, 2, 0));
    CHECK(why("00 01 00 00 00 FF 01"_octets) == modbus_error(errc::length_field, 4, 254, 255));
    CHECK(why("00 01 00 00 FF FF 01"_octets) == modbus_error(errc::length_field, 4, 254, 0xFFFF));
    CHECK(why("00 01 00 00 00 02 01 83 02"_octets) == modbus_error(errc::trailing_bytes, 8, -1, 2));
}
