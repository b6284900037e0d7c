#include <meterlink/mbus/short_frame.hpp>

#include <array>
#include <vector>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;

TEST_CASE("a short frame is taken apart and built again") {
    const auto wire = "10 7B FD 78 16"_octets;
    const auto view = short_frame_view::parse(wire);
    REQUIRE(view);
    CHECK(view->c() == c_field::req_ud2(true));
    CHECK(view->address() == primary_address::selected);
    CHECK(view->wire().size() == 5);
    const auto owner = short_frame::from(*view);
    CHECK(owner == short_frame{c_field::req_ud2(true), 253});
    CHECK(owner.wire_size() == 5);
    CHECK(to_bytes(owner) == wire);
}

TEST_CASE("short frames of the standard are built bit for bit") {
    CHECK(to_bytes(short_frame{c_field::snd_nke(), 1}) == "10 40 01 41 16"_octets);
    CHECK(to_bytes(short_frame{c_field::req_ud2(false), 1}) == "10 5B 01 5C 16"_octets);
    CHECK(to_bytes(short_frame{c_field::req_ud1(false), 5}) == "10 5A 05 5F 16"_octets);
}

TEST_CASE("a short frame cut at any length is truncated there") {
    const auto wire = "10 40 01 41 16"_octets;
    for (std::size_t size = 0; size < wire.size(); ++size)
        CHECK(short_frame_view::parse(bytes_view{wire}.first(size)).error() ==
              link_error(errc::truncated, size));
}

TEST_CASE("every defect of a short frame is named with its place") {
    CHECK(short_frame_view::parse("68 40 01 41 16"_octets).error() ==
          link_error(errc::start_byte, 0, 0x10, 0x68));
    CHECK(short_frame_view::parse("10 40 01 42 16"_octets).error() ==
          link_error(errc::checksum, 3, 0x41, 0x42));
    CHECK(short_frame_view::parse("10 40 01 41 17"_octets).error() ==
          link_error(errc::stop_byte, 4, 0x16, 0x17));
    CHECK(short_frame_view::parse("10 40 01 41 16 E5"_octets).error() ==
          link_error(errc::trailing_bytes, 5, -1, 0xE5));
}

TEST_CASE("a missing stop byte is told before a checksum that cannot be right then") {
    // the address was lost, so everything behind it moved
    CHECK(short_frame_view::parse("10 40 41 16 10"_octets).error() ==
          link_error(errc::stop_byte, 4, 0x16, 0x10));
}

TEST_CASE("any C and A field survive in a short frame") {
    for (unsigned c = 0; c < 256; c += 5)
        for (unsigned a = 0; a < 256; a += 3) {
            const short_frame frame{c_field{static_cast<std::uint8_t>(c)}, static_cast<std::uint8_t>(a)};
            const auto wire = to_bytes(frame);
            const auto view = short_frame_view::parse(wire);
            REQUIRE(view);
            CHECK(short_frame::from(*view) == frame);
        }
}

TEST_CASE("a short frame is not written without room") {
    std::array<std::uint8_t, 4> room{};
    CHECK(short_frame{c_field::snd_nke(), 1}.emit(room).error().code == errc::buffer_too_small);
}
