#include <meterlink/wmbus/radio_decoder.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "chips.hpp"
#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;

namespace {

using octets = std::vector<std::uint8_t>;

/// An event with its octets copied.
struct seen {
    octets frame;
    frame_format format = frame_format::a;
    wmbus::mode mode = mode::t1;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::optional<error> problem;

    friend bool operator==(const seen&, const seen&) = default;
};

seen copy(const radio_event& event) {
    if (const auto* frame = std::get_if<radio_frame>(&event))
        return {{frame->octets.begin(), frame->octets.end()},
                frame->format,
                frame->mode,
                frame->begin,
                frame->end,
                frame->problem};
    const auto& noise = std::get<chip_noise>(event);
    return {{}, frame_format::a, mode::t1, noise.begin, noise.begin + noise.count, std::nullopt};
}

template <class NextCut>
std::vector<seen> decode_cut(bytes_view input, tuning tuned, NextCut next_cut) {
    radio_decoder radio{tuned};
    std::vector<seen> events;
    const auto keep = [&](const radio_event& event) { events.push_back(copy(event)); };
    while (!input.empty()) {
        const auto size = std::min<std::size_t>(next_cut(), input.size());
        radio.decode(input.first(size), keep);
        input = input.subspan(size);
    }
    radio.finish();
    radio.decode({}, keep);
    return events;
}

std::vector<seen> decode_all(bytes_view input, tuning tuned) {
    return decode_cut(input, tuned, [&] { return input.size(); });
}

std::vector<octets> frames_of(const std::vector<seen>& events) {
    std::vector<octets> out;
    for (const auto& event : events)
        if (!event.frame.empty())
            out.push_back(event.frame);
    return out;
}

constexpr tuning t1{mode::t1, direction::meter_to_other};
constexpr tuning c1{mode::c1, direction::meter_to_other};

} // namespace

TEST_CASE("frames of modes T and C are found one after the other with the noise between them") {
    const auto text = "0011" + sent_chips(example_c2(), frame_format::a, t1) +
                      sent_chips(example_c3(), frame_format::b, c1) +
                      sent_chips(example_gas(), frame_format::a, c1);
    const auto events = decode_all(packed_chips(text), t1);
    REQUIRE(events.size() >= 6);
    CHECK(events[0] == seen{{}, frame_format::a, mode::t1, 0, 42, {}});
    CHECK(events[1] == seen{example_c2(), frame_format::a, mode::t1, 42, 292, {}});
    CHECK(events[2] == seen{{}, frame_format::a, mode::t1, 292, 292 + 4 + 32, {}});
    CHECK(events[3].frame == example_c3());
    CHECK(events[3].format == frame_format::b);
    CHECK(events[3].mode == mode::c1);
    CHECK(events[5].frame == example_gas());
    CHECK(events[5].format == frame_format::a);
}

TEST_CASE("a frame comes with its last chip and not before") {
    const auto chips = packed_chips(sent_chips(example_c3(), frame_format::b, c1));
    radio_decoder radio{c1};
    for (std::size_t i = 0; i < chips.size(); ++i) {
        CHECK_FALSE(radio.next());
        CHECK(radio.feed(bytes_view{chips}.subspan(i, 1)) == 1);
    }
    CHECK(copy(radio.next().value()) == seen{{}, frame_format::a, mode::t1, 0, 32, {}});
    CHECK(copy(radio.next().value()).frame == example_c3());
    CHECK_FALSE(radio.next());
}

TEST_CASE("how the chips are cut changes no event") {
    std::mt19937_64 random{21};
    for (const auto& way : every_way()) {
        std::string text;
        std::vector<octets> sent;
        for (int i = 0; i < 6; ++i) {
            for (auto noise = random() % 60; noise > 0; --noise)
                text += random() % 2 == 0 ? '0' : '1';
            sent.push_back(on_the_air(random_telegram(random, 10 + random() % 243), way.format));
            text += sent_chips(sent.back(), way.format, way.sent);
        }
        const auto chips = packed_chips(text);
        const auto whole = decode_all(chips, way.sent);
        INFO(name(way.sent.mode) << ' ' << name(way.format));
        CHECK(frames_of(whole) == sent);
        CHECK(decode_cut(chips, way.sent, [] { return 1; }) == whole);
        CHECK(decode_cut(chips, way.sent, [&] { return 1 + random() % 100; }) == whole);
        std::uint64_t at = 0;
        for (const auto& event : whole) {
            CHECK(event.begin == at);
            at = event.end;
        }
        CHECK(at == chips.size() * 8);
    }
}

TEST_CASE("a frame that is drowned by another does not hide it") {
    const auto far = sent_chips(example_gas_b(), frame_format::b, c1);
    const auto near = sent_chips(example_c3(), frame_format::b, c1);
    const auto events = decode_all(packed_chips(far.substr(0, 200) + near + near), c1);
    const auto frames = frames_of(events);
    REQUIRE(frames.size() == 3);
    CHECK(frames[0].size() == example_gas_b().size());
    CHECK(frames[1] == example_c3());
    CHECK(frames[2] == example_c3());
    const auto broken = std::ranges::find_if(events, [](const seen& event) { return !event.frame.empty(); });
    REQUIRE(broken->problem);
    CHECK(broken->problem->code == errc::block_crc);
}

TEST_CASE("noise without an end is reported in pieces") {
    const octets noise(4000, 0x55);
    radio_decoder radio{t1};
    std::vector<seen> events;
    const auto keep = [&](const radio_event& event) { events.push_back(copy(event)); };
    radio.decode(noise, keep);
    REQUIRE(events.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(events[i].begin == i * radio_decoder::max_noise);
        CHECK(events[i].end == (i + 1) * radio_decoder::max_noise);
    }
    radio.finish();
    radio.decode({}, keep);
    REQUIRE(events.size() == 4);
    CHECK(events[3].end == 32000);
}

TEST_CASE("half a frame is given when nothing follows and the decoder goes on afresh") {
    const auto chips = packed_chips(sent_chips(example_gas(), frame_format::a, t1));
    radio_decoder radio{t1};
    std::vector<seen> events;
    const auto keep = [&](const radio_event& event) { events.push_back(copy(event)); };
    radio.decode(bytes_view{chips}.first(60), keep);
    CHECK(events.empty());
    radio.finish();
    CHECK(radio.feed(chips) == 0);
    radio.decode(chips, keep); // takes the rest when what is unfinished has been had
    const auto frames = frames_of(events);
    REQUIRE(frames.size() == 2);
    CHECK(frames[0].size() == 36);
    CHECK(events[1].problem == wmbus_error(errc::truncated, 36));
    CHECK(frames[1] == example_gas());
}

TEST_CASE("a decoder that is set to what is not sent hears noise only") {
    const auto chips = packed_chips(sent_chips(example_gas(), frame_format::a, t1));
    const auto events = decode_all(chips, {mode::t1, direction::other_to_meter});
    CHECK(events == std::vector{seen{{}, frame_format::a, mode::t1, 0, chips.size() * 8, {}}});
}

TEST_CASE("random chips give no whole frame and account for all of themselves") {
    std::mt19937_64 random{22};
    octets chips(200'000);
    for (auto& octet : chips)
        octet = static_cast<std::uint8_t>(random());
    for (const auto which : {mode::t1, mode::s1, mode::n1}) {
        std::uint64_t at = 0;
        for (const auto& event : decode_all(chips, {which})) {
            CHECK(event.begin <= at);
            at = std::max(at, event.end);
            if (!event.frame.empty())
                CHECK(event.problem);
        }
        CHECK(at == chips.size() * 8);
    }
}
