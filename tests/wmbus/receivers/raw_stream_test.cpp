#include <meterlink/wmbus/receivers/raw_stream.hpp>

#include <chrono>
#include <cstddef>
#include <variant>

#include "listening.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test::literals;
using namespace meterlink::test::listening;
using namespace meterlink::wmbus;
using namespace std::chrono_literals;

namespace {

raw_receiver any_stream() { return raw_receiver{{"roof", mode::t1}}; }
raw_receiver stream_of(frame_format format) { return raw_receiver{{"roof", mode::t1}, {format}}; }

const auto heard_a = heard(telegram_a, frame_format::a, mode::t1);
const auto heard_b = heard(telegram_b, frame_format::b, mode::t1);
const auto heard_stripped = heard(plain_telegram, frame_format::stripped, mode::t1);

} // namespace

TEST_CASE("streams of telegrams are sessions") {
    STATIC_REQUIRE(session<raw_receiver>);
    STATIC_REQUIRE(session<amber_transparent_receiver>);
}

TEST_CASE("a stream of telegrams tells the frame format of each") {
    CHECK(listen(any_stream(), joined({plain_telegram, telegram_a, telegram_b, telegram_a})) ==
          events{heard_stripped, heard_a, heard_b, heard_a});
    CHECK(listen(any_stream(), joined({plain_telegram, plain_telegram})) ==
          events{heard_stripped, heard_stripped});
}

TEST_CASE("a stream of one format has no other") {
    CHECK(listen(stream_of(frame_format::a), joined({telegram_a, telegram_b, telegram_a})) ==
          events{heard_a, garbage{telegram_b.size(), link_error(errc::block_crc, 10)}, heard_a});
    CHECK(listen(stream_of(frame_format::b), telegram_b) == events{heard_b});
    CHECK(listen(stream_of(frame_format::stripped), plain_telegram) == events{heard_stripped});
}

TEST_CASE("CRCs find telegrams behind noise") {
    const auto input =
        joined({"01 02 2E 44 93 FF"_octets, telegram_a, "00 FF 44"_octets, telegram_b, telegram_a});
    const auto all = listen(any_stream(), input);
    REQUIRE(all.size() == 5);
    CHECK(std::get<garbage>(all[0]).count == 6);
    CHECK(all[1] == receiver_event{heard_a});
    CHECK(std::get<garbage>(all[2]).count == 3);
    CHECK(all[3] == receiver_event{heard_b});
    CHECK(all[4] == receiver_event{heard_a});
    CHECK(is_same_however_cut(any_stream(), input));
}

TEST_CASE("a wrong CRC in a stream hides no intact telegram") {
    auto broken = telegram_a;
    broken[20] ^= 0x01;
    const auto input = joined({telegram_a, broken, telegram_a});
    const auto all = listen(any_stream(), input);
    REQUIRE(all.size() == 3);
    CHECK(std::get<garbage>(all[1]).count == broken.size());
    CHECK(std::get<garbage>(all[1]).why.code == errc::block_crc);
    CHECK(std::get<garbage>(all[1]).why.offset == 28);
    CHECK(all[2] == receiver_event{heard_a});
    CHECK(is_same_however_cut(any_stream(), joined({input, broken, telegram_b, broken})));
}

TEST_CASE("a stream with CRCs has no telegrams without") {
    auto broken = telegram_a;
    broken[3] ^= 0x01; // the first block: where it stands alone this might be a stripped one
    CHECK(std::holds_alternative<received>(listen(any_stream(), broken)[0]));
    const auto all = listen(any_stream(), joined({telegram_a, broken, telegram_a}));
    REQUIRE(all.size() == 4); // it has the length of a frame of format B, and some more
    CHECK(std::get<garbage>(all[1]).count + std::get<garbage>(all[2]).count == broken.size());
    CHECK(all[3] == receiver_event{heard_a});
}

TEST_CASE("telegrams without CRCs are found again after a pause") {
    auto receiver = stream_of(frame_format::stripped);
    receiver.handle_input("2E 99"_octets, start); // no C field
    receiver.handle_input(plain_telegram, start + 10ms);
    CHECK(take_events(receiver).empty());
    REQUIRE(receiver.poll_timeout() == start + 110ms);
    receiver.handle_timeout(start + 110ms);
    CHECK(take_events(receiver) ==
          events{garbage{2 + plain_telegram.size(), link_error(errc::frame_length, 1, -1, 0x99)}});
    receiver.handle_input(plain_telegram, start + 200ms);
    REQUIRE(std::holds_alternative<received>(*receiver.poll_event()));
}

TEST_CASE("half a telegram of a stream is given up after the pause") {
    auto receiver = any_stream();
    receiver.handle_input(bytes_view{plain_telegram}.first(20), start);
    receiver.handle_input(plain_telegram, start + 100ms);
    const auto all = take_events(receiver);
    REQUIRE(all.size() == 2);
    CHECK(all[0] == receiver_event{garbage{20, link_error(errc::inter_byte_timeout, 20)}});
    CHECK(std::get<received>(all[1]).time == start + 100ms);
    CHECK_FALSE(receiver.poll_timeout());
}

TEST_CASE("a long pause behind noise puts a stream back in step even if the noise was told before") {
    auto receiver = stream_of(frame_format::stripped);
    receiver.handle_input(octets(max_air_size + 1, 0x00), start);
    CHECK(take_events(receiver).size() == 1);
    receiver.handle_input(plain_telegram, start + 1s);
    CHECK(take_events(receiver).size() == 1);
}

TEST_CASE("the shortest telegrams of a stream are told by the pause") {
    const auto shortest = "09 40 93 15 78 56 34 12 33 03"_octets;
    CHECK(listen(any_stream(), shortest) == events{heard(shortest, frame_format::stripped, mode::t1)});
}

TEST_CASE("however a stream without CRCs is cut its telegrams are the same") {
    auto wrong = plain_telegram;
    wrong[1] = 0x99;
    CHECK(is_same_however_cut(any_stream(), joined({plain_telegram, plain_telegram, wrong, plain_telegram})));
    CHECK(is_same_however_cut(stream_of(frame_format::stripped),
                              joined({plain_telegram, wrong, plain_telegram})));
}

TEST_CASE("an AMBER module in transparent mode appends its RSSI or not") {
    auto expected = heard_stripped;
    expected.rssi_dbm = -121.5;
    const amber_transparent_receiver module{{"roof", mode::t1}};
    CHECK(listen(module, joined({plain_telegram, "A1"_octets, plain_telegram, "A1"_octets})) ==
          events{expected, expected});
    CHECK(listen(module, plain_telegram) == events{heard_stripped});
    const amber_transparent_receiver plain{{"roof", mode::t1}, false};
    CHECK(listen(plain, joined({plain_telegram, plain_telegram})) == events{heard_stripped, heard_stripped});
    CHECK(is_same_however_cut(module, joined({plain_telegram, "A1"_octets, plain_telegram})));
}
