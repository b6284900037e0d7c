#include <meterlink/mbus/frame_count.hpp>

#include "support/catch.hpp"

using namespace meterlink::mbus;

TEST_CASE("a frame count bit is set behind a reset and toggles for one counter of one address",
          "[frame_count]") {
    frame_count counts;
    CHECK_FALSE(counts.is_known(5));
    counts.reset(5);
    CHECK(counts.is_known(5));
    CHECK(counts.next(5, frame_counter::user_data));
    CHECK(counts.next(5, frame_counter::user_data)); // asking does not toggle
    counts.toggle(5, frame_counter::user_data);
    CHECK_FALSE(counts.next(5, frame_counter::user_data));
    CHECK(counts.next(5, frame_counter::alarm));
    CHECK(counts.next(6, frame_counter::user_data));
    counts.reset(5);
    CHECK(counts.next(5, frame_counter::user_data));
    counts.forget(5);
    CHECK_FALSE(counts.is_known(5));
}

TEST_CASE("what is known by address 254 and by an own address exclude each other", "[frame_count]") {
    frame_count counts;
    counts.reset(5);
    counts.reset(primary_address::selected);
    counts.use(6);
    counts.use(primary_address::selected);
    CHECK(counts.is_known(5));
    counts.use(primary_address::test);
    CHECK_FALSE(counts.is_known(5));
    counts.reset(primary_address::test);
    counts.use(primary_address::test);
    CHECK(counts.is_known(primary_address::test));
    counts.use(5);
    CHECK_FALSE(counts.is_known(primary_address::test));
}

TEST_CASE("a broadcast makes everything unknown", "[frame_count]") {
    frame_count counts;
    counts.reset(5);
    counts.use(primary_address::broadcast);
    CHECK_FALSE(counts.is_known(5));
}
