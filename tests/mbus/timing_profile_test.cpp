#include <meterlink/mbus/timing_profile.hpp>

#include <chrono>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace std::chrono_literals;

TEST_CASE("times on the line follow the bit rate", "[timing]") {
    CHECK(bit_times(33, 300) == 110ms);
    CHECK(idle_time(2400) == 13750us);
    CHECK(wire_time(1, 300) == bit_times(11, 300));
    CHECK(wire_time(261, 2400) == bit_times(2871, 2400));
    CHECK(bit_times(300, 0) == 1s);
}

TEST_CASE("an answer may begin until 330 bit times and 50 ms have passed", "[timing]") {
    for (const auto& [baud, begins] :
         {std::pair{300U, 1150'000us}, {2400U, 187'500us}, {9600U, 84'375us}, {38400U, 58'593us}})
        CHECK(std::chrono::floor<std::chrono::microseconds>(minimum_response_timeout(baud) -
                                                            wire_time(1, baud)) == begins);
}

TEST_CASE("the presets have the values of a search and of a readout", "[timing]") {
    constexpr auto search = timing_profile::search();
    CHECK(search.response_timeout == 1000ms);
    CHECK(search.readout_retries == 1);
    CHECK(search.select_retries == 1);
    CHECK(search.wait_after_initialisation == 10'000ms);
    CHECK(search.collision_recovery == 5000ms);
    CHECK(search.wait_between_communications == 2000ms);
    constexpr auto readout = timing_profile::readout();
    CHECK(readout.response_timeout == 1500ms);
    CHECK(readout.readout_retries == 3);
    CHECK(readout.select_retries == 2);
    CHECK(readout.wait_after_initialisation == 10'000ms);
    CHECK(readout.collision_recovery == 3500ms);
    CHECK(readout.wait_between_communications == 1000ms);
}

TEST_CASE("the standard profile pauses only as the line demands", "[timing]") {
    constexpr auto fast = timing_profile::standard(2400, 200ms);
    CHECK(fast.response_timeout == minimum_response_timeout(2400));
    CHECK(fast.readout_retries == 2);
    CHECK(fast.collision_recovery == idle_time(2400));
    CHECK(fast.wait_between_communications == 0ms);
    CHECK(fast.latency == 200ms);
}

TEST_CASE("a response timeout is never shorter than the bit rate demands", "[timing]") {
    auto profile = timing_profile::search();
    CHECK(profile.effective_response_timeout(2400) == 1000ms);
    CHECK(profile.effective_response_timeout(300) == minimum_response_timeout(300));
    profile.latency = 4s;
    CHECK(profile.effective_response_timeout(2400) == minimum_response_timeout(2400) + 4s);
}

TEST_CASE("the gap that breaks an answer off has its least value and takes the latency", "[timing]") {
    timing_profile profile;
    CHECK(profile.effective_character_gap(2400) == decoder::default_timeout(2400));
    profile.character_gap = 1ms;
    CHECK(profile.effective_character_gap(2400) == idle_time(2400));
    profile.character_gap = 100ms;
    profile.latency = 50ms;
    CHECK(profile.effective_character_gap(2400) == 150ms);
}
