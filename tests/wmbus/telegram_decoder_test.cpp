#include <meterlink/wmbus/telegram_decoder.hpp>

#include <chrono>
#include <string>

#include <meterlink/apl/value.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;
using tpl::security_state;

namespace {

tpl::no_keys nobody;

std::vector<std::uint8_t> with_crc(const std::vector<std::uint8_t>& telegram, frame_format format) {
    std::vector<std::uint8_t> out(max_air_size);
    out.resize(add_crc(telegram, format, out).value());
    return out;
}

std::vector<std::uint8_t> with_length(std::vector<std::uint8_t> telegram) {
    telegram[0] = static_cast<std::uint8_t>(telegram.size() - 1);
    return telegram;
}

/// The link header, and `rest` behind it.
std::vector<std::uint8_t> telegram_of(const std::string& rest) {
    auto out = "00 44 93 15 78 56 34 12 33 03"_octets;
    const auto more = from_hex(rest);
    out.insert(out.end(), more.begin(), more.end());
    return with_length(out);
}

std::size_t records_in(const telegram_view& telegram) {
    std::size_t count = 0;
    for (const auto& record : telegram.records())
        count += record ? 1U : 0U;
    return count;
}

const auto volume_telegram = telegram_of("7A 2A 00 00 00 0C 14 27 04 85 02");

} // namespace

TEST_CASE("a plain telegram is read down to its records in every frame format") {
    telegram_decoder decoder{nobody};
    for (const auto format : {frame_format::a, frame_format::b, frame_format::stripped}) {
        const auto octets = with_crc(volume_telegram, format);
        const auto& telegram = decoder.decode(octets);
        CHECK(telegram.problems.empty());
        CHECK(telegram.format == format);
        CHECK(telegram.wire.size() == volume_telegram.size());
        REQUIRE(telegram.link);
        CHECK(telegram.link->sender.identification == 0x12345678);
        CHECK(telegram.meter() == telegram.link->sender);
        CHECK(telegram.access_number() == 0x2A);
        CHECK(telegram.security() == security_state::plain);
        CHECK(telegram.message_offset == 10);
        CHECK(telegram.rest.empty());
        CHECK(records_in(telegram) == 1);
    }
}

TEST_CASE("a frame format that is named is not guessed") {
    telegram_decoder decoder{nobody};
    const auto octets = with_crc(volume_telegram, frame_format::a);
    CHECK(decoder.decode(octets, frame_format::a).problems.empty());
    const auto& wrong = decoder.decode(octets, frame_format::b);
    REQUIRE(wrong.problems.size() == 1);
    CHECK(wrong.problems.front().code == errc::block_crc);
    CHECK_FALSE(wrong.link);
}

TEST_CASE("a telegram whose octets happen to end like format B is read when its format is named") {
    auto octets = telegram_of("78 0C 14 27 04 85 02 04 6D 00 00 00 00");
    const auto crc = crc16_en13757::of(bytes_view{octets}.first(octets.size() - 2));
    octets[octets.size() - 2] = static_cast<std::uint8_t>(crc >> 8);
    octets.back() = static_cast<std::uint8_t>(crc & 0xFFU);
    telegram_decoder decoder{nobody};
    CHECK(decoder.decode(octets).format == frame_format::b);
    CHECK(records_in(decoder.decode(octets, frame_format::stripped)) == 2);
}

TEST_CASE("a wrong block CRC is named with its place and nothing is read") {
    telegram_decoder decoder{nobody};
    auto octets = with_crc(volume_telegram, frame_format::a);
    octets[11] ^= 0x01;
    const auto& telegram = decoder.decode(octets);
    REQUIRE(telegram.problems.size() == 1);
    CHECK(telegram.problems.front().code == errc::block_crc);
    CHECK(telegram.problems.front().offset == 10);
    CHECK(telegram.problems.front().place == problem_place::input);
    CHECK_FALSE(telegram.link);
    CHECK(telegram.rest.size() == volume_telegram.size());
}

