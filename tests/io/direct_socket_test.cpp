#include <meterlink/io/direct_socket.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/error.hpp>

#include "io/connected_pair.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::io;
using namespace meterlink::test;
using namespace std::chrono_literals;

namespace {

using clock_type = std::chrono::steady_clock;

std::array<std::uint8_t, 64> room;

clock_type::duration time_of_receiving(direct_socket& line, std::optional<std::chrono::nanoseconds> patience,
                                       std::error_code& error) {
    const auto began = clock_type::now();
    while (line.receive(room, patience, error) == 0 && !error && clock_type::now() - began < *patience) {
    }
    return clock_type::now() - began;
}

} // namespace

TEST_CASE("a direct socket sends and receives pieces") {
    connected_pair pair;
    direct_socket line{pair.release()};
    REQUIRE(line.is_open());
    const std::vector<std::uint8_t> question{1, 2, 3};
    std::error_code error;
    CHECK(line.send(question, error) == 3);
    CHECK(pair.receive(3) == question);
    pair.send({4, 5});
    CHECK(line.receive(room, 5s, error) == 2);
    CHECK(room[1] == 5);
    pair.send({6});
    CHECK(line.receive(room, std::nullopt, error) == 1);
    CHECK_FALSE(error);
}

TEST_CASE("receiving waits as long as patience lasts and no longer") {
    connected_pair pair;
    direct_socket line{pair.release()};
    std::error_code error;
    CHECK(line.receive(room, 0ns, error) == 0);
    for (const auto patience : {80ms, 20ms, 60ms, 19ms, 5ms}) {
        const auto took = time_of_receiving(line, patience, error);
        CHECK(took >= patience);
        CHECK(took < patience + 1s); // the machine may be busy
    }
    CHECK_FALSE(error);
}

TEST_CASE("what has come is received without patience") {
    connected_pair pair;
    direct_socket line{pair.release()};
    pair.send({1});
    std::error_code error;
    line.wait_either(5s, error); // can be sent to at once
    REQUIRE(line.receive(room, 5s, error) == 1);
    pair.send({2});
    std::size_t count = 0;
    for (const auto end = clock_type::now() + 5s; count == 0 && clock_type::now() < end;)
        count = line.receive(room, 0ns, error);
    CHECK(count == 1);
    CHECK_FALSE(error);
}

TEST_CASE("the end of a connection is an error and not a signal") {
    connected_pair pair;
    direct_socket line{pair.release()};
    pair.far.close();
    std::error_code error;
    CHECK(line.receive(room, 5s, error) == 0);
    CHECK(error == asio::error::eof);
    const std::vector<std::uint8_t> octets(16);
    error.clear();
    for (const auto end = clock_type::now() + 5s; !error && clock_type::now() < end;)
        static_cast<void>(line.send(octets, error)); // the first one makes the peer say that it has gone
    CHECK((error == asio::error::broken_pipe || error == asio::error::connection_reset));
    line.close();
    CHECK_FALSE(line.is_open());
    error.clear();
    CHECK(line.send(octets, error) == 0);
    CHECK(error == asio::error::bad_descriptor);
}

TEST_CASE("a direct socket connects or says why not") {
    asio::io_context context;
    asio::ip::tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
    const auto port = acceptor.local_endpoint().port();
    std::error_code error = asio::error::eof;
    auto line = direct_socket::connect("127.0.0.1", port, 5s, error);
    CHECK_FALSE(error);
    REQUIRE(line.is_open());
    auto accepted = direct_socket{acceptor.accept().release()};
    const std::vector<std::uint8_t> octets{7};
    REQUIRE(line.send(octets, error) == 1);
    CHECK(accepted.receive(room, 5s, error) == 1);

    acceptor.close();
    line = direct_socket::connect("127.0.0.1", port, 5s, error);
    CHECK(error == asio::error::connection_refused);
    CHECK_FALSE(line.is_open());
}

TEST_CASE("a direct socket that is moved from is closed") {
    connected_pair pair;
    direct_socket line{pair.release()};
    direct_socket other{std::move(line)};
    CHECK(other.is_open());
    {
        const direct_socket last{std::move(other)};
        CHECK(last.is_open());
    }
    CHECK(pair.receive_piece().empty());
}
