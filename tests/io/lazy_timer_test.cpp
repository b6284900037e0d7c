#include <meterlink/io/detail/lazy_timer.hpp>

#include <chrono>
#include <vector>

#include <asio/io_context.hpp>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::io::detail;
using namespace std::chrono_literals;

TEST_CASE("a short wait does not lose the alarm of a long one", "[lazy_timer]") {
    asio::io_context context;
    lazy_timer timer{context.get_executor()};
    std::vector<instant> alarms;
    const auto fire = [&] { alarms.push_back(steady_now()); };
    const auto start = steady_now();
    timer.set(start + 60ms, fire);
    timer.set(start + 5ms, fire);
    timer.set(start + 7ms, fire); // there is one before
    context.run();
    REQUIRE(alarms.size() == 2);
    CHECK(alarms[0] >= start + 5ms);
    CHECK(alarms[1] >= start + 60ms);
}

TEST_CASE("ever earlier deadlines are kept with two alarms", "[lazy_timer]") {
    asio::io_context context;
    lazy_timer timer{context.get_executor()};
    std::vector<instant> alarms;
    const auto fire = [&] { alarms.push_back(steady_now()); };
    const auto start = steady_now();
    for (const auto after : {10s, 9s, 8s})
        timer.set(start + after, fire);
    timer.set(start + 2ms, fire);
    CHECK(context.run_one_for(5s) == 1);
    while (alarms.empty() && context.run_one_for(5s) == 1) {
        // the alarms that were overtaken
    }
    REQUIRE(alarms.size() == 1);
    CHECK(alarms[0] >= start + 2ms);
    CHECK(alarms[0] < start + 8s);
}

TEST_CASE("a cancelled timer calls nothing", "[lazy_timer]") {
    asio::io_context context;
    lazy_timer timer{context.get_executor()};
    auto alarms = 0;
    timer.set(steady_now() + 10s, [&] { ++alarms; });
    timer.set(steady_now() + 1ms, [&] { ++alarms; });
    timer.cancel();
    CHECK(context.run() > 0); // ends at once
    CHECK(alarms == 0);
}
