#include <meterlink/io/tls_server.hpp>

#include <array>
#include <optional>
#include <string>

#include <asio/io_context.hpp>

#include <meterlink/io/tls_client.hpp>

#include "io/scripted_peer.hpp"
#include "io/tls_files.hpp"
#include "support/catch.hpp"

using namespace meterlink::io;
using namespace meterlink::test;
using namespace std::chrono_literals;

TEST_CASE("both sides of a connection under TLS carry octets both ways and close it") {
    asio::io_context context;
    tls_files files;
    tls_server server{context.get_executor(),
                      {files.authority(), files.sign({"localhost", "127.0.0.1"}), "", ""}};
    REQUIRE_FALSE(server.listen("127.0.0.1", 0));
    std::optional<tls_connection> accepted;
    std::optional<asio::error_code> opened;
    server.async_accept([&](asio::error_code error, tls_connection connection) {
        REQUIRE_FALSE(error);
        accepted.emplace(std::move(connection));
        accepted->async_open([&](asio::error_code outcome) { opened = outcome; });
    });
    std::optional<tls_client> client{
        std::in_place, context.get_executor(), "127.0.0.1", server.port(),
        tls_settings{files.authority(), files.sign({"me", "", {"Operator"}}), "", ""}};
    std::optional<asio::error_code> connected;
    client->async_open([&](asio::error_code error) { connected = error; });
    REQUIRE(run_until(context, [&] { return opened && connected; }));
    INFO(client->explanation());
    REQUIRE_FALSE(*connected);
    REQUIRE_FALSE(*opened);
    CHECK(accepted->role() == "Operator");
    CHECK_FALSE(client->role());
    CHECK(accepted->peer().address().is_loopback());

    const std::string text(100000, 'x');
    std::string got;
    std::size_t sent = 0;
    std::array<char, 4096> room{};
    const auto read = [&](auto& from, auto&& self) -> void {
        from.async_read_some(asio::buffer(room), [&](asio::error_code error, std::size_t count) {
            if (error)
                return;
            got.append(room.data(), count);
            if (got.size() < text.size())
                self(from, self);
        });
    };
    const auto write = [&](auto& to, auto&& self) -> void {
        to.async_write_some(asio::buffer(text) + sent, [&](asio::error_code error, std::size_t count) {
            sent += count;
            if (!error && sent < text.size())
                self(to, self);
        });
    };
    read(*accepted, read);
    write(*client, write);
    REQUIRE(run_until(context, [&] { return got.size() == text.size(); }));
    CHECK(got == text);
    got.clear();
    sent = 0;
    read(*client, read);
    write(*accepted, write);
    REQUIRE(run_until(context, [&] { return got.size() == text.size(); }));
    CHECK(got == text);

    std::optional<asio::error_code> end;
    accepted->async_read_some(asio::buffer(room), [&](asio::error_code error, std::size_t) { end = error; });
    client.reset();
    REQUIRE(run_until(context, [&] { return end.has_value(); }));
    CHECK(*end == asio::error::eof);
}

TEST_CASE("a client that does not shake hands is not waited for longer than agreed") {
    asio::io_context context;
    tls_files files;
    tls_server server{context.get_executor(), {files.authority(), files.sign({}), "", ""}, 20ms};
    REQUIRE_FALSE(server.listen("127.0.0.1", 0));
    asio::ip::tcp::socket mute{context};
    mute.connect({asio::ip::address_v4::loopback(), server.port()});
    std::optional<tls_connection> accepted;
    std::optional<asio::error_code> opened;
    server.async_accept([&](asio::error_code, tls_connection connection) {
        accepted.emplace(std::move(connection));
        accepted->async_open([&](asio::error_code outcome) { opened = outcome; });
    });
    REQUIRE(run_until(context, [&] { return opened.has_value(); }));
    CHECK(*opened == asio::error::timed_out);
}

TEST_CASE("a server whose certificate cannot be used does not listen and says which file it is") {
    asio::io_context context;
    tls_files files;
    tls_files others;
    const auto good = files.sign({});
    for (const auto& [settings, word] :
         {std::pair{tls_settings{"/no/such/ca.pem", good, "", ""}, "authorities in \"/no/such/ca.pem\""},
          std::pair{tls_settings{files.authority(), "/no/such.pem", "", ""}, "certificate"},
          std::pair{tls_settings{files.authority(), good, files.sign({}), ""}, "key"}}) {
        tls_server server{context.get_executor(), settings};
        CHECK(server.listen("127.0.0.1", 0));
        CHECK(server.port() == 0);
        CHECK(server.explanation().find(word) != std::string::npos);
    }
}
