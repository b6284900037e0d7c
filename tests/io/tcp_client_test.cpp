#include <meterlink/io/tcp_client.hpp>

#include <chrono>
#include <optional>
#include <vector>

#include <asio/io_context.hpp>

#include "io/scripted_peer.hpp"
#include "support/catch.hpp"

using namespace meterlink::io;
using namespace meterlink::test;
using namespace std::chrono_literals;

namespace {

asio::error_code opened(asio::io_context& context, tcp_client& client) {
    std::optional<asio::error_code> out;
    client.async_open([&](asio::error_code error) { out = error; });
    REQUIRE_FALSE(out);
    REQUIRE(run_until(context, [&] { return out.has_value(); }));
    return *out;
}

} // namespace

TEST_CASE("a TCP client connects to an address and to a name and again") {
    asio::io_context context;
    asio::ip::tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
    const auto port = acceptor.local_endpoint().port();
    tcp_client by_address{context.get_executor(), "127.0.0.1", port};
    CHECK_FALSE(opened(context, by_address));
    by_address.close();
    CHECK_FALSE(opened(context, by_address));
    tcp_client by_name{context.get_executor(), "localhost", port};
    CHECK_FALSE(opened(context, by_name));
}

TEST_CASE("a TCP client tells a refused connection from an unknown name") {
    asio::io_context context;
    asio::ip::tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
    const auto port = acceptor.local_endpoint().port();
    acceptor.close();
    tcp_client refused{context.get_executor(), "127.0.0.1", port};
    CHECK(opened(context, refused) == asio::error::connection_refused);
    tcp_client unknown{context.get_executor(), "a name with spaces is none", port};
    CHECK(opened(context, unknown));
}

TEST_CASE("connecting ends at its deadline") {
    asio::io_context context;
    // A queue of one that nobody empties: the kernel leaves further clients without an answer.
    asio::ip::tcp::acceptor acceptor{context};
    acceptor.open(asio::ip::tcp::v4());
    acceptor.bind({asio::ip::address_v4::loopback(), 0});
    acceptor.listen(0);
    const auto port = acceptor.local_endpoint().port();
    std::vector<tcp_client> clients;
    asio::error_code last;
    for (int i = 0; i < 5 && !last; ++i) {
        clients.emplace_back(context.get_executor(), "127.0.0.1", port, 100ms);
        last = opened(context, clients.back());
    }
    CHECK(last == asio::error::timed_out);
}

TEST_CASE("closing and destroying end what is under way") {
    asio::io_context context;
    asio::ip::tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
    std::vector<asio::error_code> ends;
    const auto keep = [&](asio::error_code error) { ends.push_back(error); };
    {
        tcp_client client{context.get_executor(), "127.0.0.1", acceptor.local_endpoint().port()};
        client.async_open(keep);
        client.close();
        client.async_open(keep);
        client.async_open(keep); // ends the one before
    }
    context.run();
    CHECK(ends == std::vector<asio::error_code>(3, asio::error::operation_aborted));
}
