#include <meterlink/mbus/control_frame.hpp>

#include <array>

#include <meterlink/core/writer.hpp>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;

namespace {

const auto to_9600_baud = "68 03 03 68 53 01 BD 11 16"_octets;

} // namespace

TEST_CASE("a control frame is taken apart and built again") {
    const auto view = control_frame_view::parse(to_9600_baud);
    REQUIRE(view);
    CHECK(view->c() == c_field::snd_ud());
    CHECK(view->address() == primary_address{1});
    CHECK(view->ci() == 0xBD);
    CHECK(view->payload().size() == 1);
    CHECK(view->payload()[0] == 0xBD);
    CHECK(view->wire().size() == 9);
    CHECK(view->as_long_frame().user_data().empty());
    const auto owner = control_frame::from(*view);
    CHECK(owner == control_frame{c_field::snd_ud(), 1, 0xBD});
    CHECK(owner.wire_size() == 9);
    CHECK(to_bytes(owner) == to_9600_baud);
}

TEST_CASE("a control frame cut at any length is truncated there") {
    for (std::size_t size = 0; size < to_9600_baud.size(); ++size)
        CHECK(control_frame_view::parse(bytes_view{to_9600_baud}.first(size)).error() ==
              link_error(errc::truncated, size));
}

TEST_CASE("a control frame has the defects of a long frame") {
    CHECK(control_frame_view::parse("68 03 04 68"_octets).error() ==
          link_error(errc::length_mismatch, 2, 3, 4));
    CHECK(control_frame_view::parse("68 03 03 68 53 01 BD 12 16"_octets).error() ==
          link_error(errc::checksum, 7, 0x11, 0x12));
    CHECK(control_frame_view::parse("68 03 03 68 53 01 BD 11 15"_octets).error() ==
          link_error(errc::stop_byte, 8, 0x16, 0x15));
    CHECK(control_frame_view::parse("68 03 03 68 53 01 BD 11 16 00"_octets).error() ==
          link_error(errc::trailing_bytes, 9, -1, 0));
}

TEST_CASE("a frame with user data is no control frame") {
    const auto reset = "68 04 04 68 53 FE 50 10 B1 16"_octets;
    CHECK(control_frame_view::parse(reset).error() == link_error(errc::length_unexpected, 1, 3, 4));
    CHECK_FALSE(control_frame_view::narrow(*long_frame_view::parse(reset)));
    CHECK(control_frame_view::narrow(*long_frame_view::parse(to_9600_baud)));
}

TEST_CASE("a control frame is not written without room") {
    std::array<std::uint8_t, 8> room{};
    CHECK(control_frame{c_field::snd_ud(), 1, 0xBD}.emit(room).error().code == errc::buffer_too_small);
}
