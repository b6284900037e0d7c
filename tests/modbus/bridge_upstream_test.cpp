#include <meterlink/modbus/bridge_upstream.hpp>

#include <chrono>
#include <utility>

#include "modbus_peer.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;
using namespace std::chrono_literals;

static_assert(session<bridge_upstream>);

TEST_CASE("a connection passes on to its bridge and leaves it at its end") {
    bridge between;
    const instant now{1h};
    upstream_id id{};
    {
        bridge_upstream first{between};
        auto client = std::move(first);
        id = client.id();
        CHECK(between.is_connected(id));
        client.handle_input(framed(framing::tcp, {7, 5, "03 00 07 00 02"_octets}), now);
        CHECK(client.poll_event());
        CHECK_FALSE(client.poll_event());
        const auto asked = between.poll_transmit();
        REQUIRE(asked);
        CHECK(unframed(framing::rtu, *asked).unit == 5);
        const auto reply = "03 04 00 01 00 02"_octets;
        between.handle_input(framed(framing::rtu, {0, 5, reply}), now + 20ms);
        CHECK(std::get<upstream_ready>(*between.poll_event()).which == id);
        const auto out = client.poll_transmit();
        REQUIRE(out);
        CHECK(unframed(framing::tcp, *out) == kept_adu{7, 5, reply});
        CHECK_FALSE(client.wants_close());

        client.handle_link(false, now + 1s);
        CHECK(client.id() != id);
        CHECK_FALSE(between.is_connected(id));
        id = client.id();
        CHECK(between.is_connected(id));
    }
    CHECK_FALSE(between.is_connected(id));
}
