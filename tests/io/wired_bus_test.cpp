#include <meterlink/io/wired_bus.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include <asio/io_context.hpp>

#include <meterlink/apl/record_list.hpp>
#include <meterlink/core/checksum.hpp>
#include <meterlink/io/driver.hpp>
#include <meterlink/io/single_client_server.hpp>
#include <meterlink/mbus/simulated_line.hpp>
#include <meterlink/mbus/slave_description.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::io;
using namespace meterlink::test::literals;
using namespace std::chrono_literals;

namespace {

const auto water =
    "68 1F 1F 68 08 02 72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 00 DA 02 3B 13 01 8B 60 04 "
    "37 18 02 18 16"_octets;

/// `frame` with the lengths and the checksum that it should have.
bus_answer::octets_type repaired(bus_answer::octets_type frame) {
    frame[1] = frame[2] = static_cast<std::uint8_t>(frame.size() - 6);
    frame[frame.size() - 2] = checksum8(bytes_view{frame}.subspan(4, frame.size() - 6));
    return frame;
}

/// A line with one slave of address 2, behind a TCP port of the loopback interface.
class served_line {
public:
    served_line() : server_{context_.get_executor(), "127.0.0.1", 0} {
        REQUIRE_FALSE(server_.listen());
        port_ = server_.port();
        mbus::line_options how;
        how.baud = 38400;
        how.follows_slaves = true;
        mbus::simulated_line line{how};
        line.add(mbus::slave::make(mbus::slave_description::from(water).value()).value());
        thread_ = std::thread{[this, peer = std::move(line)]() mutable {
            driver served{std::move(server_), std::move(peer)};
            served.start();
            while (!is_over_)
                context_.run_one_for(10ms);
        }};
    }
    ~served_line() {
        is_over_ = true;
        thread_.join();
    }

    [[nodiscard]] endpoint where() const {
        return endpoint::parse("tcp://127.0.0.1:" + std::to_string(port_)).value();
    }

private:
    asio::io_context context_;
    single_client_server server_;
    std::uint16_t port_ = 0;
    std::atomic<bool> is_over_ = false;
    std::thread thread_;
};

mbus::master::options quick() {
    mbus::master::options how;
    how.baud = 38400;
    how.timing = mbus::timing_profile::standard(how.baud, 300ms);
    return how;
}

} // namespace

TEST_CASE("a script reads a meter by its primary and by its secondary address") {
    const served_line line;
    wired_bus bus{line.where(), quick()};
    for (const mbus::destination& to :
         {mbus::destination{2}, mbus::destination{mbus::secondary_address{0x12345678}}}) {
        const auto answer = bus.read(to);
        REQUIRE(answer);
        REQUIRE(answer->how == bus_ending::reading);
        REQUIRE(answer->telegrams.size() == 1);
        const auto telegram = mbus::telegram_view::parse(answer->telegrams[0]);
        REQUIRE(telegram);
        CHECK(telegram->message()->long_header()->identification == 0x12345678);
        CHECK(telegram->records().begin() != telegram->records().end());
    }
    CHECK(bus.perform(mbus::request::set_primary_address(mbus::primary_address{2}, 9))->how ==
          bus_ending::acknowledged);
    CHECK(bus.read(9)->how == bus_ending::reading);
}

TEST_CASE("a script reads a meter by the first way of addressing that works") {
    const served_line line; // one meter: 12345678, at address 2
    wired_bus bus{line.where(), quick()};
    const mbus::destination by_number{mbus::secondary_address{0x12345678}};
    const mbus::destination by_wrong_number{mbus::secondary_address{0x87654321}};
    const auto found = bus.read_by(std::array{mbus::destination{7}, by_number});
    REQUIRE(found);
    CHECK(found->how == bus_ending::reading);
    const auto first = bus.read_by(std::array{mbus::destination{2}, by_number});
    REQUIRE(first);
    CHECK(first->how == bus_ending::reading);
    const auto stranger = bus.read_by(std::array{by_wrong_number, mbus::destination{2}});
    REQUIRE(stranger); // somebody answers at address 2, but it is not that meter
    CHECK(stranger->how == bus_ending::bad_answer);
    CHECK(stranger->why.code == errc::answer_from_another);
    CHECK(stranger->telegrams.empty());
    CHECK_FALSE(stranger->octets.empty());
    CHECK(bus.read_by({}).error().code == errc::value_out_of_range);
}

