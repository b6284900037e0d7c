#include <meterlink/apl/data_type.hpp>

#include "support/catch.hpp"

using namespace meterlink::apl;

TEST_CASE("an integer is signed unless something says otherwise") {
    STATIC_REQUIRE(data_type{} == data_type::signed_integer);
}
