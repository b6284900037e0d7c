#include <meterlink/mbus/search_mask.hpp>

#include "support/catch.hpp"

using namespace meterlink::mbus;

TEST_CASE("a mask is asked with the fabrication number where it has one", "[search_mask]") {
    const secondary_address address{0x12345678, 0x4024, 1, 7};
    CHECK(search_mask{address, {}}.selection() == selection{address});
    const auto narrower = search_mask{address, 0x87654321}.selection();
    CHECK(narrower == selection::enhanced(address, 0x87654321));
    CHECK(narrower.fabrication_number() == 0x87654321U);
}

TEST_CASE("a mask without anything set selects everybody", "[search_mask]") {
    CHECK(search_mask{}.address.matches({0x12345678, 0x4024, 1, 7}));
    CHECK_FALSE(search_mask{}.fabrication_number);
}
