#include <meterlink/wmbus/detected_frame.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "chips.hpp"
#include "corpus/corpus.hpp"
#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;

namespace {

using octets = std::vector<std::uint8_t>;

octets copied(bytes_view input) {
    octets out(max_telegram_size);
    out.resize(copy_telegram(input, detect_frame(input).value(), out).value());
    return out;
}

detected_frame whole(frame_format format, std::size_t size) { return {format, size, 0, std::nullopt}; }

octets padded(octets frame, std::size_t count) {
    frame.insert(frame.end(), count, 0x55);
    return frame;
}

octets with(octets frame, std::size_t at, std::uint8_t octet) {
    frame[at] = octet;
    return frame;
}

octets cut(const octets& frame, std::size_t size) {
    return {frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size)};
}

} // namespace

TEST_CASE("the examples of the standard are told apart") {
    CHECK(detect_frame(example_c2()).value() == whole(frame_format::a, 20));
    CHECK(detect_frame(example_c3()).value() == whole(frame_format::b, 21));
    CHECK(detect_frame(example_gas()).value() == whole(frame_format::a, 55));
    CHECK(detect_frame(example_gas_b()).value() == whole(frame_format::b, 49));
    CHECK(detect_frame(example_gas_stripped()).value() == whole(frame_format::stripped, 47));
    CHECK(copied(example_c2()) == example_c2_stripped());
    CHECK(copied(example_c3()) == example_c3_stripped());
    CHECK(copied(example_gas()) == example_gas_stripped());
    CHECK(copied(example_gas_b()) == example_gas_stripped());
    CHECK(copied(example_gas_stripped()) == example_gas_stripped());
}

TEST_CASE("frames of every length are told apart") {
    std::mt19937_64 random{7};
    for (std::size_t size = 10; size <= max_telegram_size; ++size) {
        const auto telegram = random_telegram(random, size);
        CHECK(detect_frame(telegram).value() == whole(frame_format::stripped, size));
        const auto a = on_the_air(telegram, frame_format::a);
        CHECK(detect_frame(a).value() == whole(frame_format::a, a.size()));
        CHECK(copied(a) == telegram);
        if (size > 252)
            continue;
        const auto b = on_the_air(telegram, frame_format::b);
        CHECK(detect_frame(b).value() == whole(frame_format::b, b.size()));
        CHECK(copied(b) == telegram);
    }
}

TEST_CASE("octets behind a frame are counted and are no problem where CRCs hold") {
    for (const std::size_t count : {1U, 2U, 3U, 8U, 40U}) {
        CHECK(detect_frame(padded(example_gas(), count)).value() ==
              detected_frame{frame_format::a, 55, count, std::nullopt});
        CHECK(detect_frame(padded(example_gas_b(), count)).value() ==
              detected_frame{frame_format::b, 49, count, std::nullopt});
        CHECK(copied(padded(example_gas(), count)) == example_gas_stripped());
    }
}

TEST_CASE("octets behind a telegram without CRCs are a problem because nothing confirms its length") {
    CHECK(detect_frame(padded(example_gas_stripped(), 3)).value() ==
          detected_frame{frame_format::stripped, 47, 3, wmbus_error(errc::trailing_bytes, 47, -1, 0x55)});
    CHECK(copied(padded(example_gas_stripped(), 3)) == example_gas_stripped());
}

TEST_CASE("a damaged frame of format A is still one and the CRC that fails is named") {
    const auto frame = example_gas();
    for (std::size_t i = 1; i < frame.size(); ++i) {
        const auto broken = with(frame, i, frame[i] ^ 0x40U);
        const auto found = detect_frame(broken).value();
        const std::size_t crc_at = i < 12 ? 10 : i < 30 ? 28 : i < 48 ? 46 : 53;
        CHECK(found.format == frame_format::a);
        CHECK(found.size == 55);
        REQUIRE(found.problem);
        CHECK(found.problem->code == errc::block_crc);
        CHECK(found.problem->offset == crc_at);
        CHECK(found.problem->found == (broken[crc_at] << 8 | broken[crc_at + 1]));
        CHECK(copied(broken).size() == 47);
    }
    // the right CRC is the expected one
    CHECK(detect_frame(with(frame, 10, 0x34)).value().problem ==
          wmbus_error(errc::block_crc, 10, 0x3363, 0x3463));
    // and with padding behind it
    CHECK(detect_frame(padded(with(frame, 5, 0), 4)).value().format == frame_format::a);
}

TEST_CASE("a damaged frame of format B with two blocks is still one") {
    std::mt19937_64 random{8};
    const auto frame = on_the_air(random_telegram(random, 200), frame_format::b);
    for (const std::size_t i : {1U, 100U, 125U, 126U, 127U, 128U, 201U, 202U, 203U}) {
        const auto broken = with(frame, i, frame[i] ^ 0x01U);
        const auto found = detect_frame(broken).value();
        CHECK(found.format == frame_format::b);
        REQUIRE(found.problem);
        CHECK(found.problem->code == errc::block_crc);
        CHECK(found.problem->offset == (i < 128 ? 126 : 202));
        CHECK(copied(broken).size() == 200);
    }
}

