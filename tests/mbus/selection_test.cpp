#include <meterlink/mbus/selection.hpp>

#include <array>
#include <vector>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;

namespace {

constexpr secondary_address any_12345678{0x12345678, 0xFFFF, 0xFF, 0xFF};
const auto plain = "52 78 56 34 12 FF FF FF FF"_octets;
const auto with_fabrication = "52 78 56 34 12 FF FF FF FF 0C 78 04 03 02 01"_octets;

} // namespace

TEST_CASE("a selection is taken apart and built again") {
    const auto view = selection_view::parse(plain);
    REQUIRE(view);
    CHECK(view->address() == any_12345678);
    CHECK(view->order() == byte_order::least_significant_first);
    CHECK(view->records().empty());
    CHECK_FALSE(view->fabrication_number());
    CHECK(view->wire().size() == plain.size());
    const selection owner{any_12345678};
    CHECK(selection::from(*view) == owner);
    CHECK(owner.wire_size() == plain.size());
    CHECK(to_bytes(owner) == plain);
}

TEST_CASE("an enhanced selection carries the fabrication number") {
    const auto view = selection_view::parse(with_fabrication);
    REQUIRE(view);
    CHECK(view->fabrication_number() == 0x01020304U);
    CHECK(view->records().size() == 6);
    const auto owner = selection::enhanced(any_12345678, 0x01020304);
    CHECK(selection::from(*view) == owner);
    CHECK(owner.fabrication_number() == 0x01020304U);
    CHECK(to_bytes(owner) == with_fabrication);
}

TEST_CASE("the obsolete selection has every number turned round") {
    const auto wire = "56 12 34 56 78 40 24 01 07 0C 78 01 02 03 04"_octets;
    const auto view = selection_view::parse(wire);
    REQUIRE(view);
    CHECK(view->order() == byte_order::most_significant_first);
    CHECK(view->address() == secondary_address{0x12345678, 0x4024, 0x01, 0x07});
    CHECK(view->fabrication_number() == 0x01020304U);
    CHECK(selection::from(*view).ci() == 0x56);
    CHECK(to_bytes(selection::from(*view)) == wire);
}

TEST_CASE("other records are kept as they are") {
    const auto customer = "0C FD 11 78 56 34 12"_octets;
    const auto owner = selection::make(any_12345678, customer, byte_order::least_significant_first);
    REQUIRE(owner);
    CHECK_FALSE(owner->fabrication_number());
    const auto wire = to_bytes(*owner);
    const auto view = selection_view::parse(wire);
    REQUIRE(view);
    CHECK(view->records().size() == customer.size());
    CHECK(selection::from(*view) == *owner);
}

TEST_CASE("a selection cut at any length is refused") {
    for (std::size_t size = 0; size < with_fabrication.size(); ++size) {
        const auto view = selection_view::parse(bytes_view{with_fabrication}.first(size));
        if (size < 9)
            CHECK(view.error() == link_error(errc::truncated, size));
        else if (size > 10)
            CHECK(view.error() == link_error(errc::selection_malformed, 9));
        else
            CHECK(view); // the bare address, or the beginning of an unknown record
    }
}

TEST_CASE("another CI field is no selection") {
    CHECK(selection_view::parse("51 01 7A 08"_octets).error() ==
          link_error(errc::ci_unexpected, 0, 0x52, 0x51));
}

TEST_CASE("a selection longer than a frame is refused") {
    auto wire = plain;
    wire.resize(253, 0x2F);
    CHECK(selection_view::parse(wire));
    CHECK(to_bytes(selection::from(*selection_view::parse(wire))) == wire);
    wire.push_back(0x2F);
    CHECK(selection_view::parse(wire).error() == link_error(errc::trailing_bytes, 253, -1, 0x2F));
    const std::vector<std::uint8_t> records(245);
    CHECK(selection::make(any_12345678, records, byte_order::least_significant_first).error() ==
          link_error(errc::value_out_of_range, 244));
    const auto half = "0C 78 01"_octets;
    CHECK(selection::make(any_12345678, half, byte_order::least_significant_first).error() ==
          link_error(errc::selection_malformed, 9));
}

TEST_CASE("a selection is not written without room") {
    const auto owner = selection::enhanced(any_12345678, 0x01020304);
    for (std::size_t room = 0; room < owner.wire_size(); ++room) {
        std::vector<std::uint8_t> out(room);
        CHECK(owner.emit(out).error().code == errc::buffer_too_small);
    }
}
