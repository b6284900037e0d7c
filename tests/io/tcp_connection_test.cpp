#include <meterlink/io/tcp_connection.hpp>

#include <array>
#include <optional>

#include <asio/io_context.hpp>

#include "io/scripted_peer.hpp"
#include "support/catch.hpp"

using namespace meterlink::io;
using namespace meterlink::test;

TEST_CASE("an accepted connection is open at once and once closed stays so") {
    asio::io_context context;
    asio::ip::tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
    asio::ip::tcp::socket other{context};
    other.connect(acceptor.local_endpoint());
    tcp_connection line{acceptor.accept()};
    CHECK(line.is_open());
    CHECK(line.peer() == other.local_endpoint());

    std::optional<asio::error_code> opened;
    line.async_open([&](asio::error_code error) { opened = error; });
    REQUIRE_FALSE(opened);
    REQUIRE(run_until(context, [&] { return opened.has_value(); }));
    CHECK_FALSE(*opened);

    std::array<char, 4> room{};
    std::optional<asio::error_code> read;
    line.async_read_some(asio::buffer(room), [&](asio::error_code error, std::size_t) { read = error; });
    line.close();
    opened.reset();
    line.async_open([&](asio::error_code error) { opened = error; });
    REQUIRE(run_until(context, [&] { return opened && read; }));
    CHECK(*read == asio::error::operation_aborted);
    CHECK(*opened == asio::error::not_connected);
    CHECK(line.peer().port() == 0);
}
