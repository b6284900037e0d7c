#include <meterlink/io/blocking.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

#include <asio/io_context.hpp>

#include "io/request_session.hpp"
#include "io/scripted_peer.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::io;
using namespace meterlink::test;
using namespace meterlink::test::literals;
using namespace std::chrono_literals;

namespace {

const auto request = "10 5B 01 5C 16"_octets;
const auto answer = "68 03 03 68 08 01 72 7B 16"_octets;

endpoint at(std::uint16_t port, const std::string& options = "") {
    return endpoint::parse("tcp://127.0.0.1:" + std::to_string(port) + options).value();
}

} // namespace

TEST_CASE("a script asks and waits for the answer") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    peer.expect(request).reply(answer).expect(request).start();
    std::thread other{[&] { run_until(context, [&] { return peer.done(); }); }};
    {
        blocking_driver line{at(peer.port()), request_session{50ms}};
        CHECK_FALSE(line.wait_connected(10s));
        line.command([](request_session& session, instant now) { session.ask(request, answer.size(), now); });
        const auto outcome = line.wait_session_event(10s);
        REQUIRE(outcome);
        CHECK(outcome->answer == answer);
        CHECK_FALSE(line.wait_event(1ms));

        line.command([](request_session& session, instant now) { session.ask(request, answer.size(), now); });
        const auto silence = line.wait_session_event(10s);
        REQUIRE(silence);
        CHECK(silence->answer.empty());
    }
    other.join();
    CHECK(peer.failure().empty());
}

TEST_CASE("waiting for a line that cannot be had ends with the reason") {
    asio::io_context context;
    asio::ip::tcp::acceptor gone{context, {asio::ip::address_v4::loopback(), 0}};
    const auto port = gone.local_endpoint().port();
    gone.close();
    blocking_driver once{at(port, "?retry=off"), request_session{}};
    CHECK(once.wait_connected(10s) == asio::error::connection_refused);
    CHECK(once.state() == link_state::closed);
    const auto event = once.wait_event(0s);
    REQUIRE(event);
    CHECK(std::get<0>(*event).why == link_loss::connect_failed);
    CHECK_FALSE(once.wait_event(1h)); // nothing is under way, so nothing is waited for

    blocking_driver again{at(port, "?retry=1ms"), request_session{}};
    CHECK(again.wait_connected(30ms) == asio::error::connection_refused);

    const auto device = endpoint::parse("serial:/dev/no_such_device?retry=off").value();
    blocking_driver serial{device, request_session{}};
    CHECK(serial.wait_connected(10s) == std::errc::no_such_file_or_directory);
}
