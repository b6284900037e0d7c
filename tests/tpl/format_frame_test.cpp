#include <meterlink/tpl/format_frame.hpp>

#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::tpl;

namespace {

const auto format = "08 31 3B 02 02 02 15 02 2A"_octets;

} // namespace

TEST_CASE("a format frame has a signature and headers") {
    const auto view = format_frame_view::parse(format);
    REQUIRE(view);
    CHECK(view->signature == 0x3B31);
    CHECK(view->headers.size() == 6);
    CHECK(view->headers.data() == format.data() + 3);
    auto filled = format;
    filled.insert(filled.end(), {0x2F, 0x2F});
    CHECK(format_frame_view::parse(filled)->headers.size() == 6);
}

TEST_CASE("a format frame cut anywhere is truncated there") {
    for (std::size_t size = 0; size < format.size(); ++size)
        CHECK(format_frame_view::parse(bytes_view{format}.first(size)).error() ==
              tpl_error(errc::truncated, size));
    CHECK(format_frame_view::parse("00 31 3B"_octets).error() == tpl_error(errc::truncated, 1));
    CHECK(format_frame_view::parse("01 31 3B"_octets).error() == tpl_error(errc::truncated, 2));
}

TEST_CASE("a format frame whose signature is another is refused") {
    for (std::size_t i = 1; i < format.size(); ++i) {
        auto changed = format;
        changed[i] ^= 0x10;
        const auto view = format_frame_view::parse(changed);
        REQUIRE_FALSE(view);
        CHECK(view.error().code == errc::signature_mismatch);
        CHECK(view.error().offset == 1);
        CHECK(view.error().expected != view.error().found);
    }
}

TEST_CASE("a format frame is built as it was parsed") {
    const auto own = format_frame::from(format_frame_view::parse(format).value());
    CHECK(to_bytes(own) == format);
    std::vector<std::uint8_t> small(format.size() - 1);
    CHECK(own.emit(small).error().code == errc::buffer_too_small);
    CHECK(to_bytes(format_frame{}) == "02 FF FF"_octets);
    CHECK(format_frame::from(format_frame_view::parse("02 FF FF"_octets).value()) == format_frame{});
}

TEST_CASE("the longest format frame is built and parsed") {
    const std::vector<std::uint8_t> headers(max_format_size, 0x13);
    const format_frame longest{format_headers::from(headers).value()};
    const auto wire = to_bytes(longest);
    CHECK(wire.size() == 256);
    CHECK(format_frame::from(format_frame_view::parse(wire).value()) == longest);
}
