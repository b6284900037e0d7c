#include <meterlink/tpl/compact_frame.hpp>

#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::tpl;

namespace {

const auto full = "02 02 D2 04 02 15 2E 16 02 2A 34 23"_octets;
const auto compact = "31 3B 42 A6 D2 04 2E 16 34 23"_octets;

} // namespace

TEST_CASE("a compact frame has two checks and data") {
    const auto view = compact_frame_view::parse(compact);
    REQUIRE(view);
    CHECK(view->signature == 0x3B31);
    CHECK(view->full_frame_crc == 0xA642);
    CHECK(view->data.size() == 6);
    CHECK(view->data.data() == compact.data() + 4);
}

TEST_CASE("a compact frame without room for its checks is truncated") {
    for (std::size_t size = 0; size < 4; ++size)
        CHECK(compact_frame_view::parse(bytes_view{compact}.first(size)).error() ==
              tpl_error(errc::truncated, size));
    CHECK(compact_frame_view::parse(bytes_view{compact}.first(4))->data.empty());
}

TEST_CASE("the compact frame of records is the standard's") {
    const auto made = compact_frame::of(apl::record_range{full});
    REQUIRE(made);
    CHECK(to_bytes(*made) == compact);
    CHECK(compact_frame::from(compact_frame_view::parse(compact).value()) == *made);
    std::vector<std::uint8_t> small(compact.size() - 1);
    CHECK(made->emit(small).error().code == errc::buffer_too_small);
}

TEST_CASE("bad records have no compact frame") {
    CHECK(compact_frame::of(apl::record_range{bytes_view{full}.first(5)}).error() ==
          apl_error(errc::truncated, 5));
}
