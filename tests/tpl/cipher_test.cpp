#include <meterlink/tpl/cipher.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::tpl;

static_assert(key_source<no_keys>);
static_assert(!key_source<int>);

TEST_CASE("a source without keys calls nobody") {
    bool called = false;
    CHECK_FALSE(no_keys{}.for_each(meter_address{}, [&](auto&) { return called = true; }));
    CHECK_FALSE(called);
}

TEST_CASE("octets are compared whole") {
    CHECK(equal_in_constant_time({}, {}));
    CHECK(equal_in_constant_time("01 02 03"_octets, "01 02 03"_octets));
    CHECK_FALSE(equal_in_constant_time("01 02 03"_octets, "01 02 83"_octets));
    CHECK_FALSE(equal_in_constant_time("81 02 03"_octets, "01 02 03"_octets));
    CHECK_FALSE(equal_in_constant_time("01 02"_octets, "01 02 03"_octets));
}
