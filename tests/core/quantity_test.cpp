#include <meterlink/core/quantity.hpp>

#include <set>
#include <string>

#include "support/catch.hpp"

using namespace meterlink;

namespace {

constexpr auto last = static_cast<unsigned>(quantity::selected_application);

} // namespace

TEST_CASE("every quantity has a name of its own, which finds it again") {
    std::set<std::string> names;
    for (unsigned i = 0; i <= last; ++i) {
        const auto which = static_cast<quantity>(i);
        const std::string text{name(which)};
        CHECK(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos);
        CHECK(quantity_from(text) == which);
        CHECK(names.insert(text).second);
    }
    STATIC_REQUIRE(name(quantity::volume_flow) == "volume_flow");
}

TEST_CASE("what is no quantity is named unknown, and found nowhere") {
    CHECK(name(static_cast<quantity>(last + 1)) == "unknown");
    CHECK(name(static_cast<quantity>(0xFF)) == "unknown");
    CHECK_FALSE(quantity_from(""));
    CHECK_FALSE(quantity_from("Volume"));
    CHECK_FALSE(quantity_from("volume_"));
}
