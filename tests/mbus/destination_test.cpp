#include <meterlink/mbus/destination.hpp>

#include "support/catch.hpp"

using namespace meterlink::mbus;

TEST_CASE("a destination is an address or a selection behind address 253", "[destination]") {
    constexpr destination by_address{primary_address{7}};
    CHECK(by_address.address() == 7);
    CHECK_FALSE(by_address.selection());
    CHECK(by_address.is_answered());

    const secondary_address mask{0x12345678};
    const destination by_mask{mask};
    CHECK(by_mask.address() == primary_address::selected);
    REQUIRE(by_mask.selection());
    CHECK(by_mask.selection()->address() == mask);

    const auto enhanced = selection::enhanced(mask, 0x87654321);
    CHECK(destination{enhanced}.selection() == enhanced);
    CHECK_FALSE(destination{enhanced} == by_mask);
    CHECK_FALSE(destination{primary_address::broadcast}.is_answered());
}