TEST_CASE("a frame with CRCs that is cut short is not read") {
    telegram_decoder decoder{nobody};
    for (const auto format : {frame_format::a, frame_format::b}) {
        const auto octets = with_crc(volume_telegram, format);
        const auto& telegram = decoder.decode(bytes_view{octets}.first(octets.size() - 1), format);
        REQUIRE(telegram.problems.size() == 1);
        CHECK(telegram.problems.front().code == errc::truncated);
        CHECK(telegram.problems.front().place == problem_place::input);
        CHECK_FALSE(telegram.link);
    }
}

TEST_CASE("an extended link layer and a network layer are passed on the way to the message") {
    telegram_decoder decoder{nobody};
    const auto octets = telegram_of("8C 00 75 81 1D 7A 2A 00 00 00 0C 14 27 04 85 02");
    const auto& telegram = decoder.decode(octets);
    CHECK(telegram.problems.empty());
    REQUIRE(telegram.ell);
    CHECK(telegram.ell->access_number == 0x75);
    CHECK(telegram.ell_offset == 10);
    CHECK(telegram.network_layer.size() == 2);
    CHECK(telegram.message_offset == 15);
    CHECK(records_in(telegram) == 1);
}

TEST_CASE("an encrypted extended link layer without a key leaves all that follows closed") {
    telegram_decoder decoder{nobody};
    const auto octets = telegram_of("8D 20 E9 60 3A 10 20 08 C6 7C 81 9A AE 99 B4");
    const auto& telegram = decoder.decode(octets);
    CHECK(telegram.problems.empty());
    CHECK(telegram.ell_security == security_state::no_key);
    CHECK(telegram.security() == security_state::no_key);
    CHECK_FALSE(telegram.message);
    CHECK(telegram.rest.size() == 6);
    CHECK(telegram.access_number() == 0xE9);
    CHECK(records_in(telegram) == 0);
}

TEST_CASE("a wrong payload CRC of a layer that does not encrypt is told and the payload not read") {
    telegram_decoder decoder{nobody};
    const auto octets = telegram_of("8D 20 E9 60 3A 10 00 34 12 78 0C 14 27 04 85 02");
    const auto& telegram = decoder.decode(octets);
    REQUIRE(telegram.problems.size() == 1);
    CHECK(telegram.problems.front().code == errc::payload_crc);
    CHECK(telegram.problems.front().offset == 17);
    CHECK(telegram.problems.front().place == problem_place::telegram);
    CHECK(telegram.problems.front().found == 0x1234);
    CHECK_FALSE(telegram.message);
    CHECK(telegram.rest.size() == 7);
}

TEST_CASE("a frame of format B with a wrong CRC is known by its payload CRC") {
    telegram_decoder decoder{nobody};
    auto octets = telegram_of("8D 20 E9 60 3A 10 00 00 00 78 0C 14 27 04 85 02");
    const auto crc = crc16_en13757::of(bytes_view{octets}.subspan(19));
    octets[17] = static_cast<std::uint8_t>(crc & 0xFFU);
    octets[18] = static_cast<std::uint8_t>(crc >> 8);
    octets.push_back(0x12);
    octets.push_back(0x34);
    octets = with_length(octets);
    const auto& telegram = decoder.decode(octets);
    REQUIRE(telegram.problems.size() == 1);
    CHECK(telegram.problems.front().code == errc::block_crc);
    CHECK(telegram.problems.front().offset == octets.size() - 2);
    CHECK(telegram.problems.front().found == 0x1234);
    CHECK(telegram.format == frame_format::b);
    CHECK(telegram.wire.size() == octets.size() - 2);
    CHECK(telegram.wire[0] == octets.size() - 3);
    CHECK(records_in(telegram) == 1);
}

TEST_CASE("an encrypted message without a key is there with its header and without records") {
    telegram_decoder decoder{nobody};
    const auto octets = telegram_of("7A 2A 00 10 05 59 23 C9 5A AA 26 D1 B2 E7 49 3B 01 3E C4 A6 F6");
    const auto& telegram = decoder.decode(octets);
    CHECK(telegram.problems.empty());
    CHECK(telegram.security() == security_state::no_key);
    REQUIRE(telegram.message);
    CHECK(telegram.message->security().encrypted.size() == 16);
    CHECK(records_in(telegram) == 0);
}

