#include <meterlink/mbus/slave_options.hpp>

#include <chrono>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace std::chrono_literals;

TEST_CASE("answers begin between 11 bit times and 330 bit times and 50 milliseconds") {
    const auto code = [](slave_options options) {
        const auto checked = options.checked();
        return checked ? errc::none : checked.error().code;
    };
    CHECK(code({}) == errc::none);
    CHECK(code({.answer_bits = 10}) == errc::value_out_of_range);
    CHECK(code({.answer_bits = 11}) == errc::none);
    CHECK(code({.answer_bits = 330, .answer_pause = 50ms}) == errc::none);
    CHECK(code({.answer_bits = 331}) == errc::value_out_of_range);
    CHECK(code({.answer_pause = 51ms}) == errc::value_out_of_range);
    CHECK(code({.answer_pause = -1ms}) == errc::value_out_of_range);
}

TEST_CASE("a slave knows the rates that can be commanded") {
    for (const auto& row : baud_rate_rows)
        CHECK(slave_options{.baud = row.baud}.checked());
    CHECK(slave_options{.baud = 0}.checked().error().code == errc::value_out_of_range);
    CHECK(slave_options{.baud = 115'200}.checked().error().found == 115'200);
}
