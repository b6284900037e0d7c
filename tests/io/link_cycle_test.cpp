#include <meterlink/io/detail/link_cycle.hpp>

#include <chrono>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::io;
using namespace meterlink::io::detail;
using namespace std::chrono_literals;

namespace {

driver_options options() {
    driver_options out;
    out.retry = retry_times{100ms, 400ms};
    out.idle_timeout = 5s;
    out.seed = 1;
    return out;
}

} // namespace

TEST_CASE("a lost link waits ever longer until the peer is heard", "[link_cycle]") {
    link_cycle link{options()};
    const instant now{1h};
    link.open();
    const auto lost = [&] {
        link.close();
        const auto after = link.retry(link_loss::connect_failed, now);
        REQUIRE(after);
        CHECK(link.is(link_state::waiting));
        CHECK(link.retry_at() == now + *after);
        return *after;
    };
    CHECK(lost() <= 100ms);
    const auto second = lost();
    CHECK(second > 100ms);
    CHECK(second <= 200ms);
    link.connected(now);
    link.heard(now + 5s);
    CHECK(lost() <= 100ms);
    link.close();
    CHECK_FALSE(link.retry_at());
    CHECK(link.state() == link_state::closed);
}

TEST_CASE("a peer that speaks and hangs up at once is left alone ever longer", "[link_cycle]") {
    link_cycle link{options()};
    const instant now{1h};
    session_clock::duration last{};
    for (const auto least : {50ms, 100ms, 200ms}) {
        link.open();
        link.connected(now);
        link.heard(now + 1ms);
        link.close();
        const auto after = link.retry(link_loss::closed_by_peer, now + 2ms);
        REQUIRE(after);
        CHECK(*after >= least);
        CHECK(*after > last);
        last = *after;
    }
}

TEST_CASE("a link whose peer hangs up after an answer rests and comes back after its first wait",
          "[link_cycle]") {
    link_cycle link{options()};
    const instant now{1h};
    for (int i = 0; i < 5; ++i) {
        link.open();
        link.connected(now);
        link.sent(now);
        link.heard(now + 1ms);
        link.close();
        const auto after = link.retry(link_loss::closed_by_peer, now + 2ms);
        REQUIRE(after);
        CHECK(*after <= 100ms);
        CHECK(link.is(link_state::resting));
        CHECK(link.retry_at() == now + 2ms + *after);
    }
    link.open();
    CHECK_FALSE(link.retry_at());
}

TEST_CASE("an echo is no answer and a link that fails does not rest", "[link_cycle]") {
    const instant now{1h};
    const auto state_after = [&](link_loss why, instant when, auto... steps) {
        link_cycle link{options()};
        link.open();
        link.connected(now);
        (steps(link), ...);
        link.close();
        CHECK(link.retry(why, when));
        return link.state();
    };
    const auto sent = [&](link_cycle& link) { link.sent(now); };
    const auto echoed = [&](link_cycle& link) { link.echoed(now); };
    const auto heard = [&](link_cycle& link) { link.heard(now); };
    CHECK(state_after(link_loss::closed_by_peer, now, sent, echoed) == link_state::waiting);
    CHECK(state_after(link_loss::closed_by_peer, now, sent) == link_state::waiting);
    CHECK(state_after(link_loss::closed_by_peer, now, heard) == link_state::waiting);
    CHECK(state_after(link_loss::failed, now, sent, heard) == link_state::waiting);
    CHECK(state_after(link_loss::given_up, now, sent, heard) == link_state::waiting);
    CHECK(state_after(link_loss::closed_by_peer, now, sent, heard) == link_state::resting);
    // One that was quiet is closed by many devices after some time.
    CHECK(state_after(link_loss::closed_by_peer, now + 4999ms) == link_state::waiting);
    CHECK(state_after(link_loss::closed_by_peer, now + 5s) == link_state::resting);
}

TEST_CASE("a link on which nothing moves rests and is not tried again", "[link_cycle]") {
    link_cycle link{options()};
    CHECK_FALSE(link.idle_at());
    const instant now{1h};
    link.open();
    CHECK_FALSE(link.idle_at());
    link.connected(now);
    CHECK(link.idle_at() == now + 5s);
    link.sent(now + 1s);
    CHECK(link.idle_at() == now + 6s);
    link.heard(now + 2s);
    CHECK(link.idle_at() == now + 7s);
    link.close();
    CHECK_FALSE(link.retry(link_loss::idle, now + 7s));
    CHECK(link.is(link_state::resting));
    CHECK_FALSE(link.idle_at());
}

TEST_CASE("a link that is not to be tried again stays closed", "[link_cycle]") {
    auto how = options();
    how.retry.reset();
    link_cycle link{how};
    link.open();
    link.connected(instant{});
    link.close();
    CHECK_FALSE(link.retry(link_loss::closed_by_peer, instant{}));
    CHECK(link.is(link_state::closed));
}

TEST_CASE("handlers of an older connection are told by its generation", "[link_cycle]") {
    link_cycle link{options()};
    link.open();
    const auto first = link.generation();
    link.drop();
    CHECK(link.generation() != first);
    const auto dropped = link.generation();
    link.open();
    CHECK(link.generation() != dropped);
}
