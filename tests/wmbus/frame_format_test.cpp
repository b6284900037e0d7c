#include <meterlink/wmbus/frame_format.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "chips.hpp"
#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;

namespace {

using octets = std::vector<std::uint8_t>;

octets removed(bytes_view frame, frame_format format) {
    octets out(max_telegram_size);
    out.resize(remove_crc(frame, format, out).value());
    return out;
}

error removal_error(bytes_view frame, frame_format format) {
    octets out(max_telegram_size);
    return remove_crc(frame, format, out).error();
}

error building_error(bytes_view telegram, frame_format format) {
    octets out(max_air_size);
    return add_crc(telegram, format, out).error();
}

constexpr std::array with_crc{frame_format::a, frame_format::b};

} // namespace

TEST_CASE("the examples of the standard lose and regain their CRCs") {
    CHECK(removed(example_c2(), frame_format::a) == example_c2_stripped());
    CHECK(removed(example_c3(), frame_format::b) == example_c3_stripped());
    CHECK(removed(example_gas(), frame_format::a) == example_gas_stripped());
    CHECK(removed(example_gas_b(), frame_format::b) == example_gas_stripped());
    CHECK(on_the_air(example_c2_stripped(), frame_format::a) == example_c2());
    CHECK(on_the_air(example_c3_stripped(), frame_format::b) == example_c3());
    CHECK(on_the_air(example_gas_stripped(), frame_format::a) == example_gas());
    CHECK(on_the_air(example_gas_stripped(), frame_format::b) == example_gas_b());
}

TEST_CASE("a telegram without CRCs is copied") {
    CHECK(removed(example_gas_stripped(), frame_format::stripped) == example_gas_stripped());
    CHECK(on_the_air(example_gas_stripped(), frame_format::stripped) == example_gas_stripped());
}

TEST_CASE("the sizes follow from L") {
    STATIC_REQUIRE(air_size(frame_format::a, 9) == 12);
    STATIC_REQUIRE(air_size(frame_format::a, 10) == 15);
    STATIC_REQUIRE(air_size(frame_format::a, 25) == 30);
    STATIC_REQUIRE(air_size(frame_format::a, 26) == 33);
    STATIC_REQUIRE(air_size(frame_format::a, 255) == max_air_size);
    STATIC_REQUIRE(air_size(frame_format::b, 255) == 256);
    STATIC_REQUIRE(air_size(frame_format::stripped, 255) == max_telegram_size);
    STATIC_REQUIRE(stripped_size(frame_format::a, 255) == 256);
    STATIC_REQUIRE(stripped_size(frame_format::b, 127) == 126);
    STATIC_REQUIRE(stripped_size(frame_format::b, 130) == 127);
    STATIC_REQUIRE(stripped_size(frame_format::b, 255) == 252);
}

TEST_CASE("format B knows no frames of 129 and 130 octets") {
    for (int l = 0; l <= 255; ++l) {
        const auto length = static_cast<std::uint8_t>(l);
        CHECK(is_length(frame_format::a, length) == (l >= 9));
        CHECK(is_length(frame_format::stripped, length) == (l >= 9));
        CHECK(is_length(frame_format::b, length) == (l >= 11 && l != 128 && l != 129));
    }
}

TEST_CASE("telegrams of every length survive either format") {
    std::mt19937_64 random{4};
    for (std::size_t size = 10; size <= max_telegram_size; ++size) {
        const auto telegram = random_telegram(random, size);
        for (const auto format : with_crc) {
            if (format == frame_format::b && size > 252) {
                CHECK(building_error(telegram, format) == wmbus_error(errc::value_out_of_range, 252));
                continue;
            }
            const auto frame = on_the_air(telegram, format);
            CHECK(frame.size() == air_size(format, frame[0]));
            CHECK(stripped_size(format, frame[0]) == size);
            CHECK(is_length(format, frame[0]));
            CHECK(removed(frame, format) == telegram);
        }
    }
}

TEST_CASE("a long frame of format B has its first CRC behind 126 octets") {
    std::mt19937_64 random{5};
    for (const std::size_t size : {127U, 128U, 200U, 252U}) {
        const auto frame = on_the_air(random_telegram(random, size), frame_format::b);
        const auto crc_of = [&](std::size_t begin, std::size_t end) {
            return crc16_en13757::of(bytes_view{frame}.subspan(begin, end - begin));
        };
        CHECK((frame[126] << 8 | frame[127]) == crc_of(0, 126));
        CHECK((frame[frame.size() - 2] << 8 | frame.back()) == crc_of(128, frame.size() - 2));
    }
}

