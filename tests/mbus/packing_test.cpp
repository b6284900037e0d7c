#include <meterlink/mbus/packing.hpp>

#include <chrono>
#include <cstdint>
#include <vector>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace std::chrono_literals;

static_assert(session<packing>);

namespace {

using octets = std::vector<std::uint8_t>;
using pieces = std::vector<octets>;

constexpr instant start{1s};

pieces take(packing& from) {
    pieces out;
    while (const auto piece = from.poll_transmit())
        out.emplace_back(piece->begin(), piece->end());
    return out;
}

const octets request{0x10, 0x5B, 0x01, 0x5C, 0x16};
const octets control{0x68, 0x03, 0x03, 0x68, 0x53, 0x01, 0xBD, 0x11, 0x16};

octets joined(octets a, const octets& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

} // namespace

TEST_CASE("transparent packing without an interval hands everything on as it comes") {
    packing out{{packing_mode::transparent, {}, {}}};
    out.handle_input(octets{0xFF, 0x00}, start);
    CHECK(take(out) == pieces{{0xFF, 0x00}});
    out.handle_input(octets{0x16}, start);
    CHECK(take(out) == pieces{{0x16}});
    CHECK_FALSE(out.poll_timeout());
    CHECK_FALSE(out.poll_event());
}

TEST_CASE("transparent packing collects until the line was silent for the interval") {
    packing out{{packing_mode::transparent, 20ms, {}}};
    out.handle_input(octets{1, 2}, start);
    CHECK(take(out).empty());
    CHECK(out.poll_timeout() == start + 20ms);
    out.handle_input(octets{3}, start + 19ms);
    CHECK(out.poll_timeout() == start + 39ms);
    out.handle_timeout(start + 38ms);
    CHECK(take(out).empty());
    out.handle_timeout(start + 39ms);
    CHECK(take(out) == pieces{{1, 2, 3}});
    CHECK_FALSE(out.poll_timeout());
}

TEST_CASE("octets that come after the interval without a timeout in between begin a new piece") {
    packing out{{packing_mode::transparent, 20ms, {}}};
    out.handle_input(octets{1}, start);
    out.handle_input(octets{2}, start + 20ms);
    CHECK(take(out) == pieces{{1}});
    out.handle_timeout(start + 40ms);
    CHECK(take(out) == pieces{{2}});
}

TEST_CASE("a piece does not grow without limit") {
    packing out{{packing_mode::transparent, 20ms, {}}};
    out.handle_input(octets(packing::max_piece * 2 + 5, 0x55), start);
    const auto first = take(out);
    REQUIRE(first.size() == 2);
    CHECK(first[0].size() == packing::max_piece);
    out.handle_timeout(start + 20ms);
    CHECK(take(out) == pieces{octets(5, 0x55)});
}

TEST_CASE("packing by frames hands on each intact frame as one piece however it was cut") {
    const auto both = joined(request, control);
    for (std::size_t cut = 0; cut <= both.size(); ++cut) {
        packing out;
        const bytes_view all{both};
        out.handle_input(all.first(cut), start);
        auto found = take(out);
        out.handle_input(all.subspan(cut), start + 100ms);
        for (auto& each : take(out))
            found.push_back(std::move(each));
        CHECK(found == pieces{request, control});
        CHECK_FALSE(out.poll_event());
        CHECK_FALSE(out.poll_timeout());
    }
}

TEST_CASE("packing by frames drops what is no frame and says why") {
    packing out;
    auto broken = request;
    broken[3] = 0x5D;
    out.handle_input(joined(broken, control), start);
    CHECK(take(out) == pieces{control});
    const auto dropped = out.poll_event();
    REQUIRE(dropped);
    CHECK(dropped->count == 5);
    CHECK(dropped->why.code == errc::checksum);
    CHECK_FALSE(out.poll_event());
}

TEST_CASE("packing by frames gives up a frame that stops") {
    packing out{{packing_mode::mbus, {}, 300ms}};
    out.handle_input(bytes_view{request}.first(4), start);
    CHECK(out.poll_timeout() == start + 300ms);
    out.handle_timeout(start + 299ms);
    CHECK_FALSE(out.poll_event());
    out.handle_timeout(start + 300ms);
    CHECK(take(out).empty());
    const auto dropped = out.poll_event();
    REQUIRE(dropped);
    CHECK(dropped->why.code == errc::inter_byte_timeout);
    CHECK(dropped->count == 4);
}

TEST_CASE("events that nobody takes cost no memory without limit") {
    packing out;
    for (int i = 0; i < 10'000; ++i)
        out.handle_input(octets{0xAA}, start + i * 1s);
    std::size_t count = 0;
    while (out.poll_event())
        ++count;
    CHECK(count == 256);
}

TEST_CASE("a reset forgets what is under way") {
    for (const auto mode : {packing_mode::transparent, packing_mode::mbus}) {
        packing out{{mode, 20ms, 300ms}};
        out.handle_input(bytes_view{request}.first(4), start);
        out.reset();
        CHECK_FALSE(out.poll_timeout());
        out.handle_input(request, start + 1ms);
        out.handle_timeout(start + 1s);
        CHECK(take(out) == pieces{request});
        CHECK_FALSE(out.poll_event());
    }
}
