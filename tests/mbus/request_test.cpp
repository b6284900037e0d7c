#include <meterlink/mbus/request.hpp>

#include <array>
#include <cstdint>
#include <vector>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;

namespace {

std::vector<std::uint8_t> frame_of(const result<request>& made) {
    REQUIRE(made);
    return {made->frame().begin(), made->frame().end()};
}

} // namespace

TEST_CASE("a destination that no slave has is refused by its number", "[request]") {
    for (const std::uint8_t wrong : std::array<std::uint8_t, 3>{251, 252, 255}) {
        const auto expected = link_error(errc::value_out_of_range, 0, 250, wrong);
        CHECK(request::read(primary_address{wrong}).error() == expected);
        CHECK(request::poll_alarm(primary_address{wrong}).error() == expected);
    }
    for (const std::uint8_t right : std::array<std::uint8_t, 5>{0, 1, 250, 253, 254})
        CHECK(request::read(primary_address{right}));
    CHECK(request::normalise(primary_address::broadcast));
    CHECK_FALSE(request::normalise(251));
    CHECK(request::synchronise(primary_address::broadcast));
    CHECK_FALSE(request::set_baud_rate(primary_address::broadcast, 2400));
}

TEST_CASE("a request carries the frame that is to be sent", "[request]") {
    const primary_address to{5};
    CHECK(frame_of(request::send(to, "0F AA"_octets)) == "68 05 05 68 53 05 51 0F AA 62 16"_octets);
    CHECK(frame_of(request::application_reset(to, 0x10)) == "68 04 04 68 53 05 50 10 B8 16"_octets);
    CHECK(frame_of(request::synchronise(to)) == "68 03 03 68 53 05 5C B4 16"_octets);
    CHECK(frame_of(request::set_primary_address(to, 7)) == "68 06 06 68 53 05 51 01 7A 07 2B 16"_octets);
    CHECK(frame_of(request::global_readout(to)) == "68 04 04 68 53 05 51 7F 28 16"_octets);
    CHECK(frame_of(request::set_baud_rate(to, 9600)) == "68 03 03 68 53 05 BD 15 16"_octets);
    CHECK(frame_of(request::raw("01 02"_octets, raw_answer::nothing)) == "01 02"_octets);
    CHECK(request::read(to)->frame().empty());
}

TEST_CASE("a command to a selected slave goes to address 253", "[request]") {
    const secondary_address mask{0x12345678};
    const auto made = request::set_identification(mask, 0x87654321);
    CHECK(frame_of(made) == "68 09 09 68 53 FD 51 0C 79 21 43 65 87 76 16"_octets);
    CHECK(made->to().selection()->address() == mask);
}

TEST_CASE("what a command refuses is refused", "[request]") {
    const primary_address to{5};
    CHECK(request::set_primary_address(to, 251).error().code == errc::value_out_of_range);
    CHECK(request::set_identification(to, 0xA0000000).error().code == errc::bcd_digit);
    CHECK(request::set_secondary_address(to, secondary_address{}).error().code == errc::bcd_digit);
    CHECK(request::set_baud_rate(to, 1000).error().code == errc::value_out_of_range);
    CHECK(request::send(to, std::vector<std::uint8_t>(253)).error().code == errc::value_out_of_range);
    CHECK(request::raw({}, raw_answer::nothing).error().code == errc::truncated);
    CHECK(request::raw(std::vector<std::uint8_t>(262), raw_answer::nothing).error().code ==
          errc::value_out_of_range);
}

TEST_CASE("a request says what it is", "[request]") {
    CHECK(request::read(primary_address{5})->kind() == request_kind::read);
    CHECK(request::deselect().to().address() == primary_address::selected);
    CHECK(request::select(secondary_address{1}).kind() == request_kind::select);
    CHECK_FALSE(request::select(secondary_address{1}).options().deselects);
    const auto faster = request::set_baud_rate(primary_address{5}, 38400);
    REQUIRE(faster);
    CHECK(faster->wanted_baud() == 38400);
    CHECK(request::read(primary_address{5})->wanted_baud() == 0);
    CHECK(request::raw("FF"_octets, raw_answer::response)->answer() == raw_answer::response);
}

TEST_CASE("a request at a bit rate of 0 is refused", "[request]") {
    const primary_address to{5};
    request_options how;
    how.baud = 0;
    const auto expected = link_error(errc::value_out_of_range, 0, 300, 0);
    CHECK(request::read(to, how).error() == expected);
    CHECK(request::normalise(to, how).error() == expected);
    CHECK(request::send(to, "0F"_octets, how).error() == expected);
    CHECK(request::set_baud_rate(to, 9600, how).error() == expected);
    CHECK(request::raw("01 02"_octets, raw_answer::nothing, how).error() == expected);
}
