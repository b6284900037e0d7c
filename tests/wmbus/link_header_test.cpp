#include <meterlink/wmbus/link_header.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;

TEST_CASE("a link header is taken apart and built again") {
    const auto wire = "2E 44 93 15 78 56 34 12 33 03"_octets;
    const auto header = link_header::parse(wire);
    REQUIRE(header);
    CHECK(header->length == 0x2E);
    CHECK(header->c.function() == link_function::snd_nr);
    CHECK(header->sender == tpl::meter_address{{0x1593}, 0x12345678, 0x33, tpl::device_type::gas});
    CHECK(to_bytes(*header) == wire);
}

TEST_CASE("a link header cut at any length is truncated there") {
    const auto wire = "2E 44 93 15 78 56 34 12 33 03"_octets;
    for (std::size_t size = 0; size < wire.size(); ++size)
        CHECK(link_header::parse(bytes_view{wire}.first(size)).error() ==
              error{errc::truncated, layer::wmbus, size});
}

TEST_CASE("a link header needs ten octets of room") {
    std::array<std::uint8_t, 9> room{};
    CHECK(link_header{}.emit(room).error().code == errc::buffer_too_small);
}
