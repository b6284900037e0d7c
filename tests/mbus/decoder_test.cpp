#include <meterlink/mbus/decoder.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <variant>
#include <vector>

#include <meterlink/mbus/command.hpp>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace std::chrono_literals;

namespace {

using octets = std::vector<std::uint8_t>;

/// An event with its octets copied, so that it outlives the decoder's buffer.
struct seen {
    octets frame;
    garbage skipped;

    [[nodiscard]] std::size_t size() const { return frame.size() + skipped.count; }
    friend bool operator==(const seen&, const seen&) = default;
};

seen intact(octets wire) { return {std::move(wire), {}}; }
seen skipped(std::size_t count, error why) { return {{}, {count, why}}; }

seen copy(const decoder_event& event) {
    if (const auto* found = std::get_if<frame_event>(&event)) {
        const auto wire = mbus::wire(found->frame);
        return intact({wire.begin(), wire.end()});
    }
    return {{}, std::get<garbage>(event)};
}

constexpr instant start{1h};
constexpr auto timeout = 100ms;

/// Everything that `input`, cut behind each of `cuts` octets in turn, gives, and then the idle line.
template <class NextCut>
std::vector<seen> decode_cut(bytes_view input, NextCut next_cut) {
    decoder line{timeout};
    std::vector<seen> events;
    const auto keep = [&](const decoder_event& event) { events.push_back(copy(event)); };
    while (!input.empty()) {
        const auto size = std::min<std::size_t>(next_cut(), input.size());
        line.decode(input.first(size), start, keep);
        input = input.subspan(size);
    }
    line.handle_timeout(start + timeout);
    line.decode({}, start + timeout, keep);
    CHECK_FALSE(line.poll_timeout());
    return events;
}

std::vector<seen> decode_all(bytes_view input) {
    return decode_cut(input, [&] { return input.size(); });
}

octets joined(std::initializer_list<octets> parts) {
    octets all;
    for (const auto& part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

std::size_t total(const std::vector<seen>& events) {
    std::size_t sum = 0;
    for (const auto& event : events)
        sum += event.size();
    return sum;
}

const auto ack_wire = "E5"_octets;
const auto nke = "10 40 01 41 16"_octets;
const auto baud = "68 03 03 68 53 01 BD 11 16"_octets;
const auto fixed = "68 13 13 68 08 05 73 78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00 3C 16"_octets;

octets longest_frame() {
    octets data(252);
    for (std::size_t i = 0; i < data.size(); ++i)
        data[i] = static_cast<std::uint8_t>(i);
    return to_bytes(long_frame::make(c_field::rsp_ud(), 1, 0x72, data).value());
}

} // namespace

TEST_CASE("frames that follow each other are found one by one") {
    const auto events = decode_all(joined({nke, ack_wire, baud, fixed, longest_frame(), ack_wire}));
    CHECK(events == std::vector{intact(nke), intact(ack_wire), intact(baud), intact(fixed),
                                intact(longest_frame()), intact(ack_wire)});
}

TEST_CASE("a decoder that was fed nothing has nothing to tell and no deadline") {
    decoder line;
    CHECK_FALSE(line.next());
    CHECK_FALSE(line.poll_timeout());
    CHECK(line.feed({}, start) == 0);
    line.handle_timeout(start + 1h);
    CHECK_FALSE(line.next());
}

TEST_CASE("a frame comes with its last octet and not before") {
    decoder line;
    for (std::size_t i = 0; i < fixed.size(); ++i) {
        CHECK_FALSE(line.next());
        CHECK(line.feed(bytes_view{fixed}.subspan(i, 1), start) == 1);
    }
    const auto event = line.next();
    REQUIRE(event);
    CHECK(copy(*event) == intact(fixed));
    CHECK_FALSE(line.next());
    CHECK_FALSE(line.poll_timeout());
}

TEST_CASE("noise before a frame is reported with the first octet's defect") {
    CHECK(decode_all(joined({"00 FF 55"_octets, nke})) ==
          std::vector{skipped(3, link_error(errc::start_byte, 0, -1, 0x00)), intact(nke)});
    CHECK(decode_all(joined({"68 01"_octets, nke})) ==
          std::vector{skipped(2, link_error(errc::length_mismatch, 2, 0x01, 0x10)), intact(nke)});
}

TEST_CASE("a broken frame is one piece of garbage and says what was expected") {
    auto wrong_sum = fixed;
    wrong_sum[23] = 0x3D;
    CHECK(decode_all(joined({wrong_sum, nke})) ==
          std::vector{skipped(25, link_error(errc::checksum, 23, 0x3C, 0x3D)), intact(nke)});
    auto wrong_stop = fixed;
    wrong_stop[24] = 0x17;
    CHECK(decode_all(joined({wrong_stop, nke})) ==
          std::vector{skipped(25, link_error(errc::stop_byte, 24, 0x16, 0x17)), intact(nke)});
    CHECK(decode_all(joined({"10 40 01 42 16"_octets, nke})) ==
          std::vector{skipped(5, link_error(errc::checksum, 3, 0x41, 0x42)), intact(nke)});
}

TEST_CASE("a broken frame is told at its end, without waiting for more") {
    auto broken = fixed;
    broken[10] ^= 0x01;
    decoder line;
    CHECK(line.feed(broken, start) == broken.size());
    const auto event = line.next();
    REQUIRE(event);
    CHECK(copy(*event) == skipped(25, link_error(errc::checksum, 23, 0x3D, 0x3C)));
    CHECK_FALSE(line.next());
    CHECK_FALSE(line.poll_timeout());
}

TEST_CASE("noise, a broken frame and another one are told apart") {
    auto broken = fixed;
    broken[23] = 0x00;
    const auto why = link_error(errc::checksum, 23, 0x3C, 0x00);
    CHECK(decode_all(joined({"AA BB"_octets, broken, broken, "CC"_octets, ack_wire})) ==
          std::vector{skipped(2, link_error(errc::start_byte, 0, -1, 0xAA)), skipped(25, why),
                      skipped(25, why), skipped(1, link_error(errc::start_byte, 0, -1, 0xCC)),
                      intact(ack_wire)});
}

TEST_CASE("a broken frame does not swallow an intact one that begins in it") {
    // the sender stopped in the middle and started over
    const octets half(fixed.begin(), fixed.begin() + 12);
    CHECK(decode_all(joined({half, fixed})) ==
          std::vector{skipped(12, link_error(errc::stop_byte, 24, 0x16, fixed[12])), intact(fixed)});
    // a header that announces much more than comes
    CHECK(decode_all(joined({"68 FF FF 68"_octets, nke, fixed})) ==
          std::vector{skipped(4, link_error(errc::inter_byte_timeout, 34)), intact(nke), intact(fixed)});
    // a start byte before a frame
    CHECK(decode_all(joined({"68"_octets, fixed})) ==
          std::vector{skipped(1, link_error(errc::length_mismatch, 2, 0x68, 0x13)), intact(fixed)});
    CHECK(decode_all(joined({"10"_octets, fixed})) ==
          std::vector{skipped(1, link_error(errc::stop_byte, 4, 0x16, 0x68)), intact(fixed)});
}

TEST_CASE("E5 in a broken frame is one of its data, E5 in noise an acknowledgement") {
    auto broken = longest_frame(); // its data hold every octet but the last few, E5 among them
    broken[9] ^= 0x80;
    const auto events = decode_all(broken);
    REQUIRE(events.size() == 1);
    CHECK(events[0].skipped.count == 261);
    CHECK(events[0].skipped.why.code == errc::checksum);
    CHECK(decode_all("00 E5 00"_octets) ==
          std::vector{skipped(1, link_error(errc::start_byte, 0, -1, 0x00)), intact(ack_wire),
                      skipped(1, link_error(errc::start_byte, 0, -1, 0x00))});
}

TEST_CASE("half a frame is given up when the line stays idle") {
    decoder line{timeout};
    CHECK(line.feed(bytes_view{fixed}.first(10), start) == 10);
    CHECK_FALSE(line.next());
    CHECK(line.poll_timeout() == start + timeout);
    line.handle_timeout(start + timeout - 1ns);
    CHECK_FALSE(line.next());
    line.handle_timeout(start + timeout);
    const auto event = line.next();
    REQUIRE(event);
    CHECK(copy(*event) == skipped(10, link_error(errc::inter_byte_timeout, 10)));
    CHECK_FALSE(line.next());
    CHECK_FALSE(line.poll_timeout());
}

TEST_CASE("every octet puts the deadline off") {
    decoder line{timeout};
    auto now = start;
    for (std::size_t i = 0; i + 1 < fixed.size(); ++i) {
        now += timeout - 1ns;
        CHECK(line.feed(bytes_view{fixed}.subspan(i, 1), now) == 1);
        CHECK_FALSE(line.next());
        CHECK(line.poll_timeout() == now + timeout);
        CHECK(line.feed({}, now) == 0); // nothing arrived, so this puts off nothing
        CHECK(line.poll_timeout() == now + timeout);
    }
}

TEST_CASE("octets that come after the deadline complete nothing, even when nobody called at it") {
    decoder line{timeout};
    std::vector<seen> events;
    const auto keep = [&](const decoder_event& event) { events.push_back(copy(event)); };
    line.decode(bytes_view{fixed}.first(10), start, keep);
    line.decode(bytes_view{fixed}.subspan(10), start + timeout, keep);
    line.handle_timeout(start + 2 * timeout);
    line.decode({}, start + 2 * timeout, keep);
    REQUIRE_FALSE(events.empty());
    CHECK(events[0] == skipped(10, link_error(errc::inter_byte_timeout, 10)));
    for (const auto& event : events)
        CHECK(event.frame.empty());
    CHECK(total(events) == fixed.size());
}

TEST_CASE("what is intact inside given-up octets is still found") {
    CHECK(decode_all(joined({"10 40"_octets, ack_wire})) ==
          std::vector{skipped(2, link_error(errc::inter_byte_timeout, 3)), intact(ack_wire)});
}

TEST_CASE("noise is reported in pieces when it does not end") {
    const octets noise(1000, 0x55);
    const auto why = link_error(errc::start_byte, 0, -1, 0x55);
    CHECK(decode_all(noise) ==
          std::vector{skipped(261, why), skipped(261, why), skipped(261, why), skipped(217, why)});
}

TEST_CASE("noise at the end is told when the line is idle") {
    decoder line{timeout};
    CHECK(line.feed("55 55"_octets, start) == 2);
    CHECK_FALSE(line.next());
    CHECK(line.poll_timeout() == start + timeout);
    line.handle_timeout(start + timeout);
    CHECK_FALSE(line.poll_timeout());
    CHECK(copy(line.next().value()) == skipped(2, link_error(errc::start_byte, 0, -1, 0x55)));
}

TEST_CASE("feed takes no more than the longest frame and goes on after next") {
    const auto wire = joined({longest_frame(), longest_frame()});
    decoder line;
    CHECK(line.feed(wire, start) == 261);
    CHECK(line.feed(bytes_view{wire}.subspan(261), start) == 0);
    CHECK(copy(line.next().value()) == intact(longest_frame()));
    CHECK(line.feed(bytes_view{wire}.subspan(261), start) == 261);
    CHECK(copy(line.next().value()) == intact(longest_frame()));
}

TEST_CASE("a decoder that was reset has forgotten what was pending") {
    decoder line{timeout};
    CHECK(line.feed("55 68 13"_octets, start) == 3);
    CHECK_FALSE(line.next());
    line.reset();
    CHECK_FALSE(line.poll_timeout());
    CHECK(line.feed(nke, start) == nke.size());
    CHECK(copy(line.next().value()) == intact(nke));
    CHECK(line.feed("10"_octets, start) == 1);
    CHECK(line.poll_timeout() == start + timeout);
}

TEST_CASE("the default timeout is 33 bit times and what an adapter may hold back") {
    STATIC_REQUIRE(decoder::default_timeout(300) == 110ms + 50ms);
    STATIC_REQUIRE(decoder::default_timeout(2400) == 13'750us + 50ms);
    STATIC_REQUIRE(decoder::default_timeout(0) == decoder::default_timeout(300));
    decoder line;
    CHECK(line.feed("10"_octets, start) == 1);
    CHECK(line.poll_timeout() == start + decoder::default_timeout(2400));
}

namespace {

/// A line as it never should be: intact and broken frames, noise, and pieces of frames.
octets random_line(std::mt19937_64& random) {
    const std::vector<octets> frames{
        ack_wire, nke, baud, fixed, longest_frame(), to_bytes(command::select(secondary_address{}))};
    const auto below = [&](std::size_t limit) { return random() % limit; };
    octets line;
    for (auto parts = 1 + below(8); parts > 0; --parts) {
        auto part = frames[below(frames.size())];
        switch (below(6)) {
        case 0: part[below(part.size())] ^= static_cast<std::uint8_t>(1U << below(8)); break;
        case 1: part.resize(below(part.size() + 1)); break;
        case 2: part.erase(part.begin() + static_cast<std::ptrdiff_t>(below(part.size()))); break;
        case 3:
            for (auto& octet : part)
                octet = octets{0x68, 0x10, 0xE5, 0x16, 0x03, 0x04, 0x00}[below(7)];
            break;
        default: break;
        }
        line.insert(line.end(), part.begin(), part.end());
    }
    return line;
}

} // namespace

TEST_CASE("any way of cutting the input gives the same events") {
    std::mt19937_64 random{2024};
    for (int round = 0; round < 1500; ++round) {
        const auto line = random_line(random);
        const auto whole = decode_all(line);
        CHECK(total(whole) == line.size());
        CHECK(decode_cut(line, [] { return std::size_t{1}; }) == whole);
        CHECK(decode_cut(line, [&] { return 1 + random() % 40; }) == whole);
        CHECK(decode_cut(line, [&] { return 1 + random() % 400; }) == whole);
    }
}

TEST_CASE("the events put together are the input") {
    std::mt19937_64 random{2025};
    for (int round = 0; round < 500; ++round) {
        const auto line = random_line(random);
        std::size_t at = 0;
        for (const auto& event : decode_all(line)) {
            CHECK(event.skipped.count <= max_frame_size);
            const auto part = bytes_view{line}.subspan(at, event.frame.size());
            CHECK(event.frame == octets(part.begin(), part.end()));
            at += event.size();
        }
        CHECK(at == line.size());
    }
}

TEST_CASE("input made to look like frames everywhere takes no more time than it is long") {
    octets starts(200'000, 0x68);
    CHECK(total(decode_all(starts)) == starts.size());
    for (std::size_t i = 0; i < starts.size(); ++i) // a header `68 FF FF 68` at every third octet
        starts[i] = i % 3 == 0 ? 0x68 : 0xFF;
    CHECK(total(decode_cut(starts, [] { return std::size_t{1}; })) == starts.size());
    for (std::size_t i = 0; i < starts.size(); ++i) // every start has its stop byte
        starts[i] = i % 109 < 54 ? 0x68 : 0x16;
    CHECK(total(decode_all(starts)) == starts.size());
}
