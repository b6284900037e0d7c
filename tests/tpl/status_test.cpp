#include <meterlink/tpl/status.hpp>

#include <string>

#include "support/catch.hpp"

using namespace meterlink::tpl;

namespace {

std::string flags(std::uint8_t raw) {
    std::string out;
    status{raw}.for_each_flag(
        [&](std::string_view flag) { out += (out.empty() ? "" : " ") + std::string{flag}; });
    return out;
}

} // namespace

TEST_CASE("a status without bits has no flags") {
    CHECK(flags(0).empty());
    CHECK(status{}.application() == application_status::ok);
    CHECK_FALSE(status{}.is_power_low());
    CHECK_FALSE(status{}.has_permanent_error());
    CHECK_FALSE(status{}.has_temporary_error());
    CHECK(status{}.manufacturer_bits() == 0);
}

TEST_CASE("the low bits are one of four states, not two flags") {
    CHECK(flags(1) == "busy");
    CHECK(flags(2) == "application_error");
    CHECK(flags(3) == "alarm");
    CHECK(status{3}.application() == application_status::alarm);
    CHECK(status{0xFD}.application() == application_status::busy);
}

TEST_CASE("each other bit is a flag") {
    CHECK(flags(0x04) == "power_low");
    CHECK(flags(0x08) == "permanent_error");
    CHECK(flags(0x10) == "temporary_error");
    CHECK(flags(0x20) == "manufacturer_5");
    CHECK(flags(0x40) == "manufacturer_6");
    CHECK(flags(0x80) == "manufacturer_7");
    CHECK(flags(0x1B) == "alarm permanent_error temporary_error");
    CHECK(flags(0xFF) ==
          "alarm power_low permanent_error temporary_error manufacturer_5 manufacturer_6 manufacturer_7");
    for (unsigned raw = 0; raw <= 0xFF; ++raw) {
        const status s{static_cast<std::uint8_t>(raw)};
        CHECK(s.is_power_low() == (raw / 4 % 2 == 1));
        CHECK(s.has_permanent_error() == (raw / 8 % 2 == 1));
        CHECK(s.has_temporary_error() == (raw / 16 % 2 == 1));
        CHECK(s.manufacturer_bits() == raw / 32);
    }
}
