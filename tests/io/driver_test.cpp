#include <meterlink/io/driver.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include <meterlink/io/serial_port.hpp>
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

const auto request = "10 5B 01 5C 16"_octets;
const auto answer = "68 03 03 68 08 01 72 7B 16"_octets;

using tcp_driver = driver<tcp_client, request_session>;
using serial_driver = driver<serial_port, request_session>;

driver_options quick_retry() {
    driver_options out;
    out.retry = retry_times{1ms, 4ms};
    out.seed = 1;
    return out;
}

/// A driver and what it told.
template <class Driver>
struct watched {
    template <class Stream>
    watched(Stream line, request_session peer, driver_options options = quick_retry())
        : it{std::make_unique<Driver>(std::move(line), std::move(peer), options)} {
        it->on_event([this](typename Driver::event event) {
            if (const auto* link = std::get_if<0>(&event))
                links.push_back(*link);
            else
                outcomes.push_back(std::get<1>(std::move(event)));
        });
        it->start();
    }

    void ask(const octets& what = request, std::size_t size = answer.size()) {
        it->command([&](request_session& peer, instant now) { peer.ask(what, size, now); });
    }

    bool told(link_event::change what) const {
        for (const auto& link : links)
            if (link.what == what)
                return true;
        return false;
    }

    std::vector<link_event> links;
    std::vector<request_session::outcome> outcomes;
    std::unique_ptr<Driver> it;
};

tcp_client client_of(asio::io_context& context, const scripted_peer& peer) {
    return {context.get_executor(), "127.0.0.1", peer.port()};
}

octets part(const octets& all, std::size_t first, std::size_t end) {
    return {all.begin() + static_cast<std::ptrdiff_t>(first), all.begin() + static_cast<std::ptrdiff_t>(end)};
}

} // namespace

TEST_CASE("a request that was made before the link is up is sent once it is and answered") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    peer.expect(request).reply(answer).start();
    watched<tcp_driver> meters{client_of(context, peer), request_session{}};
    meters.ask();
    CHECK(meters.it->state() == link_state::connecting);
    REQUIRE(run_until(context, [&] { return !meters.outcomes.empty(); }));
    CHECK(meters.outcomes.front().answer == answer);
    CHECK(meters.outcomes.front().attempts == 1);
    CHECK(meters.links.front().what == link_event::change::connected);
    CHECK(meters.it->state() == link_state::connected);
    CHECK(meters.it->peer().ups == 1);
    CHECK(peer.failure().empty());
}

TEST_CASE("answers in fragments and answers of two requests at once are the same answers") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    peer.expect(request);
    for (std::size_t i = 0; i < answer.size(); ++i)
        peer.reply(part(answer, i, i + 1), 1ms);
    auto both = answer;
    both.insert(both.end(), answer.begin(), answer.end());
    peer.expect(request).reply(both).start();
    watched<tcp_driver> meters{client_of(context, peer), request_session{}};
    meters.ask();
    meters.ask();
    REQUIRE(run_until(context, [&] { return meters.outcomes.size() == 2 && peer.done(); }));
    CHECK(meters.outcomes[0].answer == answer);
    CHECK(meters.outcomes[1].answer == answer);
    REQUIRE(run_until(context, [&] { return meters.it->peer().stray == int(answer.size()); }));
    CHECK(peer.failure().empty());
}

TEST_CASE("an answer that is late comes to the retry and garbage before it does no harm") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    peer.expect(request).expect(request).reply("FF 00 E5"_octets).reply(answer).start();
    watched<tcp_driver> meters{client_of(context, peer), request_session{20ms, 1000}};
    meters.ask();
    REQUIRE(run_until(context, [&] { return !meters.outcomes.empty(); }));
    CHECK(meters.outcomes.front().answer == answer);
    CHECK(meters.outcomes.front().attempts >= 2);
    CHECK(meters.it->peer().stray == 3);
}

TEST_CASE("silence is told by the session and the link stays up") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    peer.expect(request).expect(request).expect(request).reply(answer).start();
    watched<tcp_driver> meters{client_of(context, peer), request_session{30ms, 1}};
    meters.ask();
    REQUIRE(run_until(context, [&] { return !meters.outcomes.empty(); }));
    CHECK(meters.outcomes.front().answer.empty());
    CHECK(meters.outcomes.front().attempts == 2);
    CHECK(meters.it->state() == link_state::connected);
    meters.ask();
    REQUIRE(run_until(context, [&] { return meters.outcomes.size() == 2; }));
    CHECK(meters.outcomes.back().answer == answer);
}

