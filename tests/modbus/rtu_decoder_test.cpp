#include <meterlink/modbus/rtu_decoder.hpp>

#include <chrono>

#include "modbus/frame_cases.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::uint8_t> frame(unit_id unit, const std::vector<std::uint8_t>& content) {
    return to_bytes(rtu_frame::make(unit, content).value());
}

rtu_decoder replies_of(std::optional<unit_id> unit) {
    rtu_decoder out{listen_for::replies, 10ms};
    out.expect({unit, {}, 0});
    return out;
}

} // namespace

TEST_CASE("replies are found by their length and requests by theirs") {
    bool is_same = false;
    const auto heard = decode_all(replies_of({}),
                                  joined({frame(1, "03 04 01 02 03 04"_octets), frame(2, "83 02"_octets),
                                          frame(3, "10 00 01 00 02"_octets)}),
                                  is_same);
    CHECK(is_same);
    REQUIRE(heard.size() == 3);
    CHECK(heard[0] == seen{0, 1, "03 04 01 02 03 04"_octets, 9, {}});
    CHECK(heard[1] == seen{0, 2, "83 02"_octets, 5, {}});
    CHECK(heard[2] == seen{0, 3, "10 00 01 00 02"_octets, 8, {}});

    const auto asked =
        decode_all(rtu_decoder{listen_for::requests, 10ms},
                   joined({frame(1, "03 00 00 00 02"_octets),
                           frame(2, "10 00 01 00 02 04 00 0A 01 02"_octets), frame(3, "07"_octets)}),
                   is_same);
    CHECK(is_same);
    REQUIRE(asked.size() == 3);
    CHECK(asked[1] == seen{0, 2, "10 00 01 00 02 04 00 0A 01 02"_octets, 13, {}});
}

TEST_CASE("a reply is found without waiting for silence") {
    rtu_decoder line = replies_of(1);
    int frames = 0;
    line.decode(frame(1, "03 02 01 02"_octets), {}, [&](const decoder_event&) { ++frames; });
    CHECK(frames == 1);
    CHECK_FALSE(line.is_pending());
    CHECK_FALSE(line.poll_timeout());
}

TEST_CASE("noise before and behind a reply costs nothing") {
    bool is_same = false;
    const auto events = decode_all(replies_of(9),
                                   joined({"DE AD BE EF"_octets, frame(9, "03 02 01 02"_octets),
                                           "00 FF"_octets, frame(9, "83 01"_octets)}),
                                   is_same);
    CHECK(is_same);
    REQUIRE(events.size() == 4);
    CHECK(events[0] == seen{0, 0, {}, 4, modbus_error(errc::reply_from_another, 0, 9, 0xDE)});
    CHECK(events[1].pdu == "03 02 01 02"_octets);
    CHECK(events[2].size == 2);
    CHECK(events[3].pdu == "83 01"_octets);
}

TEST_CASE("behind a broken frame the next one of the unit is found by its CRC") {
    auto broken = frame(9, "03 04 01 02 03 04"_octets);
    broken[5] ^= 0x10;
    bool is_same = false;
    const auto events = decode_all(replies_of(9), joined({broken, frame(9, "03 02 01 02"_octets)}), is_same);
    CHECK(is_same);
    REQUIRE(events.size() == 2);
    CHECK(events[0].size == broken.size());
    CHECK(events[0].why.code == errc::frame_crc);
    CHECK(events[1].pdu == "03 02 01 02"_octets);
}

TEST_CASE("a half frame is garbage when the line falls silent and hides nothing behind it") {
    const auto wire = frame(9, "03 04 01 02 03 04"_octets);
    for (std::size_t size = 1; size < wire.size(); ++size) {
        auto line = replies_of(9);
        std::vector<seen> events;
        const auto sink = [&](const decoder_event& event) { events.push_back(keep(event)); };
        const instant now{1s};
        line.decode(bytes_view{wire}.first(size), now, sink);
        CHECK(events.empty());
        REQUIRE(line.poll_timeout() == now + 10ms);
        line.decode(wire, now + 10ms, sink); // the silence is noticed late
        REQUIRE(events.size() == 2);
        CHECK(events[0].size == size);
        CHECK(events[0].why == modbus_error(errc::frame_silence, size));
        CHECK(events[1].pdu == "03 04 01 02 03 04"_octets);
    }
}