TEST_CASE("a frame of format B with one block that fails looks like a telegram without CRCs") {
    const auto frame = with(example_c3(), 12, 0);
    CHECK(detect_frame(frame).value() == whole(frame_format::stripped, 21));
    octets out(max_telegram_size);
    CHECK(remove_crc(frame, frame_format::b, out).error().offset == 19);
}

TEST_CASE("a frame of format A cut anywhere behind its first block is truncated and the rest is used") {
    const auto frame = example_gas();
    for (std::size_t size = 12; size < frame.size(); ++size) {
        const auto part = cut(frame, size);
        const auto found = detect_frame(part).value();
        CHECK(found == detected_frame{frame_format::a, size, 0, wmbus_error(errc::truncated, size)});
        // no CRC octet is among what is copied
        const auto telegram = copied(part);
        CHECK(telegram[0] == telegram.size() - 1);
        CHECK(std::equal(telegram.begin() + 1, telegram.end(), example_gas_stripped().begin() + 1));
        CHECK(telegram.size() == telegram_size(found, part[0]));
    }
    CHECK(copied(cut(frame, 29)).size() == 26);
    CHECK(copied(cut(frame, 30)).size() == 26);
    CHECK(copied(cut(frame, 31)).size() == 27);
}

TEST_CASE("a frame cut before any CRC is a truncated telegram") {
    for (std::size_t size = 1; size < 12; ++size) {
        const auto found = detect_frame(cut(example_gas(), size)).value();
        CHECK(found == detected_frame{frame_format::stripped, size, 0, wmbus_error(errc::truncated, size)});
        CHECK(copied(cut(example_gas(), size)).size() == size);
    }
    for (std::size_t size = 1; size + 2 < example_gas_b().size(); ++size)
        CHECK(detect_frame(cut(example_gas_b(), size)).value().problem == wmbus_error(errc::truncated, size));
}

TEST_CASE("a frame of format B cut behind its first block is truncated") {
    std::mt19937_64 random{9};
    const auto frame = on_the_air(random_telegram(random, 200), frame_format::b);
    for (std::size_t size = 128; size < frame.size(); ++size) {
        const auto found = detect_frame(cut(frame, size)).value();
        CHECK(found == detected_frame{frame_format::b, size, 0, wmbus_error(errc::truncated, size)});
        CHECK(copied(cut(frame, size)).size() == std::min<std::size_t>(size - 2, 200));
    }
}

TEST_CASE("a telegram whose L still counts the CRCs that are gone is taken with a problem") {
    auto telegram = example_c3_stripped();
    telegram[0] = 0x14;
    CHECK(detect_frame(telegram).value() ==
          detected_frame{frame_format::stripped, 19, 0, wmbus_error(errc::frame_length, 0, 0x12, 0x14)});
    CHECK(copied(telegram) == example_c3_stripped());
    std::mt19937_64 random{10};
    auto longer = random_telegram(random, 200);
    longer[0] = 203;
    CHECK(detect_frame(longer).value().problem == wmbus_error(errc::frame_length, 0, 199, 203));
}

TEST_CASE("what cannot be a frame is refused") {
    CHECK(detect_frame({}).error() == wmbus_error(errc::truncated, 0));
    for (std::uint8_t l = 0; l < 9; ++l)
        CHECK(detect_frame(octets(30, l)).error() == wmbus_error(errc::frame_length, 0, 9, l));
}

TEST_CASE("a telegram is not copied without room nor from other octets than those judged") {
    const auto found = detect_frame(example_gas()).value();
    for (std::size_t room = 0; room < 47; ++room) {
        octets out(room);
        CHECK(copy_telegram(example_gas(), found, out).error() ==
              error{errc::buffer_too_small, layer::core, room});
    }
    octets out(max_telegram_size);
    CHECK(copy_telegram(example_c2(), found, out).error() == wmbus_error(errc::truncated, 20));
    CHECK(copy_telegram(example_c2(), detected_frame{}, out).error().code == errc::truncated);
}

TEST_CASE("the telegrams of the corpus are of the format that they are known to have") {
    for (const auto& line : corpus_lines("wireless/telegrams.jsonl")) {
        const auto& framing = line.at("framing");
        const auto expected = string_in(framing, "crc");
        const auto octets = octets_of(line);
        INFO(string_in(line, "name"));
        const auto found = detect_frame(octets);
        REQUIRE(found);
        CHECK(name(found->format) == (expected == "none" ? "stripped" : expected));
        CHECK(found->trailing == framing.at("trailing").get<std::size_t>());
        CHECK(found->problem.has_value() == (found->trailing > 0));
        if (auto stripped = octets_of(line, "hex_stripped"); !stripped.empty()) {
            stripped[0] = static_cast<std::uint8_t>(stripped.size() - 1);
            CHECK(copied(octets) == stripped);
        }
    }
}