TEST_CASE("a peer that is killed in the middle of an answer is found again and the next request succeeds") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    for (std::size_t cut = 0; cut < answer.size(); ++cut)
        peer.expect(request).reply(part(answer, 0, cut)).hang_up();
    peer.expect(request).reply(answer).start();
    watched<tcp_driver> meters{client_of(context, peer), request_session{50ms}};
    for (std::size_t i = 0; i <= answer.size(); ++i) {
        meters.ask();
        REQUIRE(run_until(context, [&] { return meters.outcomes.size() == i + 1; }));
        CHECK(meters.outcomes.back().answer == (i < answer.size() ? octets{} : answer));
    }
    CHECK(peer.connections() == int(answer.size()) + 1);
    CHECK(meters.it->peer().downs == int(answer.size()));
    REQUIRE(meters.links.size() == 3 * answer.size() + 1);
    CHECK(meters.links[1].what == link_event::change::lost);
    CHECK(meters.links[1].why == link_loss::closed_by_peer);
    CHECK(meters.links[2].what == link_event::change::retrying);
    CHECK(meters.links[2].after <= 1ms);
    CHECK(meters.links[3].what == link_event::change::connected);
}

TEST_CASE("a peer that is not there is tried with growing waits until it is") {
    asio::io_context context;
    asio::ip::tcp::acceptor later{context, {asio::ip::address_v4::loopback(), 0}};
    const auto where = later.local_endpoint();
    later.close();
    watched<tcp_driver> meters{tcp_client{context.get_executor(), "127.0.0.1", where.port()},
                               request_session{10s}};
    meters.ask();
    REQUIRE(run_until(context, [&] { return meters.links.size() >= 8; }));
    CHECK(meters.links[0].why == link_loss::connect_failed);
    CHECK(meters.links[0].error == asio::error::connection_refused);
    CHECK(meters.links[1].after <= 1ms);
    CHECK(meters.links[7].after >= 2ms);
    CHECK(meters.links[7].after <= 4ms);

    later = asio::ip::tcp::acceptor{context, where};
    std::uint8_t first = 0;
    later.async_accept([&](asio::error_code, asio::ip::tcp::socket socket) {
        first = request[0];
        auto kept = std::make_shared<asio::ip::tcp::socket>(std::move(socket));
        asio::async_write(*kept, asio::buffer(answer), [kept](asio::error_code, std::size_t) {});
    });
    REQUIRE(run_until(context, [&] { return !meters.outcomes.empty(); }));
    CHECK(meters.outcomes[0].answer == answer);
    CHECK(meters.outcomes[0].attempts == 1);
}

TEST_CASE("without retries a lost link stays lost until it is started again") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    peer.reply(answer).hang_up().expect(request).reply(answer).start();
    auto options = quick_retry();
    options.retry.reset();
    watched<tcp_driver> meters{client_of(context, peer), request_session{}, options};
    REQUIRE(run_until(context, [&] { return meters.told(link_event::change::lost); }));
    CHECK(meters.it->state() == link_state::closed);
    CHECK_FALSE(meters.told(link_event::change::retrying));
    meters.it->start();
    meters.ask();
    REQUIRE(run_until(context, [&] { return !meters.outcomes.empty(); }));
    CHECK(meters.outcomes[0].answer == answer);
}

TEST_CASE("a link on which nothing moves is closed and opened for the next request") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    peer.expect(request).reply(answer).start();
    auto options = quick_retry();
    options.idle_timeout = 40ms;
    watched<tcp_driver> meters{client_of(context, peer), request_session{}, options};
    meters.ask();
    REQUIRE(run_until(context, [&] { return meters.told(link_event::change::lost); }));
    CHECK(meters.outcomes.size() == 1);
    CHECK(meters.links.back().why == link_loss::idle);
    CHECK(meters.it->state() == link_state::resting);
    peer.hang_up().expect(request).reply(answer).start();
    meters.ask();
    REQUIRE(run_until(context, [&] { return meters.outcomes.size() == 2; }));
    CHECK(peer.connections() == 2);
}

