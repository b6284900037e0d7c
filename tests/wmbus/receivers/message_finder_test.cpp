#include <meterlink/wmbus/receivers/message_finder.hpp>

#include <chrono>
#include <cstddef>
#include <vector>

#include "listening.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test::literals;
using namespace meterlink::test::listening;
using namespace meterlink::wmbus;
using namespace std::chrono_literals;

namespace {

/// Messages `AA n` and n octets, of which the last must be n.
struct peer {
    using kind = message_verdict::kind;

    [[nodiscard]] static message_verdict judge(bytes_view octets, bool idle) {
        if (octets[0] != 0xAA)
            return {kind::noise, 1, link_error(errc::start_byte, 0)};
        if (octets.size() < 2 || octets.size() < octets[1] % 7U + 2U) {
            if (idle)
                return {kind::broken, octets.size(), link_error(errc::inter_byte_timeout, octets.size())};
            return {};
        }
        const auto size = octets[1] % 7U + 2U;
        if (octets[size - 1] != octets[1])
            return {kind::broken, size, link_error(errc::checksum, size - 1)};
        return {kind::message, size};
    }

    void message(bytes_view wire, instant time) {
        messages.emplace_back(wire.begin(), wire.end());
        times.push_back(time);
    }
    void skipped(const garbage& noise) { skips.push_back(noise); }
    void idled() { ++pauses; }

    std::vector<octets> messages;
    std::vector<instant> times;
    std::vector<garbage> skips;
    int pauses = 0;
};

using finder = message_finder<8>;

} // namespace

TEST_CASE("messages are found between noise and accounted for") {
    const auto input = "01 AA 02 05 02 AA 03 01 02 04 AA 01 01 AA"_octets;
    for (const std::size_t cut : {1U, 2U, 5U, 100U}) {
        finder stream;
        peer seen;
        for (std::size_t at = 0; at < input.size(); at += cut)
            stream.feed(bytes_view{input}.subspan(at, std::min(cut, input.size() - at)), start, seen);
        stream.handle_timeout(start + 1s, seen);
        CHECK(seen.messages == std::vector<octets>{"AA 02 05 02"_octets, "AA 01 01"_octets});
        CHECK(seen.skips == std::vector<garbage>{{1, link_error(errc::start_byte, 0)},
                                                 {5, link_error(errc::checksum, 4)},
                                                 {1, link_error(errc::inter_byte_timeout, 1)}});
        CHECK(seen.pauses == 1);
    }
}

TEST_CASE("endless noise is told in pieces") {
    finder stream;
    peer seen;
    stream.feed(octets(20, 0x00), start, seen);
    CHECK(seen.skips.size() == 2);
    stream.handle_timeout(start + 100ms, seen);
    CHECK(seen.skips.back() == garbage{4, link_error(errc::start_byte, 0)});
    CHECK_FALSE(stream.poll_timeout());
}

TEST_CASE("a message that was hidden in an unfinished one has its own time") {
    finder stream;
    peer seen;
    stream.feed("AA 06 AA 01 01"_octets, start, seen);
    CHECK(seen.messages.empty());
    REQUIRE(stream.poll_timeout() == start + 100ms);
    stream.handle_timeout(start + 99ms, seen);
    CHECK(seen.messages.empty());
    stream.handle_timeout(start + 100ms, seen);
    CHECK(seen.messages == std::vector<octets>{"AA 01 01"_octets});
    CHECK(seen.times == std::vector<instant>{start});
    CHECK(seen.skips == std::vector<garbage>{{2, link_error(errc::inter_byte_timeout, 5)}});
    stream.handle_timeout(start + 1s, seen);
    CHECK(seen.pauses == 1);
}