TEST_CASE("the first block whose CRC does not hold is named by the place of its CRC") {
    std::mt19937_64 random{6};
    const auto telegram = random_telegram(random, 140);
    for (const auto format : with_crc) {
        const auto frame = on_the_air(telegram, format);
        std::size_t crc_at = format == frame_format::a ? 10 : 126;
        for (std::size_t i = 1; i < frame.size(); ++i) {
            if (i == crc_at + 2)
                crc_at =
                    format == frame_format::a ? std::min(crc_at + 18, frame.size() - 2) : frame.size() - 2;
            auto broken = frame;
            broken[i] ^= 0x10;
            const auto why = removal_error(broken, format);
            CHECK(why.code == errc::block_crc);
            CHECK(why.layer == layer::wmbus);
            CHECK(why.offset == crc_at);
            CHECK(why.found == (broken[crc_at] << 8 | broken[crc_at + 1]));
            CHECK(why.expected != why.found);
        }
    }
}

TEST_CASE("a frame cut at any length is truncated there") {
    for (std::size_t size = 1; size < example_gas().size(); ++size)
        CHECK(removal_error(bytes_view{example_gas()}.first(size), frame_format::a) ==
              wmbus_error(errc::truncated, size));
    for (std::size_t size = 1; size < example_gas_b().size(); ++size)
        CHECK(removal_error(bytes_view{example_gas_b()}.first(size), frame_format::b) ==
              wmbus_error(errc::truncated, size));
    CHECK(removal_error({}, frame_format::a) == wmbus_error(errc::truncated, 0));
}

TEST_CASE("octets behind a frame are not its own") {
    auto padded = example_c2();
    padded.insert(padded.end(), 3, 0x55);
    CHECK(removed(padded, frame_format::a) == example_c2_stripped());
}

TEST_CASE("lengths that the format cannot have are refused") {
    auto frame = octets(300);
    for (const int l : {0, 1, 8}) {
        frame[0] = static_cast<std::uint8_t>(l);
        for (const auto format : {frame_format::a, frame_format::b, frame_format::stripped})
            CHECK(removal_error(frame, format) == wmbus_error(errc::frame_length, 0, -1, l));
    }
    for (const int l : {9, 10, 128, 129}) {
        frame[0] = static_cast<std::uint8_t>(l);
        CHECK(removal_error(frame, frame_format::b) == wmbus_error(errc::frame_length, 0, -1, l));
    }
}

TEST_CASE("a telegram that is none is not built") {
    CHECK(building_error("09 44 AE 0C 78 56 34 12 01"_octets, frame_format::a) ==
          wmbus_error(errc::truncated, 9));
    CHECK(building_error("0A 44 AE 0C 78 56 34 12 01 07"_octets, frame_format::a) ==
          wmbus_error(errc::frame_length, 0, 9, 10));
    CHECK(building_error(octets(257), frame_format::a) == wmbus_error(errc::value_out_of_range, 256));
}

TEST_CASE("nothing is written beyond the room") {
    for (std::size_t room = 0; room < example_gas().size(); ++room) {
        octets out(room);
        CHECK(add_crc(example_gas_stripped(), frame_format::a, out).error() ==
              error{errc::buffer_too_small, layer::core, room});
    }
    for (std::size_t room = 0; room < example_gas_stripped().size(); ++room) {
        octets out(room);
        CHECK(remove_crc(example_gas(), frame_format::a, out).error() ==
              error{errc::buffer_too_small, layer::core, room});
    }
}

TEST_CASE("CRCs are constants where the frame is one") {
    constexpr auto frame = [] {
        std::array<std::uint8_t, 12> out{};
        const std::array<std::uint8_t, 10> telegram{9, 0x44, 0xAE, 0x0C, 0x78, 0x56, 0x34, 0x12, 1, 7};
        return add_crc(telegram, frame_format::a, out) ? out : std::array<std::uint8_t, 12>{};
    }();
    CHECK(removed(frame, frame_format::a).size() == 10);
    STATIC_REQUIRE(name(frame_format::a) == "A");
    STATIC_REQUIRE(name(frame_format::b) == "B");
    STATIC_REQUIRE(name(frame_format::stripped) == "stripped");
}

TEST_CASE("the first block of format A is told by its CRC") {
    const auto telegram = "09 44 93 15 78 56 34 12 33 03"_octets;
    std::vector<std::uint8_t> frame(max_air_size);
    frame.resize(add_crc(telegram, frame_format::a, frame).value());
    REQUIRE(frame.size() == first_block_size);
    CHECK(is_first_block_intact(frame));
    for (std::size_t size = 0; size < frame.size(); ++size)
        CHECK_FALSE(is_first_block_intact(bytes_view{frame}.first(size)));
    for (std::size_t at = 0; at < frame.size(); ++at) {
        auto damaged = frame;
        damaged[at] ^= 0x10;
        CHECK_FALSE(is_first_block_intact(damaged));
    }
}
