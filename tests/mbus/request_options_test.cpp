#include <meterlink/mbus/request_options.hpp>

#include "support/catch.hpp"

using namespace meterlink::mbus;

TEST_CASE("a limit of zero telegrams is as many as there are", "[request_options]") {
    CHECK(multi_telegram::off().most() == 1);
    CHECK(multi_telegram::automatic().most() == 0);
    CHECK(multi_telegram::limit(0) == multi_telegram::automatic());
    CHECK(multi_telegram::limit(3).most() == 3);
    CHECK(request_options{}.multi_telegram == multi_telegram::automatic());
}

TEST_CASE("priorities are in order", "[request_options]") {
    CHECK(priority::low < priority::normal);
    CHECK(priority::normal < priority::high);
}
