// Peers that hang up after each answer, as many gateways and devices do: nothing is lost with them.
#include <meterlink/io/driver.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>

#include <meterlink/io/blocking.hpp>
#include <meterlink/io/tcp_client.hpp>

#include "io/background_peer.hpp"
#include "io/modbus_clients.hpp"
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

/// A Modbus device that does with each request what the next letter of its plan says, and with those behind
/// it what the last one says: `a` answers, `c` closes, `b` does both, `d` does both and takes its time
/// between them, `h` closes after half an answer.
class closing_device {
public:
    closing_device(asio::io_context& context, std::string plan)
        : plan_{std::move(plan)}, acceptor_{context, {asio::ip::address_v4::loopback(), 0}} {
        accept();
    }

    [[nodiscard]] std::string where(std::string_view options) const {
        return "tcp://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + std::string{options};
    }
    [[nodiscard]] int connections() const { return connections_; }
    [[nodiscard]] std::size_t requests() const { return requests_; }

private:
    struct connection {
        explicit connection(asio::ip::tcp::socket s) : socket{std::move(s)}, timer{socket.get_executor()} {}
        asio::ip::tcp::socket socket;
        asio::steady_timer timer;
        std::array<std::uint8_t, 12> request{};
        octets reply;
    };
    using held = std::shared_ptr<connection>;

    void accept() {
        acceptor_.async_accept([this](asio::error_code error, asio::ip::tcp::socket socket) {
            if (error)
                return;
            ++connections_;
            read(std::make_shared<connection>(std::move(socket)));
            accept();
        });
    }

    void read(const held& it) {
        asio::async_read(it->socket, asio::buffer(it->request),
                         [this, it](asio::error_code error, std::size_t) {
                             if (!error)
                                 act(it);
                         });
    }

    void act(const held& it) {
        const auto what = plan_[std::min(requests_++, plan_.size() - 1)];
        if (what == 'c')
            return it->socket.close();
        const auto& asked = it->request;
        // The register holds its address.
        it->reply = {asked[0], asked[1], 0, 0, 0, 5, asked[6], 3, 2, asked[8], asked[9]};
        if (what == 'h')
            it->reply.resize(9);
        asio::async_write(it->socket, asio::buffer(it->reply),
                          [this, it, what](asio::error_code, std::size_t) {
                              if (what == 'a')
                                  return read(it);
                              if (what != 'd')
                                  return it->socket.close();
                              it->timer.expires_after(50ms);
                              it->timer.async_wait([it](asio::error_code) { it->socket.close(); });
                          });
    }

    std::string plan_;
    asio::ip::tcp::acceptor acceptor_;
    int connections_ = 0;
    std::size_t requests_ = 0;
};

int times_lost(const modbus_client_at& client) {
    int count = 0;
    for (const auto& each : client.links)
        count += each.what == link_event::change::lost ? 1 : 0;
    return count;
}

/// A wait would be longer than all of a test may take.
constexpr std::string_view patient = "?retry=20s..30s";

} // namespace

TEST_CASE("every read of a device that closes after each answer succeeds without a wait") {
    for (const auto* plan : {"b", "d"}) {
        asio::io_context context;
        closing_device device{context, plan};
        modbus_client_at client{context, device.where(patient)};
        const auto begun = std::chrono::steady_clock::now();
        for (int i = 0; i < 10; ++i) {
            CHECK(client.holding_register(1, std::uint16_t(100 + i)) == 100 + i);
            REQUIRE(run_until(context, [&] { return times_lost(client) == i + 1; }));
            CHECK(client.links.back().what == link_event::change::retrying);
        }
        CHECK(std::chrono::steady_clock::now() - begun < 5s);
        CHECK(device.connections() == 10);
        CHECK(device.requests() == 10);
        for (const auto& each : client.links)
            if (each.what == link_event::change::retrying)
                CHECK(each.after <= 20s); // the waits did not grow
    }
}