TEST_CASE("an answer by any way is held to the identity that one of the ways names") {
    const std::array ways{mbus::destination{mbus::secondary_address{0x12345678, 0x4024, 1, 7}},
                          mbus::destination{5}};
    const auto answered = [](bus_ending how, std::vector<bus_answer::octets_type> telegrams) {
        bus_answer out;
        out.how = how;
        out.telegrams = std::move(telegrams);
        return out;
    };
    const auto fixed = "68 13 13 68 08 05 73 78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00 3C 16"_octets;
    const auto stranger =
        "68 16 16 68 08 05 72 99 99 99 99 24 40 01 07 55 00 00 00 03 13 15 31 00 0F 00 00 42 16"_octets;

    auto right = answered(bus_ending::reading, {water});
    CHECK_FALSE(io::detail::refuse_stranger(right, ways));
    auto by_number_alone = answered(bus_ending::reading, {fixed}); // tells no maker
    CHECK_FALSE(io::detail::refuse_stranger(by_number_alone, ways));
    CHECK(by_number_alone.telegrams.size() == 1);
    auto second = answered(bus_ending::reading, {water, repaired(stranger)});
    CHECK(io::detail::refuse_stranger(second, ways));
    auto broken_off = answered(bus_ending::no_answer, {repaired(stranger)});
    CHECK(io::detail::refuse_stranger(broken_off, ways));
    CHECK(broken_off.how == bus_ending::bad_answer);
    CHECK(broken_off.why.code == errc::answer_from_another);
    CHECK(broken_off.telegrams.empty());
    CHECK(broken_off.octets == repaired(stranger));
    auto silent = answered(bus_ending::no_answer, {});
    CHECK_FALSE(io::detail::refuse_stranger(silent, ways));
}

TEST_CASE("a script is told that nobody answers and that nobody can") {
    const served_line line;
    wired_bus bus{line.where(), quick()};
    const auto silence = bus.read(7);
    REQUIRE(silence);
    CHECK(silence->how == bus_ending::no_answer);
    CHECK(silence->attempts == 3);
    CHECK(bus.read(2)->how == bus_ending::reading);
    CHECK(bus.read(252).error().code == errc::value_out_of_range);
}

TEST_CASE("a script is told why there is no line") {
    asio::io_context context;
    asio::ip::tcp::acceptor gone{context, {asio::ip::address_v4::loopback(), 0}};
    const auto port = gone.local_endpoint().port();
    gone.close();
    wired_bus bus{endpoint::parse("tcp://127.0.0.1:" + std::to_string(port)).value()};
    for (int again = 0; again < 2; ++again) {
        const auto answer = bus.read(1);
        REQUIRE(answer);
        CHECK(answer->how == bus_ending::no_line);
        CHECK(answer->line_error == asio::error::connection_refused);
    }
}

TEST_CASE("who waits can give up") {
    const served_line line;
    auto how = quick();
    how.timing.response_timeout = 300ms;
    how.timing.readout_retries = 200;
    wired_bus bus{line.where(), how};
    std::size_t octets = 0;
    bus.on_traffic([&](direction, bytes_view some, instant) { octets += some.size(); });
    bus.while_waiting([&] { return octets < 10; });
    const auto answer = bus.read(7);
    REQUIRE(answer);
    CHECK(answer->how == bus_ending::cancelled);
    CHECK(octets < 100);
}
