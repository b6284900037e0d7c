#include <meterlink/io/single_client_options.hpp>

#include "support/catch.hpp"

TEST_CASE("the usual refusal names the client that is served") {
    const meterlink::io::single_client_options options;
    CHECK(options.refusal.find("%s") != std::string::npos);
    CHECK_FALSE(options.on_refused);
}
