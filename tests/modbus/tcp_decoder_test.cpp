#include <meterlink/modbus/tcp_decoder.hpp>

#include "modbus/frame_cases.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

namespace {

std::vector<std::uint8_t> frame(std::uint16_t transaction, std::size_t size = 5) {
    return to_bytes(tcp_frame::make(transaction, 1, pdu_of(size)).value());
}

} // namespace

TEST_CASE("frames of TCP are found however they are cut") {
    bool is_same = false;
    const auto events =
        decode_all(tcp_decoder{}, joined({frame(1), frame(2, 253), frame(3, 1), frame(4)}), is_same);
    CHECK(is_same);
    REQUIRE(events.size() == 4);
    CHECK(events[1] == seen{2, 1, pdu_of(253), 260, {}});
    CHECK(events[3] == seen{4, 1, pdu_of(5), 12, {}});
}

TEST_CASE("a server is told that the framing is lost and hears nothing more") {
    tcp_decoder server;
    std::vector<seen> events;
    const auto sink = [&](const decoder_event& event) { events.push_back(keep(event)); };
    server.decode(frame(1), {}, sink);
    CHECK_FALSE(server.is_lost());
    server.decode("00 02 00 01 00 06"_octets, {}, sink);
    CHECK(server.is_lost());
    server.decode(frame(3), {}, sink);
    server.give_up();
    server.decode({}, {}, sink);
    REQUIRE(events.size() == 2);
    CHECK(events[1] == seen{0, 0, {}, 18, modbus_error(errc::protocol_identifier, 2, 0, 1)});
    server.reset();
    CHECK_FALSE(server.is_lost());
    server.decode(frame(4), {}, sink);
    CHECK(events.back().transaction == 4);
}

TEST_CASE("a client finds the framing again at a transaction that it expects") {
    tcp_decoder client;
    client.expect(0xFFFE, 4); // FFFE to 0001
    const auto input = joined({"00 01 00 00 FF FF 01 03"_octets, frame(0x0300), frame(0xFFFF), frame(9)});
    bool is_same = false;
    const auto events = decode_all(client, input, is_same);
    CHECK(is_same);
    REQUIRE(events.size() == 3);
    CHECK(events[0] == seen{0, 0, {}, 20, modbus_error(errc::length_field, 4, 254, 0xFFFF)});
    CHECK(events[1].transaction == 0xFFFF);
    CHECK(events[2].transaction == 9);
}

TEST_CASE("garbage without end is reported in bounded pieces") {
    bool is_same = false;
    const auto events = decode_all(tcp_decoder{}, std::vector<std::uint8_t>(1000, 0xAA), is_same);
    CHECK(is_same);
    REQUIRE(events.size() == 4);
    CHECK(events[0].size == 260);
    CHECK(events[3].size == 220);
}

TEST_CASE("a half frame waits and is dropped when it is given up") {
    tcp_decoder decoder;
    std::vector<seen> events;
    const auto sink = [&](const decoder_event& event) { events.push_back(keep(event)); };
    const auto wire = frame(0x1234);
    for (std::size_t size = 1; size < wire.size(); ++size) {
        decoder.reset();
        events.clear();
        decoder.decode(bytes_view{wire}.first(size), {}, sink);
        CHECK(events.empty());
        CHECK(decoder.is_pending());
        CHECK(decoder.pending_transaction() ==
              (size < 2 ? std::optional<std::uint16_t>{} : std::optional<std::uint16_t>{0x1234}));
        decoder.give_up();
        CHECK(decoder.is_lost());
        decoder.decode({}, {}, sink);
        REQUIRE(events.size() == 1);
        CHECK(events[0] == seen{0, 0, {}, size, modbus_error(errc::frame_silence, size)});
    }
}
