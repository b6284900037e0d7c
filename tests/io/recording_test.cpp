#include <meterlink/io/recording.hpp>

#include <chrono>
#include <string>
#include <string_view>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::io;
using namespace meterlink::test::literals;
using namespace std::chrono_literals;

namespace {

void refused(std::string_view text, errc code, std::size_t offset) {
    INFO(text);
    const auto parsed = recording::parse(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error() == error{code, layer::io, offset});
}

} // namespace

TEST_CASE("what is recorded reads back as it was") {
    const auto sent = "10 5B 01 5C 16"_octets;
    const auto came = "E5"_octets;
    CHECK(recording_line(direction::sent, sent, 0ms) == "10 5B 01 5C 16  # > 0.000");
    CHECK(recording_line(direction::received, came, 12034ms) == "E5  # < 12.034");
    const auto text = recording_line(direction::sent, sent, 5ms) + '\n' +
                      recording_line(direction::received, came, 3600070ms) + '\n';
    const auto parsed = recording::parse(text);
    REQUIRE(parsed);
    CHECK(parsed->lines == 2);
    REQUIRE(parsed->parts.size() == 2);
    CHECK(parsed->parts[0] == recorded_octets{direction::sent, 5ms, sent, 1});
    CHECK(parsed->parts[1] == recorded_octets{direction::received, 3600070ms, came, 2});
}

TEST_CASE("a recording may have been edited by people") {
    const auto parsed =
        recording::parse("# the water meter\r\n\n  105b01 5C 16 #>1\r\n\t\n e5 # <\t1.5 \nE5#<2.25");
    REQUIRE(parsed);
    CHECK(parsed->lines == 6);
    REQUIRE(parsed->parts.size() == 3);
    CHECK(parsed->parts[0] == recorded_octets{direction::sent, 1s, "10 5B 01 5C 16"_octets, 3});
    CHECK(parsed->parts[1] == recorded_octets{direction::received, 1500ms, "E5"_octets, 5});
    CHECK(parsed->parts[2] == recorded_octets{direction::received, 2250ms, "E5"_octets, 6});
}

TEST_CASE("a recording of nothing is one") {
    for (const std::string_view text : {"", "\n", "# nothing\n"})
        CHECK(recording::parse(text)->parts.empty());
}

TEST_CASE("what is wrong with a recording is named with its place") {
    refused("E5", errc::recording_line, 2);
    refused("E5 #", errc::recording_line, 4);
    refused("E5 # 1.0", errc::recording_line, 5);
    refused("E5  # > ", errc::recording_line, 8);
    refused("E5  # > soon", errc::recording_line, 8);
    refused("E5  # > 1.", errc::recording_line, 10);
    refused("E5  # > 1.2345", errc::recording_line, 14);
    refused("E5  # > 1.000 s", errc::recording_line, 14);
    refused("E5  # > 99999999999.0", errc::recording_line, 8);
    refused("E5  # > 0.1\nE  # < 0.2", errc::hex_odd_digits, 12);
    refused("E5 1  # < 0.2", errc::hex_odd_digits, 3);
    refused("G5  # < 0.2", errc::hex_digit, 0);
    refused("\n E5 5X  # < 0.2", errc::hex_digit, 6);
    refused("E5#", errc::recording_line, 3);
    refused("68-04", errc::hex_digit, 2);
}

TEST_CASE("a recording that ends at any place is read or refused at its end") {
    const std::string whole = "10 5B 01 5C 16  # > 0.000\nE5  # < 0.250";
    std::size_t good = 0;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto text = std::string_view{whole}.substr(0, size);
        INFO(text);
        if (const auto parsed = recording::parse(text); parsed)
            ++good;
        else
            CHECK(parsed.error().offset <= size);
    }
    CHECK(good == 9); // nothing; the first line with fewer digits, whole and ended; the second with fewer
}

TEST_CASE("an error of a recording cites file and line and column") {
    constexpr std::string_view text = "E5  # < 0.100\nE5 X0  # < 0.200\n";
    CHECK(recording_error_text("bus.log", text, recording::parse(text).error()) ==
          "bus.log:2:4: not a hexadecimal digit");
}
