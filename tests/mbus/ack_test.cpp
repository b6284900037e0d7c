#include <meterlink/mbus/ack.hpp>

#include <array>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;

TEST_CASE("an acknowledgement is the one octet E5") {
    const auto wire = "E5"_octets;
    const auto view = ack_view::parse(wire);
    REQUIRE(view);
    CHECK(view->wire().data() == wire.data());
    CHECK(to_bytes(ack::from(*view)) == wire);
    CHECK(ack{}.wire_size() == 1);
}

TEST_CASE("anything but one E5 is refused as an acknowledgement") {
    CHECK(ack_view::parse({}).error() == link_error(errc::truncated, 0));
    CHECK(ack_view::parse("E4"_octets).error() == link_error(errc::start_byte, 0, 0xE5, 0xE4));
    CHECK(ack_view::parse("E5 E5"_octets).error() == link_error(errc::trailing_bytes, 1, -1, 0xE5));
}

TEST_CASE("an acknowledgement is not written without room") {
    CHECK(ack{}.emit({}).error().code == errc::buffer_too_small);
}
