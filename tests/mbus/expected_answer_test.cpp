#include <meterlink/mbus/expected_answer.hpp>

#include <cstdint>
#include <vector>

#include "octets.hpp"
#include "scripted_line.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace meterlink::test;

namespace {

bool is_from_asked(const expected_answer& expected, const octets& frame) {
    return expected.is_from_asked(long_frame_view::parse(frame).value());
}

} // namespace

TEST_CASE("an own address answers with itself and 253 and 254 with any", "[expected_answer]") {
    CHECK(is_from_asked({answer_kind::response, 5, {}, {}}, telegram(5, 1)));
    CHECK_FALSE(is_from_asked({answer_kind::response, 5, {}, {}}, telegram(6, 1)));
    CHECK_FALSE(is_from_asked({answer_kind::response, 0, {}, {}}, telegram(6, 1)));
    for (const std::uint8_t asked : std::vector<std::uint8_t>{253, 254})
        for (const std::uint8_t own : std::vector<std::uint8_t>{0, 5, 250, 253})
            CHECK(is_from_asked({answer_kind::response, asked, {}, {}}, telegram(own, 1)));
}

TEST_CASE("a selected slave answers with an identity that fits the mask", "[expected_answer]") {
    const auto by = [](std::uint32_t id) {
        return expected_answer{answer_kind::response, primary_address::selected, secondary_address{id}, {}};
    };
    CHECK(is_from_asked(by(0x12345678), telegram(5, 0x12345678)));
    CHECK(is_from_asked(by(0x123FFFFF), telegram(5, 0x12345678)));
    CHECK_FALSE(is_from_asked(by(0x12345679), telegram(5, 0x12345678)));

    const auto fixed = "68 13 13 68 08 05 73 78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00 3C 16"_octets;
    CHECK(is_from_asked(by(0x12345678), fixed));
    CHECK_FALSE(is_from_asked(by(0x12345679), fixed));

    const auto nameless = to_bytes(long_frame::make(c_field::rsp_ud(), 5, 0x78, "0F"_octets).value());
    CHECK(is_from_asked(by(0x12345679), nameless));
}

TEST_CASE("behind a first telegram only its sender answers", "[expected_answer]") {
    expected_answer expected{answer_kind::response, primary_address::selected, {}, {}};
    const auto first = telegram(5, 0x12345678, 1, true);
    expected.narrow(first);
    CHECK(is_from_asked(expected, telegram(5, 0x12345678, 2)));
    CHECK_FALSE(is_from_asked(expected, telegram(6, 0x12345678, 2)));
    CHECK_FALSE(is_from_asked(expected, telegram(5, 0x12345679, 2)));
}

TEST_CASE("a copy has the same octets", "[expected_answer]") {
    const auto first = telegram(5, 0x12345678, 1);
    const expected_answer expected{answer_kind::response, 5, {}, first};
    CHECK(expected.is_copy(long_frame_view::parse(first).value()));
    CHECK_FALSE(expected.is_copy(long_frame_view::parse(telegram(5, 0x12345678, 2)).value()));
    CHECK_FALSE(expected_answer{}.is_copy(long_frame_view::parse(first).value()));
}
