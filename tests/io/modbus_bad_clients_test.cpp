// Clients that ask nonsense, beside one that does not: it does not notice.
#include <meterlink/io/modbus_server.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include "io/modbus_clients.hpp"
#include "io/scripted_peer.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::io;
using namespace meterlink::test;
using namespace meterlink::test::literals;
using namespace std::chrono_literals;

namespace {

/// Says the same again and again: over the same connection after the exception that it is owed, over a new
/// one when it has been closed.
class bad_client {
public:
    bad_client(asio::io_context& context, std::uint16_t port, std::string_view kind, octets says,
               octets exception)
        : kind_{kind}, server_{asio::ip::address_v4::loopback(), port}, says_{std::move(says)},
          exception_{std::move(exception)}, socket_{context} {
        connect();
    }
    bad_client(const bad_client&) = delete;
    bad_client& operator=(const bad_client&) = delete;

    [[nodiscard]] std::string_view kind() const { return kind_; }
    [[nodiscard]] bool is_closed_for_it() const { return exception_.empty(); }
    [[nodiscard]] int right_endings() const { return right_; }
    [[nodiscard]] int wrong_endings() const { return wrong_; }

private:
    void connect() {
        socket_ = asio::ip::tcp::socket{socket_.get_executor()};
        socket_.async_connect(server_, [this](asio::error_code error) {
            if (error)
                ++wrong_;
            else
                speak();
        });
    }

    void speak() {
        got_.clear();
        asio::async_write(socket_, asio::buffer(says_), [](asio::error_code, std::size_t) {});
        listen();
    }

    void listen() {
        socket_.async_read_some(asio::buffer(room_), [this](asio::error_code error, std::size_t count) {
            got_.insert(got_.end(), room_.begin(), room_.begin() + static_cast<std::ptrdiff_t>(count));
            if (error)
                return end(is_closed_for_it() && got_.empty(), true);
            if (got_.size() < exception_.size())
                return listen();
            end(got_ == exception_, false);
        });
    }

    void end(bool is_right, bool is_closed) {
        (is_right ? right_ : wrong_) += 1;
        if (right_ == enough || wrong_ > 0)
            return;
        if (is_closed)
            connect();
        else
            speak();
    }

    static constexpr int enough = 50;

    std::string_view kind_;
    asio::ip::tcp::endpoint server_;
    octets says_;
    octets exception_;
    asio::ip::tcp::socket socket_;
    octets got_;
    std::array<std::uint8_t, 64> room_{};
    int right_ = 0;
    int wrong_ = 0;
};

/// One client of each kind.
void add_bad_clients(std::list<bad_client>& all, asio::io_context& context, std::uint16_t port) {
    const auto add = [&](std::string_view kind, octets says, octets exception = {}) {
        all.emplace_back(context, port, kind, std::move(says), std::move(exception));
    };
    add("quantity 0", "00 07 00 00 00 06 01 03 00 00 00 00"_octets, "00 07 00 00 00 03 01 83 03"_octets);
    add("quantity 126", "00 07 00 00 00 06 01 03 00 00 00 7E"_octets, "00 07 00 00 00 03 01 83 03"_octets);
    add("unknown function", "00 07 00 00 00 02 01 41"_octets, "00 07 00 00 00 03 01 C1 01"_octets);
    add("wrong protocol", "00 07 00 01 00 06 01 03 00 00 00 01"_octets);
    add("length 0", "00 07 00 00 00 00 01 03 00 00 00 01"_octets);
    add("length 300", "00 07 00 00 01 2C 01 03 00 00 00 01"_octets);
    add("half a frame", "00 07 00 00 00 06 01"_octets);
    constexpr std::string_view http = "GET / HTTP/1.1\r\nHost: meter\r\n\r\n";
    add("HTTP", {http.begin(), http.end()});
}

} // namespace

TEST_CASE("a client is answered as quickly beside others that ask nonsense of every kind") {
    using clock = std::chrono::steady_clock;
    asio::io_context context;
    modbus::register_space space;
    REQUIRE(space.unit(1).add({modbus::register_table::holding_registers, 0, 10}));
    for (std::uint16_t i = 0; i < 10; ++i)
        REQUIRE(space.unit(1).set_register({modbus::register_table::holding_registers, i},
                                           std::uint16_t(10 * i)));
    int given_up = 0;
    modbus_server_options how;
    how.most_clients = 64;
    how.session.request_timeout = 100ms;
    how.on_client = [&](const client_event& event) {
        given_up += event.what == client_change::given_up ? 1 : 0;
    };
    modbus_server server{context.get_executor(), endpoint::parse("tcp-listen://127.0.0.1:0").value(), space,
                         how};
    REQUIRE_FALSE(server.start());

    modbus_client_at good{context, "tcp://127.0.0.1:" + std::to_string(server.port()) + "?retry=off"};
    REQUIRE(good.holding_register(1, 0) == 0);
    std::list<bad_client> bad;
    add_bad_clients(bad, context, server.port());

    const auto all_ended = [&] {
        return std::ranges::all_of(
            bad, [](const auto& each) { return each.right_endings() + each.wrong_endings() > 0; });
    };
    clock::duration slowest{};
    const auto begun = clock::now();
    // For as long as the slowest of the bad ones takes, so that its end falls between two answers.
    for (int i = 0; i < 200 || (!all_ended() && clock::now() - begun < 10s); ++i) {
        const auto asked = clock::now();
        REQUIRE(good.holding_register(1, std::uint16_t(i % 10)) == 10 * (i % 10));
        slowest = std::max(slowest, clock::now() - asked);
    }
    CHECK(slowest < 250ms);
    CHECK_FALSE(good.was_lost());
    int closed = 0;
    for (const auto& each : bad) {
        INFO(each.kind());
        CHECK(each.right_endings() > 0);
        CHECK(each.wrong_endings() == 0);
        closed += each.is_closed_for_it() ? each.right_endings() : 0;
    }
    CHECK(given_up >= closed);
}
