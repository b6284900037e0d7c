#include <meterlink/io/direct_link.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <asio/error.hpp>

#include <meterlink/modbus/client.hpp>
#include <meterlink/modbus/read_holding_registers.hpp>

#include "io/connected_pair.hpp"
#include "io/request_session.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::io;
using namespace meterlink::test;
using namespace std::chrono_literals;

namespace {

using octets = std::vector<std::uint8_t>;

const octets answer{0x68, 1, 2, 3};

/// A link to `pair` on which an answer of four octets is waited for.
direct_link<request_session> asked(connected_pair& pair, request_session peer = request_session{}) {
    direct_link line{direct_socket{pair.release()}, std::move(peer)};
    line.command([](auto& session, instant now) { session.ask({0x10, 0x20}, answer.size(), now); });
    return line;
}

/// Gives back what it gets, and may wish the end of its connection.
class echo_session {
public:
    void handle_input(bytes_view input, instant) {
        waiting_.insert(waiting_.end(), input.begin(), input.end());
        heard_ += input.size();
    }
    void handle_timeout(instant) {}
    std::optional<bytes_view> poll_transmit() {
        if (waiting_.empty())
            return std::nullopt;
        given_.swap(waiting_);
        waiting_.clear();
        return given_;
    }
    std::optional<instant> poll_timeout() const { return std::nullopt; }
    /// How much came since the last one.
    std::optional<std::size_t> poll_event() {
        return heard_ == 0 ? std::nullopt : std::optional{std::exchange(heard_, 0U)};
    }
    void wish_close() { wants_close_ = true; }
    bool wants_close() const { return wants_close_; }

private:
    octets waiting_;
    octets given_;
    std::size_t heard_ = 0;
    bool wants_close_ = false;
};

} // namespace

TEST_CASE("a direct link asks and gets its answer") {
    connected_pair pair;
    auto line = asked(pair);
    CHECK(line.peer().ups == 1);
    pair.send(answer);
    const auto event = line.wait_event(5s);
    REQUIRE(event);
    CHECK(event->answer == answer);
    CHECK(pair.receive(2) == octets{0x10, 0x20});
    CHECK_FALSE(line.wait_event(0s));
    CHECK(line.is_open());
}

TEST_CASE("an answer may come octet by octet") {
    connected_pair pair;
    auto line = asked(pair);
    std::thread peer{[&] {
        static_cast<void>(pair.receive(2));
        for (const auto octet : answer) {
            pair.send({octet});
            std::this_thread::sleep_for(2ms);
        }
    }};
    const auto event = line.wait_event(5s);
    peer.join();
    REQUIRE(event);
    CHECK(event->answer == answer);
}

TEST_CASE("all that is to be sent goes in one piece") {
    connected_pair pair;
    modbus::client_options how;
    how.window = 16;
    direct_link line{direct_socket{pair.release()}, modbus::client{how}};
    for (std::uint16_t i = 0; i < 16; ++i)
        CHECK(line.command([&](auto& client, instant now) {
            return client.read_holding_registers(1, i, 1, now).has_value();
        }));
    CHECK_FALSE(line.wait_event(0s));
    const auto piece = pair.receive_piece();
    REQUIRE(piece.size() == 16 * 12);

    octets answers;
    for (std::uint8_t i = 0; i < 16; ++i)
        answers.insert(answers.end(), {piece[i * 12U], piece[i * 12U + 1], 0, 0, 0, 5, 1, 3, 2, 0, i});
    pair.send(answers);
    for (std::uint16_t i = 0; i < 16; ++i) {
        const auto event = line.wait_event(5s);
        REQUIRE(event);
        const auto* got = std::get_if<modbus::reply>(&*event);
        REQUIRE(got);
        CHECK(modbus::read_holding_registers_response_view::parse(got->response)->registers()[0] == i);
    }
}

