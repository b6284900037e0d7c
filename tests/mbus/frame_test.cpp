#include <meterlink/mbus/frame.hpp>

#include <vector>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;

namespace {

struct example {
    std::vector<std::uint8_t> wire;
    frame_kind kind;
    int c;
    int address;
};

const std::vector<example> examples{
    {"E5"_octets, frame_kind::ack, -1, -1},
    {"10 40 01 41 16"_octets, frame_kind::short_frame, 0x40, 1},
    {"10 7B FD 78 16"_octets, frame_kind::short_frame, 0x7B, 253},
    {"68 03 03 68 53 01 BD 11 16"_octets, frame_kind::control_frame, 0x53, 1},
    {"68 04 04 68 53 FE 50 10 B1 16"_octets, frame_kind::long_frame, 0x53, 254},
    {"68 13 13 68 08 05 73 78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00 3C 16"_octets,
     frame_kind::long_frame, 0x08, 5},
};

} // namespace

TEST_CASE("the first octets tell the kind of a frame") {
    for (const auto& [wire, expected, c_raw, address_raw] : examples) {
        const auto view = parse_frame(wire);
        REQUIRE(view);
        CHECK(kind(*view) == expected);
        CHECK(mbus::wire(*view).data() == wire.data());
        CHECK(mbus::wire(*view).size() == wire.size());
        CHECK((c(*view) ? c(*view)->raw() : -1) == c_raw);
        CHECK((address(*view) ? address(*view)->raw() : -1) == address_raw);
        CHECK(announced_frame_size(wire) == wire.size());
    }
}

TEST_CASE("any frame is owned and built again") {
    for (const auto& one : examples) {
        const auto owner = frame::from(*parse_frame(one.wire));
        CHECK(owner.kind() == one.kind);
        CHECK(owner.wire_size() == one.wire.size());
        CHECK(to_bytes(owner) == one.wire);
        CHECK(owner == frame::from(*parse_frame(to_bytes(owner))));
        std::vector<std::uint8_t> small(one.wire.size() - 1);
        CHECK(owner.emit(small).error().code == errc::buffer_too_small);
    }
}

TEST_CASE("control and long frames carry a payload, the others none") {
    for (const auto& one : examples) {
        const auto long_one = as_long_frame(*parse_frame(one.wire));
        CHECK(long_one.has_value() ==
              (one.kind == frame_kind::control_frame || one.kind == frame_kind::long_frame));
        if (long_one)
            CHECK(long_one->payload().size() == one.wire.size() - 8);
    }
}

TEST_CASE("a long frame without user data is the control frame that it is on the wire") {
    const frame made{long_frame::make(c_field::snd_ud(), 1, 0xBD, {}).value()};
    CHECK(made.kind() == frame_kind::control_frame);
    CHECK(made == frame{control_frame{c_field::snd_ud(), 1, 0xBD}});
    CHECK(std::get_if<control_frame>(&made.as_variant()) != nullptr);
}

TEST_CASE("any frame cut at any length is truncated there") {
    for (const auto& one : examples)
        for (std::size_t size = 0; size < one.wire.size(); ++size)
            CHECK(parse_frame(bytes_view{one.wire}.first(size)).error() == link_error(errc::truncated, size));
}

TEST_CASE("no frame begins with any other octet") {
    for (unsigned first = 0; first < 256; ++first) {
        if (first == 0xE5 || first == 0x10 || first == 0x68)
            continue;
        const std::vector<std::uint8_t> wire{static_cast<std::uint8_t>(first), 0x40, 0x01, 0x41, 0x16};
        const auto expected = link_error(errc::start_byte, 0, -1, static_cast<std::int32_t>(first));
        CHECK(parse_frame(wire).error() == expected);
        CHECK(announced_frame_size(wire).error() == expected);
    }
    CHECK(announced_frame_size({}).error() == link_error(errc::truncated, 0));
}

TEST_CASE("any frame with one more octet has trailing bytes") {
    for (auto one : examples) {
        one.wire.push_back(0x00);
        CHECK(parse_frame(one.wire).error() ==
              link_error(errc::trailing_bytes, one.wire.size() - 1, -1, 0x00));
    }
}

TEST_CASE("kinds of frames have stable names") {
    CHECK(name(frame_kind::ack) == "ack");
    CHECK(name(frame_kind::short_frame) == "short");
    CHECK(name(frame_kind::control_frame) == "control");
    CHECK(name(frame_kind::long_frame) == "long");
}

TEST_CASE("a frame is parsed when compiling") {
    static constexpr std::uint8_t wire[]{0x68, 0x03, 0x03, 0x68, 0x53, 0x01, 0xBD, 0x11, 0x16};
    STATIC_REQUIRE(kind(*parse_frame(wire)) == frame_kind::control_frame);
    STATIC_REQUIRE(frame::from(*parse_frame(wire)).wire_size() == 9);
}