TEST_CASE("a request that meets the closing of a connection is made again over the next one at once") {
    asio::io_context context;
    closing_device device{context, "d"};
    modbus_client_at client{context, device.where(patient)};
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 10; ++i)
        CHECK(client.holding_register(1, std::uint16_t(i)) == i);
    CHECK(std::chrono::steady_clock::now() - begun < 10s);
    CHECK(device.connections() == 10);
}

TEST_CASE("a device that closes instead of answering is asked again") {
    asio::io_context context;
    // Over a connection that has answered, as the first of one, twice in a row, and in the middle of an
    // answer.
    closing_device device{context, "acabcaccahbba"};
    modbus_client_at client{context, device.where("?retry=1ms..4ms")};
    for (int i = 0; i < 8; ++i)
        CHECK(client.holding_register(1, std::uint16_t(i)) == i);
    CHECK(device.requests() == 13);
}

TEST_CASE("the link to a device that only closes waits ever longer") {
    asio::io_context context;
    closing_device device{context, "c"};
    modbus_client_at client{context, device.where("?retry=2ms..1h")};
    const auto begun = std::chrono::steady_clock::now();
    client.ask(1, modbus::read_holding_registers_request{1, 1});
    REQUIRE(run_until(context, [&] { return times_lost(client) == 3; }));
    CHECK(std::chrono::steady_clock::now() - begun >= 1ms + 2ms); // half of each wait is certain
    CHECK(client.links.back().after > 4ms);
}

TEST_CASE("a peer that greets and hangs up is not opened again without a wait") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    for (int i = 0; i < 5; ++i)
        peer.reply("48 49"_octets).hang_up();
    peer.start();
    driver_options options;
    options.retry = retry_times{10ms, 10s};
    driver line{tcp_client{context.get_executor(), "127.0.0.1", peer.port()}, request_session{}, options};
    const auto begun = std::chrono::steady_clock::now();
    line.start();
    REQUIRE(run_until(context, [&] { return peer.connections() == 5; }));
    CHECK(std::chrono::steady_clock::now() - begun >= 5ms + 10ms + 20ms + 40ms);
}

TEST_CASE("a link that its peer has closed after an answer comes back by itself for one who listens") {
    asio::io_context context;
    const auto request = "10 5B 01 5C 16"_octets;
    auto peer = scripted_peer::tcp(context);
    peer.expect(request).reply("68 16"_octets).hang_up().reply("E5"_octets).start();
    driver_options options;
    options.retry = retry_times{10ms, 10s};
    driver line{tcp_client{context.get_executor(), "127.0.0.1", peer.port()}, request_session{}, options};
    line.start();
    line.command([&](request_session& session, instant now) { session.ask(request, 2, now); });
    REQUIRE(run_until(context, [&] { return line.state() == link_state::resting; }));
    REQUIRE(run_until(context, [&] { return line.peer().stray == 1; }));
    CHECK(peer.connections() == 2);
}

TEST_CASE("code that waits has every answer of a peer that hangs up after each of them") {
    const auto request = "10 5B 01 5C 16"_octets;
    const auto answer = "68 03 03 68 08 01 72 7B 16"_octets;
    background_peer peer{[&](scripted_peer& script) {
        for (int i = 0; i < 10; ++i)
            script.expect(request).reply(answer).hang_up();
    }};
    blocking_driver line{endpoint::parse(peer.where() + std::string{patient}).value(), request_session{}};
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 10; ++i) {
        line.command(
            [&](request_session& session, instant now) { session.ask(request, answer.size(), now); });
        const auto outcome = line.wait_session_event(10s);
        REQUIRE(outcome);
        CHECK(outcome->answer == answer);
        const auto closed = line.wait_event(10s);
        REQUIRE(closed);
        CHECK(std::get<0>(*closed).why == link_loss::closed_by_peer);
    }
    CHECK(std::chrono::steady_clock::now() - begun < 5s);
}
