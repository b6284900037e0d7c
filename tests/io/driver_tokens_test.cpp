// Waiting for the events of a driver: with callbacks, futures and coroutines, and from another thread.

#include <meterlink/io/driver.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <asio/awaitable.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

#include <meterlink/io/tcp_client.hpp>

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

using tcp_driver = driver<tcp_client, request_session>;

const auto request = "10 5B 01 5C 16"_octets;
const auto answer = "68 03 03 68 08 01 72 7B 16"_octets;

void ask(request_session& session, instant now) { session.ask(request, answer.size(), now); }

tcp_client client_of(asio::io_context& context, const scripted_peer& peer) {
    return {context.get_executor(), "127.0.0.1", peer.port()};
}

/// How a wait for an event ended.
struct ending {
    std::optional<asio::error_code> error;
    void operator()(asio::error_code e, const tcp_driver::event&) { error = e; }
};

asio::awaitable<octets> converse(tcp_driver& meters) {
    meters.start();
    octets all;
    for (int i = 0; i < 2; ++i) {
        co_await meters.async_command(ask, asio::use_awaitable);
        auto event = co_await meters.async_next_event(asio::use_awaitable);
        while (event.index() == 0)
            event = co_await meters.async_next_event(asio::use_awaitable);
        const auto& got = std::get<1>(event).answer;
        all.insert(all.end(), got.begin(), got.end());
    }
    co_return all;
}

} // namespace

TEST_CASE("a coroutine asks and awaits the answers") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    peer.expect(request).reply(answer).expect(request).reply(answer).start();
    tcp_driver meters{client_of(context, peer), request_session{}};
    octets all;
    asio::co_spawn(context, converse(meters), [&](std::exception_ptr failed, octets got) {
        REQUIRE_FALSE(failed);
        all = std::move(got);
    });
    REQUIRE(run_until(context, [&] { return !all.empty(); }));
    CHECK(all.size() == 2 * answer.size());
}

TEST_CASE("a deadline and a cancellation of the user are told apart") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    tcp_driver meters{client_of(context, peer), request_session{}};
    ending late;
    meters.async_next_event_for(5ms, std::ref(late));
    REQUIRE(run_until(context, [&] { return late.error.has_value(); }));
    CHECK(*late.error == asio::error::timed_out);

    ending cancelled;
    meters.async_next_event_for(1h, std::ref(cancelled));
    ending second;
    meters.async_next_event(std::ref(second));
    context.restart();
    context.poll();
    meters.cancel();
    CHECK_FALSE(cancelled.error);
    REQUIRE(run_until(context, [&] { return cancelled.error && second.error; }));
    CHECK(*cancelled.error == asio::error::operation_aborted);
    CHECK(*second.error == asio::error::already_started);

    asio::cancellation_signal signal;
    ending by_slot;
    meters.async_next_event(asio::bind_cancellation_slot(signal.slot(), std::ref(by_slot)));
    context.restart();
    context.poll();
    signal.emit(asio::cancellation_type::terminal);
    REQUIRE(run_until(context, [&] { return by_slot.error.has_value(); }));
    CHECK(*by_slot.error == asio::error::operation_aborted);

    // A signal that comes late does not end the wait that follows.
    ending after;
    meters.async_next_event_for(10ms, std::ref(after));
    context.restart();
    context.poll();
    signal.emit(asio::cancellation_type::terminal);
    REQUIRE(run_until(context, [&] { return after.error.has_value(); }));
    CHECK(*after.error == asio::error::timed_out);
}

TEST_CASE("who waits is told when the driver is destroyed and commands after that are not carried out") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    auto meters = std::make_unique<tcp_driver>(client_of(context, peer), request_session{});
    ending end;
    meters->async_next_event(std::ref(end));
    context.poll();
    std::optional<asio::error_code> commanded;
    bool called = false;
    std::thread{[&] { // from another thread, so that it is not carried out at once
        meters->async_command([&](request_session&, instant) { called = true; },
                              [&](asio::error_code error) { commanded = error; });
    }}
        .join();
    meters.reset();
    peer.stop_listening();
    context.restart();
    context.run();
    CHECK(end.error == asio::error_code{asio::error::operation_aborted});
    CHECK(commanded == asio::error_code{asio::error::operation_aborted});
    CHECK_FALSE(called);
}

TEST_CASE("another thread commands and waits with futures") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    for (int i = 0; i < 50; ++i)
        peer.expect(request).reply(answer);
    peer.start();
    auto meters = std::make_unique<tcp_driver>(client_of(context, peer), request_session{10s});
    meters->start();
    std::thread loop{[&] { context.run_for(30s); }};
    int answers = 0;
    for (int i = 0; i < 50; ++i) {
        CHECK(meters
                  ->async_command(
                      [](request_session& session, instant now) {
                          ask(session, now);
                          return 7;
                      },
                      asio::use_future)
                  .get() == 7);
        for (bool answered = false; !answered;) {
            const auto event = meters->async_next_event_for(20s, asio::use_future).get();
            answered = event.index() == 1;
        }
        ++answers;
    }
    asio::post(context, [&] {
        meters.reset();
        peer.stop_listening();
    });
    context.stop();
    loop.join();
    CHECK(answers == 50);
    meters.reset();
}

TEST_CASE("a thousand drivers share one thread") {
    constexpr std::size_t count = 1000;
    asio::io_context context;
    asio::ip::tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
    acceptor.listen(int(count));
    std::size_t rounds = 0;

    // A peer that answers every request, for each of them.
    struct meter : std::enable_shared_from_this<meter> {
        explicit meter(asio::ip::tcp::socket s) : socket{std::move(s)} {}
        void serve() {
            asio::async_read(socket, asio::buffer(room),
                             [self = shared_from_this()](asio::error_code e, std::size_t) {
                                 if (!e)
                                     asio::async_write(self->socket, asio::buffer(answer),
                                                       [self](asio::error_code f, std::size_t) {
                                                           if (!f)
                                                               self->serve();
                                                       });
                             });
        }
        asio::ip::tcp::socket socket;
        octets room = octets(request.size());
    };
    const std::function<void()> accept = [&] {
        acceptor.async_accept([&](asio::error_code e, asio::ip::tcp::socket s) {
            if (e)
                return;
            std::make_shared<meter>(std::move(s))->serve();
            accept();
        });
    };
    accept();

    std::vector<std::unique_ptr<tcp_driver>> drivers;
    for (std::size_t i = 0; i < count; ++i) {
        drivers.push_back(std::make_unique<tcp_driver>(
            tcp_client{context.get_executor(), "127.0.0.1", acceptor.local_endpoint().port()},
            request_session{60s}));
        auto& it = *drivers.back();
        it.on_event([&](const tcp_driver::event& event) {
            if (event.index() == 0)
                return;
            CHECK(std::get<1>(event).answer == answer);
            if (++rounds <= 4 * count)
                it.command(ask);
        });
        it.start();
        it.command(ask);
    }
    CHECK(run_until(context, [&] { return rounds >= 4 * count; }, 60s));
    drivers.clear();
    acceptor.close();
}
