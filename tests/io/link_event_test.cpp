#include <meterlink/io/link_event.hpp>

#include <chrono>
#include <system_error>

#include "support/catch.hpp"

using namespace meterlink::io;
using namespace std::chrono_literals;

TEST_CASE("a change of a link is one line that says why") {
    using change = link_event::change;
    CHECK(to_string(link_event{change::connected, {}, {}, {}}) == "connected");
    CHECK(to_string(link_event{change::retrying, {}, {}, 1500ms}) == "retrying in 1500 ms");
    CHECK(to_string(link_event{change::lost, link_loss::closed_by_peer, {}, {}}) ==
          "lost: closed by the peer");
    const auto refused = std::make_error_code(std::errc::connection_refused);
    CHECK(to_string(link_event{change::lost, link_loss::connect_failed, refused, {}}) ==
          "lost: cannot connect (" + refused.message() + ")");
}

TEST_CASE("states and losses of a link have names of their own") {
    CHECK(name(link_state::resting) == "resting");
    CHECK(name(link_state::connected) == "connected");
    CHECK(message(link_loss::idle) == "idle");
    CHECK(message(link_loss::given_up) == "given up");
    CHECK(message(static_cast<link_loss>(99)) == "unknown");
}
