#include <meterlink/io/served_client.hpp>

#include "support/catch.hpp"

using namespace meterlink::io;

TEST_CASE("what becomes of a client has a name of its own") {
    CHECK(name(client_change::came) == "came");
    CHECK(name(client_change::left) == "left");
    CHECK(name(client_change::refused) == "refused");
    CHECK(name(client_change::given_up) == "given up");
}