TEST_CASE("the long header names the meter behind a radio converter") {
    telegram_decoder decoder{nobody};
    const auto octets = telegram_of("72 88 77 66 55 93 44 55 08 00 00 00 00 0C 14 27 04 85 02");
    const auto& telegram = decoder.decode(octets);
    REQUIRE(telegram.meter());
    CHECK(telegram.meter()->identification == 0x55667788);
    CHECK(telegram.link->sender.identification == 0x12345678);
}

TEST_CASE("a telegram cut at any length is read as far as it goes and says where it ends") {
    telegram_decoder decoder{nobody};
    const auto whole = telegram_of("8C 00 75 7A 2A 00 00 00 0C 14 27 04 85 02");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        INFO(size);
        const auto& telegram = decoder.decode(bytes_view{whole}.first(size));
        REQUIRE_FALSE(telegram.problems.empty());
        if (size + 2 ==
            whole.size()) { // looks like format B of which somebody removed the CRC but not from L
            CHECK(telegram.problems.front().code == errc::frame_length);
        } else {
            CHECK(telegram.problems.front().code == errc::truncated);
            CHECK(telegram.problems.front().offset == size);
        }
        CHECK(telegram.link.has_value() == (size >= 10));
        CHECK(telegram.ell.has_value() == (size >= 13));
        CHECK(telegram.message.has_value() == (size >= 18));
    }
}

TEST_CASE("a telegram may end behind any layer") {
    telegram_decoder decoder{nobody};
    for (const auto* rest : {"", "8C 00 75", "8C 00 75 81 1D"}) {
        const auto octets = telegram_of(rest);
        const auto& telegram = decoder.decode(octets);
        CHECK(telegram.problems.empty());
        CHECK(telegram.link);
        CHECK_FALSE(telegram.message);
        CHECK(telegram.rest.empty());
        CHECK(telegram.is_read());
    }
}

TEST_CASE("form V of the extended link layer is named and kept") {
    telegram_decoder decoder{nobody};
    const auto octets = telegram_of("86 01 02 03");
    const auto& telegram = decoder.decode(octets);
    REQUIRE(telegram.problems.size() == 1);
    CHECK(telegram.problems.front() == error{errc::ci_unexpected, layer::wmbus, 10, -1, 0x86});
    CHECK(telegram.rest.size() == 4);
}

TEST_CASE("a fragment without anybody to join it is told") {
    telegram_decoder decoder{nobody};
    const auto octets = telegram_of("90 03 01 40 00 7A 2A 00 00 00");
    const auto& telegram = decoder.decode(octets);
    REQUIRE(telegram.problems.size() == 1);
    CHECK(telegram.problems.front().code == errc::fragment_unexpected);
    CHECK(telegram.afl);
}

TEST_CASE("fragments are joined to one message") {
    tpl::fragment_collector fragments;
    telegram_decoder decoder{nobody, {nullptr, &fragments}};
    const auto first = telegram_of("90 02 01 40 7A 2A 00 00 00 0C 14");
    const auto& half = decoder.decode(first);
    CHECK(half.problems.empty());
    CHECK_FALSE(half.message);
    const auto last = telegram_of("90 02 02 00 27 04 85 02");
    const auto& whole = decoder.decode(last);
    CHECK(whole.problems.empty());
    CHECK(whole.is_reassembled);
    CHECK(whole.access_number() == 0x2A);
    CHECK(records_in(whole) == 1);
}

TEST_CASE("what a receiver heard is decoded with the format and the time that it tells") {
    using namespace std::chrono_literals;
    tpl::fragment_collector fragments;
    telegram_decoder decoder{nobody, {.fragments = &fragments}};
    received first;
    first.telegram = decltype(first.telegram)::from(telegram_of("90 02 01 40 7A 2A 00 00 00 0C 14")).value();
    first.time = instant{1h};
    received last;
    last.telegram = decltype(last.telegram)::from(telegram_of("90 02 02 00 27 04 85 02")).value();
    last.time = first.time + 24h;
    CHECK(decoder.decode(first).problems.empty());
    CHECK(decoder.decode(last).problems.front().code == errc::fragment_unexpected); // too late
    first.format = frame_format::a;
    CHECK(decoder.decode(first).format == frame_format::a);
}