TEST_CASE("octets that could not be sent before the session gave up are not sent late") {
    asio::io_context context;
    asio::ip::tcp::acceptor later{context, {asio::ip::address_v4::loopback(), 0}};
    const auto where = later.local_endpoint();
    later.close();
    watched<tcp_driver> meters{tcp_client{context.get_executor(), "127.0.0.1", where.port()},
                               request_session{5ms}};
    meters.ask("10 40 01 41 16"_octets, 1);
    REQUIRE(run_until(context, [&] { return !meters.outcomes.empty(); }));
    later = asio::ip::tcp::acceptor{context, where};
    meters.it->command([](request_session& peer, instant now) {
        peer = request_session{10s};
        peer.ask(request, answer.size(), now);
    });
    octets got(request.size());
    bool read = false;
    asio::ip::tcp::socket socket{context};
    later.async_accept(socket, [&](asio::error_code) {
        asio::async_read(socket, asio::buffer(got), [&](asio::error_code, std::size_t) { read = true; });
    });
    REQUIRE(run_until(context, [&] { return read; }));
    CHECK(got == request);
}

TEST_CASE("all octets are shown as they go and come") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    peer.expect(request).reply(answer).start();
    watched<tcp_driver> meters{client_of(context, peer), request_session{}};
    std::vector<std::pair<direction, octets>> seen;
    instant last{};
    meters.it->on_traffic([&](direction which, bytes_view view, instant when) {
        seen.emplace_back(which, octets{view.begin(), view.end()});
        CHECK(when >= last);
        last = when;
    });
    meters.ask();
    REQUIRE(run_until(context, [&] { return !meters.outcomes.empty(); }));
    REQUIRE(seen.size() == 2);
    CHECK(seen[0] == std::pair{direction::sent, request});
    CHECK(seen[1] == std::pair{direction::received, answer});
}

TEST_CASE("a driver can be destroyed after any step and tells nothing afterwards") {
    // One handler more runs before the end in every round, until the answer has been told.
    bool answered = false;
    for (int steps = 0; !answered && steps < 200; ++steps) {
        asio::io_context context;
        auto peer = scripted_peer::tcp(context);
        peer.expect(request).reply(part(answer, 0, 4)).hang_up().expect(request).reply(answer).start();
        watched<tcp_driver> meters{client_of(context, peer), request_session{20ms, 5}};
        meters.ask();
        for (int step = 0; step < steps; ++step)
            context.run_one_for(5s);
        answered = !meters.outcomes.empty();
        const auto links = meters.links.size();
        meters.it.reset();
        peer.stop_listening();
        context.restart();
        context.run_for(30ms);
        CHECK(meters.links.size() == links);
        CHECK(meters.outcomes.empty() == !answered);
    }
    CHECK(answered);
}

TEST_CASE("a driver can be destroyed by its own observer") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    peer.expect(request).reply(answer).start();
    auto it = std::make_unique<tcp_driver>(client_of(context, peer), request_session{}, quick_retry());
    int events = 0;
    it->on_event([&](tcp_driver::event event) {
        ++events;
        if (std::holds_alternative<request_session::outcome>(event))
            it.reset();
    });
    it->start();
    it->command([](request_session& session, instant now) { session.ask(request, answer.size(), now); });
    REQUIRE(run_until(context, [&] { return it == nullptr; }));
    context.restart();
    context.run_for(20ms);
    CHECK(events == 2);
}

TEST_CASE("an observer may ask the next question and close the link") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    peer.expect(request).reply(answer).expect(request).reply(answer).start();
    tcp_driver it{client_of(context, peer), request_session{}, quick_retry()};
    int answers = 0;
    const auto ask = [&] {
        it.command([](request_session& session, instant now) { session.ask(request, answer.size(), now); });
    };
    it.on_event([&](const tcp_driver::event& event) {
        if (event.index() == 0)
            return;
        if (++answers == 1)
            ask();
        else
            it.close();
    });
    it.start();
    ask();
    context.run();
    CHECK(answers == 2);
    CHECK(it.state() == link_state::closed);
}

