#include <meterlink/mbus/line_signal.hpp>

#include <chrono>
#include <cstdint>
#include <vector>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace std::chrono_literals;

namespace {

constexpr instant start{1s};

std::vector<heard_character> all(line_signal& line) {
    std::vector<heard_character> out;
    while (const auto next = line.take(start + 1h))
        out.push_back(*next);
    CHECK(line.is_idle());
    return out;
}

std::vector<std::uint8_t> octets_of(const std::vector<heard_character>& heard) {
    std::vector<std::uint8_t> out;
    for (const auto& each : heard)
        out.push_back(each.octet);
    return out;
}

bool all_good(const std::vector<heard_character>& heard) {
    for (const auto& each : heard)
        if (!each.is_good)
            return false;
    return true;
}

std::vector<std::uint8_t> every_octet() {
    std::vector<std::uint8_t> out;
    for (unsigned i = 0; i < 256; ++i)
        out.push_back(static_cast<std::uint8_t>(i));
    return out;
}

} // namespace

TEST_CASE("a character takes eleven bit times") {
    CHECK(character_time(1, 2400) == 4'583'333ns);
    CHECK(character_time(2400, 2400) == 11s);
    CHECK(bit_time(33, 300) == 110ms);
}

TEST_CASE("a lone burst is heard as it was sent and each character when it is complete") {
    line_signal line;
    line.add({start, 2400, every_octet()});
    CHECK_FALSE(line.take(start + character_time(1, 2400) - 1ns));
    const auto heard = all(line);
    CHECK(octets_of(heard) == every_octet());
    CHECK(all_good(heard));
    REQUIRE(heard.size() == 256);
    CHECK(heard[9].at == start + character_time(10, 2400));
}

TEST_CASE("the bits of a burst read as its characters") {
    // a burst that begins before the other makes the receiver sample every bit
    line_signal line;
    line.add({start, 2400, every_octet()});
    line.add({start + 2min, 2400, "FF"_octets});
    line.add({start + 1ns, 2400, every_octet()}); // half a bit would be too much, this is in step
    const auto heard = all(line);
    REQUIRE(heard.size() == 257);
    CHECK(all_good(heard));
    auto expected = every_octet();
    expected.push_back(0xFF);
    CHECK(octets_of(heard) == expected);
}

TEST_CASE("the same octets at the same moment read as one") {
    line_signal line;
    for (int i = 0; i < 250; ++i)
        line.add({start, 2400, "E5"_octets});
    const auto heard = all(line);
    CHECK(octets_of(heard) == "E5"_octets);
    CHECK(all_good(heard));
}

TEST_CASE("space wins where two send different octets") {
    line_signal line;
    line.add({start, 2400, "F0 AA"_octets});
    line.add({start, 2400, "0F AB"_octets});
    const auto heard = all(line);
    CHECK(octets_of(heard) == "00 AA"_octets);
    CHECK(heard[0].is_good); // even parity on all sides
    CHECK(heard[1].is_good);
}

TEST_CASE("wrong parity is noticed") {
    line_signal line;
    line.add({start, 2400, "01"_octets}); // parity 1
    line.add({start, 2400, "07"_octets}); // parity 1
    line.add({start, 2400, "03"_octets}); // parity 0
    const auto heard = all(line);
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].octet == 0x01);
    CHECK_FALSE(heard[0].is_good);
}

TEST_CASE("shifted bursts garble and those that follow each other do not") {
    line_signal shifted;
    shifted.add({start, 2400, "E5"_octets});
    shifted.add({start + bit_time(3, 2400), 2400, "E5"_octets});
    const auto garbled = all(shifted);
    CHECK(octets_of(garbled) != "E5"_octets);
    CHECK_FALSE(garbled.empty());
    line_signal apart;
    apart.add({start + character_time(1, 2400), 2400, "E5"_octets});
    apart.add({start, 2400, "E5"_octets});
    CHECK(octets_of(all(apart)) == "E5 E5"_octets);
}

TEST_CASE("what was complete before another began stays as it was") {
    line_signal line;
    line.add({start, 2400, "11 22 33 44"_octets});
    const auto first = line.take(start + character_time(1, 2400));
    REQUIRE(first);
    line.add({start + character_time(2, 2400), 2400, "CC CC CC CC"_octets});
    const auto rest = octets_of(all(line));
    REQUIRE(rest.size() == 5);
    CHECK(rest[0] == 0x22);
    CHECK(rest[1] == 0x00); // 33 and CC
    CHECK(rest[2] == 0x44); // 44 and CC
    CHECK(rest[4] == 0xCC);
}

TEST_CASE("a burst at another rate is garbage") {
    for (const std::uint32_t baud : {300U, 600U, 1200U, 4800U, 9600U, 38'400U}) {
        line_signal line;
        line.add({start, baud, "68 1F 1F 68 08 02 72"_octets});
        const auto heard = all(line);
        CHECK(octets_of(heard) != "68 1F 1F 68 08 02 72"_octets);
    }
    line_signal line{9600};
    line.add({start, 9600, "68 1F"_octets});
    CHECK(octets_of(all(line)) == "68 1F"_octets);
}

TEST_CASE("a break is one character however long it is") {
    line_signal line{9600};
    line.add({start, 300, "00"_octets}); // ten bits of space at 300 Bd, then a stop bit
    const auto heard = all(line);
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].octet == 0);
    CHECK_FALSE(heard[0].is_good);
}

TEST_CASE("a spike is no character") {
    line_signal line{300};
    line.add({start, 38'400, "FF"_octets}); // one bit of space
    CHECK(all(line).empty());
}

TEST_CASE("a character that ends later than its burst is heard whenever it is asked for") {
    line_signal line;
    line.add({start, 2400, "FF"_octets});
    line.add({start + bit_time(5, 2400), 2400, "7F"_octets}); // read from its first bit of space on
    std::size_t count = 0;
    for (auto now = start; now < start + 1s; now += 1ms)
        while (line.take(now))
            ++count;
    CHECK(count > 0);
    CHECK(line.is_idle());
    CHECK_FALSE(line.peek());
}
