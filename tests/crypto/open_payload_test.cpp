// The examples that standards print, opened with their keys.

#include <meterlink/tpl/decryption.hpp>

#include <algorithm>
#include <vector>

#include "crypto/listed_keys.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::tpl;

namespace {

constexpr auto wireless = medium_access::wireless;
constexpr std::string_view oms_key = "0102030405060708090A0B0C0D0E0F11";
constexpr std::string_view counting_key = "000102030405060708090A0B0C0D0E0F";
constexpr std::string_view other_key = "FF0102030405060708090A0B0C0D0E0F";

std::vector<std::uint8_t> octets(bytes_view view) { return {view.begin(), view.end()}; }

struct example {
    meter_address sender;
    std::vector<std::uint8_t> layer; // AFL, or empty
    std::vector<std::uint8_t> wire;
    std::string_view key;
    std::vector<std::uint8_t> plain; // the application's octets
    bool is_authenticated = false;
    medium_access access = wireless;
};

const auto gas = "0C 14 27 04 85 02 04 6D 32 37 1F 15 02 FD 17 00 00 "
                 "2F 2F 2F 2F 2F 2F 2F 2F 2F 2F 2F 2F 2F"_octets;
const auto allocator = "0B 6E 34 12 00 42 6C FE 04 4B 6E 56 34 02 0C FD 10 78 56 34 12"_octets;
const meter_address gas_meter{{0x1593}, 0x12345678, 0x33, device_type::gas};
const meter_address adapter{{0x4493}, 0x11223344, 0x55, static_cast<device_type>(0x37)};

std::vector<example> examples() {
    return {
        // OMS volume 2, annex N: mode 5, short header
        {gas_meter,
         {},
         "7A 2A 00 20 25 59 23 C9 5A AA 26 D1 B2 E7 49 3B 01 3E C4 A6 F6 D3 52 9B 52 0E DF F0 EA "
         "6D EF C9 9D 6D 69 EB F3"_octets,
         oms_key,
         gas},
        // partial encryption, long header, on the air and on the wire
        {adapter,
         {},
         "72 88 77 66 55 93 44 55 08 00 04 10 05 00 DF E2 A7 82 14 6D 15 13 58 1C D2 F8 3F 39 04 "
         "0C FD 10 78 56 34 12"_octets,
         counting_key,
         allocator},
        {{},
         {},
         "72 88 77 66 55 93 44 55 08 00 04 10 05 00 DF E2 A7 82 14 6D 15 13 58 1C D2 F8 3F 39 04 "
         "0C FD 10 78 56 34 12"_octets,
         counting_key,
         allocator,
         false,
         medium_access::wired},
        // mode 7 with MAC, short header: integrated radio
        {gas_meter, "90 0F 00 2C 25 B3 0A 00 00 21 92 4D 4F 2F B6 6E 01"_octets,
         "7A 75 00 20 07 10 90 58 47 5F 4B C9 1D F8 78 B8 0A 1B 0F 98 B6 29 02 4A AC 72 79 42 BF C5 49 "
         "23 3C 01 40 82 9B 93"_octets,
         counting_key, gas, true},
        // mode 7 with MAC, long header: radio adapter
        {{{0x2448}, 0x11223344, 0x03, static_cast<device_type>(0x37)},
         "90 0F 00 2C 25 B3 0A 00 00 AF 5D 74 DF 73 A6 00 D9"_octets,
         "72 78 56 34 12 93 15 33 03 75 00 20 07 10 90 58 47 5F 4B C9 1D F8 78 B8 0A 1B 0F 98 B6 29 02 "
         "4A AC 72 79 42 BF C5 49 23 3C 01 40 82 9B 93"_octets,
         counting_key,
         gas,
         true},
        // mode 10
        {{{0x2C37}, 0x53820306, 0x3C, static_cast<device_type>(0x16)},
         {},
         "7A 30 10 FF 2A 10 01 8C 57 0E 00 6D A7 63 24 71 F4 2B 0A 3C EC CD 46 13 53 57 3E D0 2B 87 11 8B "
         "C5 FF E9 82 F7 F0 0A 02 74 54 3B C5 19 38 F8 B9 C8 BB 89 28 11 4D 60 78 8A"_octets,
         "BF902DD6DFADAFE83E4AE6832B5FA14C",
         "04 6D 1C 2A 2F 3C 04 15 00 00 00 00 02 FF 25 01 04 06 FF 1B FF FF FF FF FF FF 44 6D 00 20 21 3C "
         "44 15 00 00 00 00"_octets,
         true},
    };
}

security_context context_of(const example& from) {
    security_context out{from.sender, std::nullopt};
    if (!from.layer.empty())
        out.afl = afl_view::parse(from.layer).value();
    return out;
}

message_view open(const example& from, listed_keys keys, bytes_span buffer) {
    const auto message = message_view::parse(from.wire, from.access);
    REQUIRE(message);
    REQUIRE(message->security().state == security_state::no_key);
    return open_payload(*message, context_of(from), keys, buffer);
}

} // namespace

