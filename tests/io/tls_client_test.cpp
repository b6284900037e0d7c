#include <meterlink/io/tls_client.hpp>

#include <optional>
#include <string>

#include <asio/io_context.hpp>

#include "io/scripted_peer.hpp"
#include "io/tls_files.hpp"
#include "support/catch.hpp"

using namespace meterlink::io;
using namespace meterlink::test;
using namespace std::chrono_literals;

namespace {

asio::error_code outcome(asio::io_context& context, tls_client& client) {
    std::optional<asio::error_code> out;
    client.async_open([&](asio::error_code error) { out = error; });
    REQUIRE(run_until(context, [&] { return out.has_value(); }));
    return *out;
}

} // namespace

TEST_CASE("a client under TLS is told that nobody is there or that nobody shakes hands") {
    asio::io_context context;
    tls_files files;
    asio::ip::tcp::acceptor mute{context, {asio::ip::address_v4::loopback(), 0}};
    const auto port = mute.local_endpoint().port();
    tls_client client{context.get_executor(), "127.0.0.1", port, {files.authority(), "", "", ""}, 30ms};
    CHECK(outcome(context, client) == asio::error::timed_out);
    mute.close();
    CHECK(outcome(context, client) == asio::error::connection_refused);
}

TEST_CASE("a client under TLS names the file that it cannot use") {
    asio::io_context context;
    tls_client client{context.get_executor(), "127.0.0.1", 1, {"/no/such/ca.pem", "", "", ""}};
    CHECK(outcome(context, client));
    CHECK(client.explanation() == "cannot use the authorities in \"/no/such/ca.pem\"");
}

TEST_CASE("a client under TLS can be closed and destroyed while it is opening") {
    asio::io_context context;
    tls_files files;
    asio::ip::tcp::acceptor mute{context, {asio::ip::address_v4::loopback(), 0}};
    const tls_settings settings{files.authority(), "", "", ""};
    for (int steps = 0; steps < 6; ++steps) {
        std::optional<tls_client> client{std::in_place, context.get_executor(), "127.0.0.1",
                                         mute.local_endpoint().port(), settings};
        std::optional<asio::error_code> out;
        client->async_open([&](asio::error_code error) { out = error; });
        context.restart();
        for (int i = 0; i < steps; ++i)
            context.poll_one();
        client.reset();
        REQUIRE(run_until(context, [&] { return out.has_value(); }));
        CHECK(*out == asio::error::operation_aborted);
    }
}
