#include <meterlink/mbus/master_event.hpp>

#include "support/catch.hpp"

using namespace meterlink::mbus;

TEST_CASE("changes of the line and noise end no request", "[master_event]") {
    constexpr request_id id{7};
    CHECK_FALSE(master_event{id, baud_rate_changed{300}}.is_final());
    CHECK_FALSE(master_event{request_id::none, line_noise{3}}.is_final());
    CHECK(master_event{id, acknowledged{}}.is_final());
    CHECK(master_event{id, deferred{}}.is_final());
    CHECK(master_event{id, no_answer{3, {}, false}}.is_final());
}

TEST_CASE("an outcome is had by its type", "[master_event]") {
    const master_event event{request_id{7}, no_answer{3, {}, false}};
    REQUIRE(event.as<no_answer>() != nullptr);
    CHECK(event.as<no_answer>()->attempts == 3);
    CHECK(event.as<collision>() == nullptr);
}
