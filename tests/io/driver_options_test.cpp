#include <meterlink/io/driver_options.hpp>

#include <chrono>

#include "support/catch.hpp"

using namespace meterlink::io;
using namespace std::chrono_literals;

TEST_CASE("a driver keeps its link as the endpoint says") {
    const auto usual = driver_options::from(endpoint::parse("tcp://h:1").value());
    CHECK_FALSE(usual.idle_timeout);
    CHECK(usual.retry == retry_times{500ms, 30s});
    CHECK_FALSE(usual.echo);

    const auto other = driver_options::from(endpoint::parse("tcp://h:1?idle=15s&retry=off&echo=on").value());
    CHECK(other.idle_timeout == 15s);
    CHECK_FALSE(other.retry);
    CHECK(other.echo);
}
