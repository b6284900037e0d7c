#include <meterlink/apl/invalid_reason.hpp>

#include <array>
#include <string_view>

#include "support/catch.hpp"

using namespace meterlink::apl;

TEST_CASE("the names of invalid reasons are stable") {
    constexpr std::array<std::string_view, 8> names{"no_value",     "bcd_digit",    "not_a_number",
                                                    "infinite",     "time_invalid", "date_out_of_range",
                                                    "record_error", "too_large"};
    for (std::size_t i = 0; i < names.size(); ++i)
        CHECK(name(static_cast<invalid_reason>(i)) == names[i]);
    STATIC_REQUIRE(name(invalid_reason::too_large) == "too_large");
}
