#include <meterlink/version.hpp>

#include <string>

#include "support/catch.hpp"

TEST_CASE("the version as text is made of its three numbers") {
    using namespace meterlink;
    CHECK(version_string == std::to_string(version_major) + "." + std::to_string(version_minor) + "." +
                                std::to_string(version_patch));
}