TEST_CASE("a frame of an unknown function ends at the silence or where its caller says") {
    const auto wire = frame(9, "41 01 02 03 04"_octets);
    bool is_same = false;
    const auto by_silence = decode_all(replies_of(9), wire, is_same);
    CHECK(is_same);
    REQUIRE(by_silence.size() == 1);
    CHECK(by_silence[0].pdu == "41 01 02 03 04"_octets);

    auto told = replies_of(9);
    told.expect({9, std::uint8_t{0x41}, 5});
    int frames = 0;
    told.decode(wire, {}, [&](const decoder_event&) { ++frames; });
    CHECK(frames == 1);

    auto broken = wire;
    broken[3] ^= 1;
    const auto garbled = decode_all(replies_of(9), broken, is_same);
    CHECK(is_same);
    REQUIRE(garbled.size() == 1);
    CHECK(garbled[0].why.code == errc::frame_crc);
    CHECK(garbled[0].size == broken.size());
}

TEST_CASE("the longest frame fits and noise without end comes in bounded pieces") {
    std::vector<std::uint8_t> longest(253, 0x11);
    longest[0] = 3;
    longest[1] = 251;
    bool is_same = false;
    const auto events = decode_all(replies_of(9), joined({"00"_octets, frame(9, longest)}), is_same);
    CHECK(is_same);
    REQUIRE(events.size() == 2);
    CHECK(events[1].pdu == longest);
    const auto noise = decode_all(replies_of(9), std::vector<std::uint8_t>(1000, 9), is_same);
    CHECK(is_same);
    CHECK(noise.size() == 4);
}

TEST_CASE("a request begins behind silence or an intact frame and never within garbage") {
    const auto wire = frame(1, "06 00 03 BE EF"_octets);
    bool is_same = false;
    const auto hidden = decode_all(rtu_decoder{listen_for::requests, 10ms},
                                   joined({"05 03 08 00"_octets, wire, "12 34"_octets}), is_same);
    CHECK(is_same);
    for (const auto& each : hidden)
        CHECK(each.pdu.empty());

    rtu_decoder line{listen_for::requests, 50ms, line_timing{19200}};
    std::vector<seen> events;
    const auto sink = [&](const decoder_event& event) { events.push_back(keep(event)); };
    instant now{1s};
    line.decode("05 03 08 00 01 02 03 04 05"_octets, now, sink);
    line.decode(wire, now += 1ms, sink); // came without a pause
    CHECK(events.empty());
    line.decode(wire, now += 20ms, sink);
    REQUIRE(events.size() == 2);
    CHECK(events[0].size == 17);
    CHECK(events[1].pdu == "06 00 03 BE EF"_octets);
}

TEST_CASE("the reply that is expected of another is passed over") {
    rtu_decoder line{listen_for::requests, 10ms};
    std::vector<bool> replies;
    const auto sink = [&](const decoder_event& event) {
        const auto& adu = std::get<adu_view>(event);
        replies.push_back(adu.is_foreign_reply);
        if (!adu.is_foreign_reply)
            line.expect_reply(adu);
    };
    line.decode(joined({frame(5, "03 00 00 00 01"_octets), frame(5, "03 02 01 02"_octets),
                        frame(5, "03 00 00 00 01"_octets), frame(5, "83 02"_octets),
                        frame(5, "06 00 00 00 01"_octets), frame(6, "06 00 00 00 01"_octets)}),
                instant{1s}, sink);
    CHECK(replies == std::vector<bool>{false, true, false, true, false, false});
}
