#include <meterlink/wmbus/sync_search.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "chips.hpp"
#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;

namespace {

using octets = std::vector<std::uint8_t>;

struct seen {
    octets frame;
    frame_format format;
    wmbus::mode mode;
    std::size_t begin;
    std::size_t end;
    std::optional<error> problem;
};

std::optional<seen> find(const std::string& text, tuning tuned) {
    const auto packed = packed_chips(text);
    std::array<std::uint8_t, max_air_size> out{};
    const auto found = find_radio_frame({packed, 0, text.size()}, tuned, out);
    if (!found)
        return std::nullopt;
    return seen{{found->octets.begin(), found->octets.end()},
                found->format,
                found->mode,
                static_cast<std::size_t>(found->begin),
                static_cast<std::size_t>(found->end),
                found->problem};
}

constexpr tuning t1{mode::t1, direction::meter_to_other};
constexpr tuning c1{mode::c1, direction::meter_to_other};

} // namespace

TEST_CASE("the examples of the standard are found where they stand") {
    const auto t = find("1100" + sent_chips(example_c2(), frame_format::a, t1) + "111", t1);
    REQUIRE(t);
    CHECK(t->frame == example_c2());
    CHECK(t->format == frame_format::a);
    CHECK(t->mode == mode::t1);
    CHECK(t->begin == 4 + 38);
    CHECK(t->end == 4 + 38 + 10 + 240);
    CHECK_FALSE(t->problem);

    const auto c = find(sent_chips(example_c3(), frame_format::b, c1), c1);
    REQUIRE(c);
    CHECK(c->frame == example_c3());
    CHECK(c->format == frame_format::b);
    CHECK(c->mode == mode::c1);
    CHECK(c->begin == 32);
    CHECK(c->end == 64 + 21 * 8);
}

TEST_CASE("a radio set to T hears C and one set to C hears T") {
    CHECK(find(sent_chips(example_c3(), frame_format::b, c1), t1)->mode == mode::c1);
    CHECK(find(sent_chips(example_c2(), frame_format::a, c1), t1)->format == frame_format::a);
    CHECK(find(sent_chips(example_c2(), frame_format::a, t1), c1)->mode == mode::t1);
    CHECK(find(sent_chips(example_c2(), frame_format::a, t1), {mode::c2})->mode == mode::t2);
    CHECK(find(sent_chips(example_c3(), frame_format::b, c1), {mode::t2})->mode == mode::c2);
}

TEST_CASE("a radio does not hear other modes") {
    const auto t = sent_chips(example_c2(), frame_format::a, t1);
    CHECK_FALSE(find(t, {mode::s1}));
    CHECK_FALSE(find(t, {mode::n1}));
    CHECK_FALSE(find(t, {mode::c2, direction::other_to_meter}));
    CHECK_FALSE(find(t, {mode::t1, direction::other_to_meter}));
    CHECK_FALSE(find(sent_chips(example_c2(), frame_format::a, {mode::s1}), t1));
}

TEST_CASE("frames of every mode and length are found at every offset among noise") {
    std::mt19937_64 random{11};
    const auto noise = [&](std::size_t count) {
        std::string out;
        while (out.size() < count)
            out += random() % 2 == 0 ? '0' : '1';
        return out;
    };
    for (const auto& way : every_way())
        for (std::size_t offset = 0; offset < 8; ++offset) {
            const auto size = 10 + random() % 243;
            const auto frame = on_the_air(random_telegram(random, size), way.format);
            const auto before = noise(16 + offset);
            const auto found = find(before + sent_chips(frame, way.format, way.sent) + noise(20), way.sent);
            INFO(name(way.sent.mode) << ' ' << name(way.format) << " offset " << offset);
            REQUIRE(found);
            CHECK(found->frame == frame);
            CHECK(found->format == way.format);
            CHECK(found->mode == way.sent.mode);
            CHECK_FALSE(found->problem);
        }
}

TEST_CASE("chips cut at any place give what was complete before it from the first block on") {
    for (const auto& way :
         {way{t1, frame_format::a}, way{c1, frame_format::b}, way{{mode::s2}, frame_format::a}}) {
        const auto frame = way.format == frame_format::a ? example_gas() : example_gas_b();
        const auto chips = sent_chips(frame, way.format, way.sent);
        const auto whole = find(chips, way.sent).value();
        const auto first = whole.end - frame.size() * (way.sent.mode == mode::t1   ? 12
                                                       : way.sent.mode == mode::c1 ? 8
                                                                                   : 16);
        const auto per_octet = (whole.end - first) / frame.size();
        for (std::size_t size = 0; size < chips.size(); ++size) {
            const auto found = find(chips.substr(0, size), way.sent);
            const auto count = size < first ? 0 : (size - first) / per_octet;
            REQUIRE(found.has_value() == (count >= 12));
            if (!found)
                continue;
            const auto there = std::min(count, frame.size());
            CHECK(found->frame == octets(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(there)));
            CHECK(found->end == first + there * per_octet);
            if (there < frame.size())
                CHECK(found->problem == wmbus_error(errc::truncated, there));
            else
                CHECK_FALSE(found->problem);
        }
    }
}

TEST_CASE("a symbol that is none ends a frame of mode T and the octets before it are kept") {
    const auto chips = sent_chips(example_gas(), frame_format::a, t1);
    const std::size_t first = 38 + 10;
    for (std::size_t octet = 0; octet < example_gas().size(); ++octet) {
        auto broken = chips;
        broken.replace(first + octet * 12, 6, "000000");
        const auto found = find(broken, t1);
        REQUIRE(found.has_value() == (octet >= 12));
        if (!found)
            continue;
        CHECK(found->problem == wmbus_error(errc::chip_code, octet));
        CHECK(found->frame.size() == octet);
        CHECK(found->end == first + octet * 12);
    }
}

TEST_CASE("a frame whose CRC does not hold is found with the place of it") {
    auto frame = example_gas();
    frame[20] ^= 0x01;
    const auto found = find(sent_chips(frame, frame_format::a, t1), t1);
    REQUIRE(found);
    CHECK(found->frame == frame);
    REQUIRE(found->problem);
    CHECK(found->problem->code == errc::block_crc);
    CHECK(found->problem->offset == 28);
}

TEST_CASE("a sync word with one wrong chip or behind less than three pairs is none") {
    const auto chips = sent_chips(example_c2(), frame_format::a, t1);
    for (std::size_t i = 38 - 6; i < 48; ++i) {
        auto broken = chips;
        broken[i] = broken[i] == '0' ? '1' : '0';
        CHECK_FALSE(find(broken, t1));
    }
    CHECK(find(chips.substr(38 - 6), t1));
    CHECK_FALSE(find(chips.substr(38 - 5), t1));
}

TEST_CASE("chips without a frame give none") {
    CHECK_FALSE(find("", t1));
    CHECK_FALSE(find("0101", t1));
    CHECK_FALSE(find(std::string(5000, '0'), t1));
    CHECK_FALSE(find(std::string(5000, '1'), c1));
}
