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

        client.set_role("reader");
        client.handle_link(false, now + 1s);
        CHECK(client.id() != id);
        CHECK_FALSE(between.is_connected(id));
        id = client.id();
        CHECK(between.is_connected(id));
    }
    CHECK_FALSE(between.is_connected(id));
}

TEST_CASE("the role of a connection is that of its client and goes with it") {
    bridge_options how;
    how.authorise = [](const access_request& what) { return what.role == "operator"; };
    bridge between{how};
    const instant now{1h};
    const auto writes = framed(framing::tcp, {7, 5, "06 00 01 00 02"_octets});
    bridge_upstream client{between};
    client.set_role("operator");
    client.handle_input(writes, now);
    CHECK(between.poll_transmit());
    client.handle_link(false, now);
    client.handle_link(true, now);
    client.handle_input(writes, now);
    const auto out = client.poll_transmit();
    REQUIRE(out);
    CHECK(unframed(framing::tcp, *out).pdu == "86 01"_octets);
}
