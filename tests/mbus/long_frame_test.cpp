#include <meterlink/mbus/long_frame.hpp>

#include <algorithm>
#include <array>
#include <vector>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;

namespace {

// a water meter's answer, identification 12345678, as in the examples of EN 13757-3
const auto answer = "68 1F 1F 68 08 02 72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 00"
                    "DA 02 3B 13 01 8B 60 04 37 18 02 18 16"_octets;

error parse_error(std::vector<std::uint8_t> wire) { return long_frame_view::parse(wire).error(); }

std::vector<std::uint8_t> with(std::vector<std::uint8_t> wire, std::size_t at, std::uint8_t octet) {
    wire[at] = octet;
    return wire;
}

} // namespace

TEST_CASE("a long frame is taken apart") {
    const auto view = long_frame_view::parse(answer);
    REQUIRE(view);
    CHECK(view->c() == c_field::rsp_ud());
    CHECK(view->address() == primary_address{2});
    CHECK(view->ci() == 0x72);
    CHECK(view->user_data().data() == answer.data() + 7);
    CHECK(view->user_data().size() == 0x1C);
    CHECK(view->payload().data() == answer.data() + 6);
    CHECK(view->payload().size() == 0x1D);
    CHECK(view->wire().size() == answer.size());
}

TEST_CASE("a long frame is built from its parts") {
    const auto frame = long_frame::make(c_field::rsp_ud(), 2, 0x72, bytes_view{answer}.subspan(7, 0x1C));
    REQUIRE(frame);
    CHECK(frame->wire_size() == answer.size());
    CHECK(to_bytes(*frame) == answer);
    CHECK(long_frame::from(*long_frame_view::parse(answer)) == *frame);
}

TEST_CASE("a long frame cut at any length is truncated there") {
    for (std::size_t size = 0; size < answer.size(); ++size)
        CHECK(parse_error({answer.begin(), answer.begin() + static_cast<std::ptrdiff_t>(size)}) ==
              link_error(errc::truncated, size));
}

TEST_CASE("every defect of a long frame is named with its place and what was expected") {
    CHECK(parse_error(with(answer, 0, 0x10)) == link_error(errc::start_byte, 0, 0x68, 0x10));
    CHECK(parse_error(with(answer, 1, 0x1E)) == link_error(errc::length_mismatch, 2, 0x1E, 0x1F));
    CHECK(parse_error(with(answer, 2, 0x20)) == link_error(errc::length_mismatch, 2, 0x1F, 0x20));
    CHECK(parse_error(with(answer, 3, 0x69)) == link_error(errc::start_byte, 3, 0x68, 0x69));
    CHECK(parse_error(with(answer, 20, 0x16)) == link_error(errc::checksum, 35, 0x1B, 0x18));
    CHECK(parse_error(with(answer, 35, 0x19)) == link_error(errc::checksum, 35, 0x18, 0x19));
    CHECK(parse_error(with(answer, 36, 0x00)) == link_error(errc::stop_byte, 36, 0x16, 0x00));
    auto longer = answer;
    longer.push_back(0xE5);
    CHECK(parse_error(longer) == link_error(errc::trailing_bytes, 37, -1, 0xE5));
}

TEST_CASE("a length that cannot hold C, A and CI is too small") {
    for (std::uint8_t length = 0; length < 3; ++length) {
        std::vector<std::uint8_t> wire{0x68, length, length, 0x68, 0, 0, 0, 0x16, 0x16};
        CHECK(parse_error(wire) == link_error(errc::length_too_small, 1, 3, length));
    }
}

TEST_CASE("a defect in an incomplete header is told before the rest is missing") {
    CHECK(parse_error("68 1F 1E"_octets) == link_error(errc::length_mismatch, 2, 0x1F, 0x1E));
    CHECK(parse_error("68 02 02"_octets) == link_error(errc::length_too_small, 1, 3, 2));
    CHECK(parse_error("68 1F 1F 00"_octets) == link_error(errc::start_byte, 3, 0x68, 0x00));
}

TEST_CASE("when octets were lost, the missing stop byte is told, not the checksum") {
    auto shorter = answer;
    shorter.erase(shorter.begin() + 20);
    shorter.push_back(0x68);
    CHECK(parse_error(shorter) == link_error(errc::stop_byte, 36, 0x16, 0x68));
}

TEST_CASE("the announced size is known from the header alone") {
    CHECK(long_frame_view::announced_size(bytes_view{answer}.first(4)) == std::size_t{37});
    CHECK(long_frame_view::announced_size("68 FF FF 68"_octets) == std::size_t{261});
    CHECK(long_frame_view::announced_size("68 03 03 68"_octets) == std::size_t{9});
    CHECK(long_frame_view::announced_size("68 FF FF"_octets).error() == link_error(errc::truncated, 3));
}

TEST_CASE("user data of every length survive in a long frame") {
    std::vector<std::uint8_t> data;
    for (std::size_t length = 0; length <= 252; ++length) {
        const auto frame = long_frame::make(c_field{0x53}, 253, 0x51, data).value();
        const auto wire = to_bytes(frame);
        REQUIRE(wire.size() == length + 9);
        const auto view = long_frame_view::parse(wire);
        REQUIRE(view);
        CHECK(std::ranges::equal(view->user_data(), data));
        CHECK(long_frame::from(*view) == frame);
        data.push_back(static_cast<std::uint8_t>(length * 7 + 200));
    }
}

TEST_CASE("more user data than a length field counts are the caller's mistake") {
    const std::vector<std::uint8_t> data(253);
    CHECK(long_frame::make(c_field::snd_ud(), 1, 0x51, data).error() ==
          link_error(errc::value_out_of_range, 252));
}

TEST_CASE("a long frame with user data of fixed number is a constant") {
    constexpr long_frame alarm{c_field::rsp_ud(), 5, 0x71, std::array<std::uint8_t, 1>{0x03}};
    STATIC_REQUIRE(alarm.wire_size() == 10);
    CHECK(to_bytes(alarm) == "68 04 04 68 08 05 71 03 81 16"_octets);
    CHECK(to_bytes(alarm.with_c(c_field::rsp_ud(true)))[4] == 0x28);
}

TEST_CASE("a long frame is not written without room") {
    const auto frame = long_frame::from(*long_frame_view::parse(answer));
    for (std::size_t room = 0; room < answer.size(); ++room) {
        std::vector<std::uint8_t> out(room);
        CHECK(frame.emit(out).error() == error{errc::buffer_too_small, layer::core, room});
    }
}
