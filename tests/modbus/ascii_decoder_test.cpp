#include <meterlink/modbus/ascii_decoder.hpp>

#include <chrono>
#include <string>

#include "modbus/frame_cases.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;
using namespace std::chrono_literals;

namespace {

const std::string good = ":0103006B00038E\r\n";
const std::string other = ":018302"
                          "7A\r\n";

} // namespace

TEST_CASE("frames of ASCII are found however they are cut") {
    const auto longest = to_bytes(ascii_frame::make(1, pdu_of(253)).value());
    bool is_same = false;
    const auto events =
        decode_all(ascii_decoder{}, joined({characters(good), longest, characters(other)}), is_same);
    CHECK(is_same);
    REQUIRE(events.size() == 3);
    CHECK(events[0] == seen{0, 1, "03 00 6B 00 03"_octets, 17, {}});
    CHECK(events[1].pdu == pdu_of(253));
    CHECK(events[2] == seen{0, 1, "83 02"_octets, 11, {}});
}

TEST_CASE("a colon begins a new frame and what stood before it is garbage") {
    bool is_same = false;
    const auto events = decode_all(ascii_decoder{}, characters(":0103\r" + good + "x" + other), is_same);
    CHECK(is_same);
    REQUIRE(events.size() == 4);
    CHECK(events[0].size == 6);
    CHECK(events[0].why == modbus_error(errc::stop_byte, 6, '\n', ':'));
    CHECK(events[1].pdu == "03 00 6B 00 03"_octets);
    CHECK(events[2] == seen{0, 0, {}, 1, modbus_error(errc::start_byte, 0, ':', 'x')});
    CHECK(events[3].pdu == "83 02"_octets);
}

TEST_CASE("a wrong check is garbage with its name") {
    bool is_same = false;
    const auto events = decode_all(ascii_decoder{}, characters(":0103006B00038F\r\n"), is_same);
    CHECK(is_same);
    REQUIRE(events.size() == 1);
    CHECK(events[0] == seen{0, 0, {}, 17, modbus_error(errc::frame_lrc, 13, 0x8E, 0x8F)});
}

TEST_CASE("a half frame dies of a second of silence") {
    for (std::size_t size = 1; size < good.size(); ++size) {
        ascii_decoder line;
        std::vector<seen> events;
        const auto sink = [&](const decoder_event& event) { events.push_back(keep(event)); };
        const instant now{1h};
        line.decode(bytes_view{characters(good)}.first(size), now, sink);
        CHECK(events.empty());
        REQUIRE(line.poll_timeout() == now + 1s);
        line.decode(characters(good), now + 1s, sink);
        REQUIRE(events.size() == 2);
        CHECK(events[0] == seen{0, 0, {}, size, modbus_error(errc::frame_silence, size)});
        CHECK(events[1].pdu == "03 00 6B 00 03"_octets);
    }
}

TEST_CASE("digits without end come in bounded pieces") {
    bool is_same = false;
    const auto events = decode_all(ascii_decoder{}, characters(":" + std::string(2000, '0')), is_same);
    CHECK(is_same);
    CHECK(events.size() == 4);
    CHECK(events[0].why == modbus_error(errc::pdu_length, 511));
}