TEST_CASE("a connection that ends in the middle of an answer is lost and another one goes on") {
    connected_pair pair;
    auto line = asked(pair, request_session{50ms});
    pair.send({0x68, 1});
    pair.far.shutdown(asio::ip::tcp::socket::shutdown_send);
    CHECK_FALSE(line.wait_event(5s));
    CHECK_FALSE(line.is_open());
    CHECK(line.loss() == link_loss::closed_by_peer);
    CHECK(line.error() == asio::error::eof);
    CHECK(line.peer().downs == 1);
    CHECK_FALSE(line.wait_event(5s)); // at once

    connected_pair another;
    line.open(direct_socket{another.release()});
    CHECK(line.is_open());
    CHECK(line.loss() == link_loss::none);
    CHECK(line.peer().ups == 2);
    const auto silent = line.wait_event(5s); // the first question has nobody left to answer it
    REQUIRE(silent);
    CHECK(silent->answer.size() < answer.size());
    line.command([](auto& session, instant now) { session.ask({0x30}, answer.size(), now); });
    another.send(answer);
    const auto event = line.wait_event(5s);
    REQUIRE(event);
    CHECK(event->answer == answer);
}

TEST_CASE("the deadlines of the session are kept while the peer is silent") {
    connected_pair pair;
    auto line = asked(pair, request_session{40ms, 1});
    const auto began = std::chrono::steady_clock::now();
    CHECK_FALSE(line.wait_event(10ms));
    CHECK(line.is_open());
    const auto event = line.wait_event(5s);
    const auto took = std::chrono::steady_clock::now() - began;
    REQUIRE(event);
    CHECK(event->answer.empty());
    CHECK(event->attempts == 2);
    CHECK(took >= 80ms);
    CHECK(took < 2s);
    CHECK(pair.receive(4) == octets{0x10, 0x20, 0x10, 0x20});
}

TEST_CASE("a session may wish the end of its link") {
    connected_pair pair;
    auto line = asked(pair);
    line.command([](auto& session, instant) { session.wish_reconnect(); });
    CHECK_FALSE(line.wait_event(5s));
    CHECK(line.loss() == link_loss::given_up);
    CHECK_FALSE(line.error());

    connected_pair last;
    direct_link answering{direct_socket{last.release()}, echo_session{}};
    last.send({1, 2, 3});
    CHECK(answering.wait_event(5s) == 3U);
    answering.command([](auto& session, instant) { session.wish_close(); });
    CHECK_FALSE(answering.wait_event(5s));
    CHECK(answering.loss() == link_loss::given_up);
    CHECK(last.receive(3) == octets{1, 2, 3}); // what there was to say has been said
    CHECK(last.receive_piece().empty());
}

TEST_CASE("a direct link serves a connection until its end") {
    connected_pair pair;
    std::size_t heard = 0;
    link_loss why = link_loss::none;
    std::thread server{[&] {
        direct_link line{direct_socket{pair.release()}, echo_session{}};
        why = line.run([&](std::size_t count) { heard += count; });
    }};
    for (std::uint8_t i = 0; i < 10; ++i) {
        pair.send({i, i});
        CHECK(pair.receive(2) == octets{i, i});
    }
    pair.far.close();
    server.join();
    CHECK(heard == 20);
    CHECK(why == link_loss::closed_by_peer);
}

TEST_CASE("a peer that sends before it takes anything holds nobody up") {
    connected_pair pair;
    std::thread server{[&] {
        direct_link line{direct_socket{pair.release()}, echo_session{}};
        line.run([](std::size_t) {});
    }};
    const octets much(8U << 20U, 0x55); // more than both sockets hold
    pair.send(much);
    CHECK(pair.receive(much.size()) == much);
    pair.far.close();
    server.join();
}

TEST_CASE("a direct link that is closed here has not been lost") {
    connected_pair pair;
    auto line = asked(pair);
    line.close();
    CHECK_FALSE(line.is_open());
    CHECK(line.loss() == link_loss::none);
    CHECK(line.peer().downs == 1);
    CHECK_FALSE(line.wait_event(5s));
    CHECK(pair.receive_piece().empty());
}
