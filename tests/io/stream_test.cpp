#include <meterlink/io/stream.hpp>

#include <meterlink/io/any_stream.hpp>
#include <meterlink/io/serial_port.hpp>
#include <meterlink/io/single_client_server.hpp>
#include <meterlink/io/tcp_client.hpp>
#include <meterlink/io/tcp_connection.hpp>
#include <meterlink/io/udp_link.hpp>

#include <asio/io_context.hpp>

#include "support/catch.hpp"

using namespace meterlink::io;

TEST_CASE("every line is a stream that writes at once and some have a bit rate") {
    STATIC_REQUIRE(stream<any_stream>);
    STATIC_REQUIRE(stream<serial_port>);
    STATIC_REQUIRE(stream<single_client_server>);
    STATIC_REQUIRE(stream<tcp_client>);
    STATIC_REQUIRE(stream<tcp_connection>);
    STATIC_REQUIRE(stream<udp_link>);
    STATIC_REQUIRE_FALSE(stream<int>);
    STATIC_REQUIRE(writes_now<any_stream>);
    STATIC_REQUIRE(writes_now<udp_link>);
    STATIC_REQUIRE(has_baud_rate<serial_port>);
    STATIC_REQUIRE(has_baud_rate<any_stream>);
    STATIC_REQUIRE_FALSE(has_baud_rate<tcp_client>);
}

TEST_CASE("only what listens for connections waits for peers") {
    asio::io_context context;
    CHECK(waits_for_peers(single_client_server{context.get_executor(), "127.0.0.1", 0}));
    CHECK_FALSE(waits_for_peers(tcp_client{context.get_executor(), "127.0.0.1", 1}));
}