TEST_CASE("a message that is not as long as its layer says is told and read") {
    telegram_decoder decoder{nobody};
    const auto octets = telegram_of("90 04 00 10 08 00 78 0C 14 27 04 85 02");
    const auto& telegram = decoder.decode(octets);
    REQUIRE(telegram.problems.size() == 1);
    CHECK(telegram.problems.front() == error{errc::message_length, layer::tpl, 10, 8, 7});
    CHECK(records_in(telegram) == 1);
}

TEST_CASE("a compact frame is read once its format was heard of") {
    tpl::format_cache formats;
    telegram_decoder decoder{nobody, {&formats, nullptr}};
    const auto compact = telegram_of("79 31 3B 42 A6 D2 04 2E 16 34 23");
    const auto& unknown = decoder.decode(compact);
    REQUIRE(unknown.problems.size() == 1);
    CHECK(unknown.problems.front().code == errc::signature_unknown);
    const auto format = telegram_of("69 08 31 3B 02 02 02 15 02 2A");
    CHECK(decoder.decode(format).problems.empty());
    const auto& known = decoder.decode(compact);
    CHECK(known.problems.empty());
    CHECK(records_in(known) == 3);
    telegram_decoder without{nobody};
    CHECK(without.decode(compact).problems.front().code == errc::signature_unknown);
}

TEST_CASE("a full frame teaches its format") {
    tpl::format_cache formats;
    telegram_decoder decoder{nobody, {&formats, nullptr}};
    const auto full = telegram_of("78 02 02 D2 04 02 15 2E 16 02 2A 34 23");
    CHECK(decoder.decode(full).problems.empty());
    CHECK(formats.contains(0x3B31));
}

TEST_CASE("a decoder forgets a telegram when it reads the next") {
    telegram_decoder decoder{nobody};
    const auto first = telegram_of("8C 00 75 7A 2A 00 00 00 0C 14 27 04 85 02");
    CHECK(decoder.decode(first).ell);
    const auto second = telegram_of("78 0C 14 27 04 85 02");
    const auto& telegram = decoder.decode(second);
    CHECK_FALSE(telegram.ell);
    CHECK_FALSE(telegram.access_number());
    CHECK(records_in(telegram) == 1);
    CHECK(decoder.decode(bytes_view{}).problems.front().code == errc::truncated);
}

TEST_CASE("only the first problems of a telegram are kept") {
    telegram_problems problems;
    for (std::size_t i = 0; i < 6; ++i)
        problems.add({errc::truncated, layer::wmbus, i});
    CHECK(problems.size() == telegram_problems::capacity);
    CHECK(problems.front().offset == 0);
    CHECK((problems.end() - 1)->offset == 3);
}

TEST_CASE("each problem says in which octets it counts") {
    tpl::fragment_collector fragments;
    telegram_decoder decoder{nobody, {.fragments = &fragments}};
    // the header of the message that two fragments make is cut short
    const auto first = telegram_of("90 03 01 40 00 7A");
    const auto last = telegram_of("90 03 02 00 00 2A");
    CHECK(decoder.decode(first).problems.empty());
    const auto& joined = decoder.decode(last);
    REQUIRE(joined.problems.size() == 1);
    CHECK(joined.problems.front().place == problem_place::message);
    CHECK(joined.problems.front().offset == 2);
    // one octet more than L counts, and form V of the extended link layer
    auto longer = telegram_of("86 01 02 03");
    longer.push_back(0x00);
    const auto& telegram = decoder.decode(longer);
    REQUIRE(telegram.problems.size() == 2);
    CHECK(telegram.problems.begin()[0].code == errc::trailing_bytes);
    CHECK(telegram.problems.begin()[0].place == problem_place::input);
    CHECK(telegram.problems.begin()[1].code == errc::ci_unexpected);
    CHECK(telegram.problems.begin()[1].place == problem_place::telegram);
}

TEST_CASE("what two layers find at the same place is told once") {
    telegram_decoder decoder{nobody};
    CHECK(decoder.decode("14 44 93"_octets).problems.size() == 1);
}