TEST_CASE("the examples of the standards are opened with their keys") {
    for (const auto& from : examples()) {
        CAPTURE(to_hex(from.wire));
        std::vector<std::uint8_t> buffer(from.wire.size());
        const auto message = open(from, listed_keys{{other_key, from.key}}, buffer);
        CHECK(message.security().state == security_state::decrypted);
        CHECK(message.security().is_authenticated == from.is_authenticated);
        CHECK(message.security().problem == no_error);
        CHECK(octets(message.application_octets()) == from.plain);
        CHECK(message.wire().data() == buffer.data());
        CHECK(message.application_octets().data() == buffer.data() + message.application_offset());
        std::size_t records = 0;
        for (const auto& record : message.records()) {
            REQUIRE(record);
            ++records;
        }
        CHECK(records >= 3);
    }
}

TEST_CASE("the examples of the standards stay closed without their keys") {
    for (const auto& from : examples()) {
        std::vector<std::uint8_t> buffer(from.wire.size());
        CHECK(open(from, listed_keys{{}}, buffer).security().state == security_state::no_key);
        const auto wrong = open(from, listed_keys{{other_key}}, buffer);
        CHECK(wrong.security().state == security_state::wrong_key);
        CHECK_FALSE(wrong.security().is_authenticated);
        CHECK(wrong.wire().data() == from.wire.data());
    }
}

TEST_CASE("the meter's address is that of the long header where there is one") {
    const auto from = examples()[1];
    listed_keys keys{{counting_key}};
    std::vector<std::uint8_t> buffer(from.wire.size());
    const auto message = message_view::parse(from.wire, wireless);
    CHECK(open_payload(*message, context_of(from), keys, buffer).security().state ==
          security_state::decrypted);
    CHECK(keys.asked_for.identification == 0x55667788);
}

TEST_CASE("a single changed octet of an authenticated message closes it") {
    for (const auto& from : examples()) {
        if (!from.is_authenticated)
            continue;
        std::vector<std::uint8_t> buffer(from.wire.size());
        for (std::size_t i = 0; i < from.wire.size(); ++i) {
            auto changed = from;
            changed.wire[i] ^= 0x01;
            const auto message = message_view::parse(changed.wire, wireless);
            if (!message)
                continue;
            CAPTURE(i);
            listed_keys keys{{from.key}};
            const auto opened = open_payload(*message, context_of(changed), keys, buffer);
            CHECK_FALSE(opened.security().is_authenticated);
            CHECK(opened.security().state != security_state::decrypted);
        }
    }
}

TEST_CASE("a right key with a wrong MAC is neither a wrong key nor a reading") {
    // Its header was edited after the MAC was made.
    const example from{{{0x1593}, 0x11223344, 0x01, static_cast<device_type>(0x37)},
                       "90 0F 00 2C 25 38 07 00 00 FB 96 FA 70 24 B4 93 31"_octets,
                       "72 78 56 34 12 93 15 81 03 CF 00 10 07 10 53 30 57 C2 71 FF CC 8A 42 CB 3A 46 A3 9F "
                       "84 AE"_octets,
                       counting_key,
                       {}};
    std::vector<std::uint8_t> buffer(from.wire.size());
    const auto closed = open(from, listed_keys{{counting_key}}, buffer);
    CHECK(closed.security().state == security_state::mac_mismatch);
    CHECK(closed.application_octets().empty());
    CHECK(std::count(buffer.begin(), buffer.end(), 0) == static_cast<std::ptrdiff_t>(buffer.size()));

    auto without = from;
    without.layer = "90 07 00 28 20 38 07 00 00"_octets; // a counter and no MAC
    const auto opened = open(without, listed_keys{{counting_key}}, buffer);
    CHECK(opened.security().state == security_state::decrypted);
    CHECK_FALSE(opened.security().is_authenticated);
    CHECK(octets(opened.application_octets()) == "0C 94 3A 73 18 02 00 2F 2F 2F 2F 2F 2F 2F"_octets);
}