TEST_CASE("a serial line has the same driver and loses nothing when its peer goes") {
    asio::io_context context;
    auto peer = scripted_peer::pty(context);
    peer.expect(request).reply(part(answer, 0, 5)).reply(part(answer, 5, answer.size()), 5ms).start();
    auto options = quick_retry();
    options.retry.reset();
    watched<serial_driver> meters{serial_port{context.get_executor(), peer.path()}, request_session{},
                                  options};
    meters.ask();
    REQUIRE(run_until(context, [&] { return !meters.outcomes.empty(); }));
    CHECK(meters.outcomes[0].answer == answer);
    peer.hang_up().start();
    REQUIRE(run_until(context, [&] { return meters.told(link_event::change::lost); }));
    CHECK((meters.links.back().why == link_loss::failed ||
           meters.links.back().why == link_loss::closed_by_peer));
}

TEST_CASE("the echo of a line does not reach the session") {
    asio::io_context context;
    auto peer = scripted_peer::pty(context);
    peer.expect(request).reply(part(request, 0, 2)).reply(part(request, 2, 5), 2ms).reply(answer).start();
    auto options = quick_retry();
    options.echo = true;
    watched<serial_driver> meters{serial_port{context.get_executor(), peer.path()}, request_session{},
                                  options};
    meters.it->command(
        [](request_session& session, instant now) { session.ask(request, answer.size(), now, 0x10); });
    REQUIRE(run_until(context, [&] { return meters.it->peer().stray == int(answer.size()); }));
    CHECK(meters.outcomes.empty());
}

TEST_CASE("a bit rate that a session asks for is set once its octets have gone") {
    asio::io_context context;
    auto peer = scripted_peer::pty(context);
    peer.expect(request).reply(answer).start();
    watched<serial_driver> meters{serial_port{context.get_executor(), peer.path()}, request_session{}};
    REQUIRE(run_until(context, [&] { return meters.it->state() == link_state::connected; }));
    meters.it->command([](request_session& session, instant now) {
        session.change_rate(9600);
        session.ask(request, answer.size(), now);
    });
    CHECK(meters.it->line().settings().baud == 2400);
    REQUIRE(run_until(context, [&] { return !meters.outcomes.empty(); }));
    CHECK(meters.outcomes[0].answer == answer);
    CHECK(meters.it->line().settings().baud == 9600);
}

TEST_CASE("a link that its session gives up is opened again and what it then sends goes there") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    peer.start();
    watched<tcp_driver> meters{client_of(context, peer), request_session{}};
    REQUIRE(run_until(context, [&] { return meters.it->state() == link_state::connected; }));
    meters.it->command([](request_session& session, instant) { session.wish_reconnect(); });
    CHECK(meters.it->state() == link_state::waiting);
    CHECK(meters.links[1].why == link_loss::given_up);
    CHECK(meters.links[2].what == link_event::change::retrying);
    CHECK(meters.it->peer().downs == 1);
    peer.then([] {}).hang_up().expect(request).reply(answer).start();
    meters.ask();
    REQUIRE(run_until(context, [&] { return !meters.outcomes.empty(); }));
    CHECK(meters.outcomes[0].answer == answer);
    CHECK(peer.connections() == 2);
    CHECK(meters.it->peer().ups == 2);
}

TEST_CASE("a link is closed for its session once what it had to send is out") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    const octets large(8'000'000, 0xA5); // more than goes at once
    peer.expect(large).start();
    auto options = quick_retry();
    options.retry.reset();
    watched<tcp_driver> meters{client_of(context, peer), request_session{}, options};
    REQUIRE(run_until(context, [&] { return meters.it->state() == link_state::connected; }));
    meters.it->command([&](request_session& session, instant now) {
        session.ask(large, answer.size(), now);
        session.wish_close();
    });
    CHECK(meters.it->state() == link_state::connected);
    REQUIRE(run_until(context, [&] { return peer.done() && meters.told(link_event::change::lost); }));
    CHECK(peer.failure().empty());
    CHECK(meters.links.back().why == link_loss::given_up);
    CHECK(meters.it->state() == link_state::closed);
}

TEST_CASE("a link that rests is opened for a session that waits for it") {
    asio::io_context context;
    auto peer = scripted_peer::tcp(context);
    peer.start();
    auto options = quick_retry();
    options.idle_timeout = 20ms;
    watched<tcp_driver> meters{client_of(context, peer), request_session{}, options};
    REQUIRE(run_until(context, [&] { return meters.it->state() == link_state::resting; }));
    meters.it->command([](request_session& session, instant) { session.wish_link(); });
    CHECK(meters.it->state() == link_state::connecting);
    REQUIRE(run_until(context, [&] { return meters.it->peer().ups == 2; }));
}
