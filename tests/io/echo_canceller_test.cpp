#include <meterlink/io/echo_canceller.hpp>

#include <cstdint>
#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::io;
using namespace meterlink::test::literals;

namespace {

std::vector<std::uint8_t> filtered(echo_canceller& echo, const std::vector<std::uint8_t>& octets) {
    const auto left = echo.filter(octets);
    return {left.begin(), left.end()};
}

} // namespace

TEST_CASE("an echo is taken out however it is cut") {
    const auto request = "10 5B 01 5C 16"_octets;
    for (std::size_t cut = 0; cut <= request.size(); ++cut) {
        echo_canceller echo;
        echo.sent(request);
        CHECK(filtered(echo, {request.begin(), request.begin() + static_cast<std::ptrdiff_t>(cut)}).empty());
        CHECK(echo.outstanding() == request.size() - cut);
        auto rest = std::vector(request.begin() + static_cast<std::ptrdiff_t>(cut), request.end());
        rest.push_back(0xE5);
        CHECK(filtered(echo, rest) == "E5"_octets);
        CHECK(filtered(echo, request) == request);
    }
}

TEST_CASE("a line without echo loses nothing though its answer begins as the request did") {
    echo_canceller echo;
    echo.sent("68 03 03 68 53 01 51 A5 16"_octets);
    CHECK(filtered(echo, "68"_octets).empty());
    CHECK(filtered(echo, "0F 0F 68 08"_octets) == "68 0F 0F 68 08"_octets);
    CHECK(filtered(echo, "01"_octets) == "01"_octets);
}

TEST_CASE("an echo that was garbled on the line is seen") {
    echo_canceller echo;
    echo.sent("10 5B 01 5C 16"_octets);
    CHECK(filtered(echo, "10 5B 00 5C"_octets) == "10 5B 00 5C"_octets);
    CHECK(echo.outstanding() == 0);
}

TEST_CASE("octets sent in two pieces have one echo and a new request gives up an old one") {
    echo_canceller echo;
    echo.sent("10 5B"_octets);
    echo.sent("01 5C 16"_octets, true);
    CHECK(filtered(echo, "10 5B 01 5C 16"_octets).empty());

    echo.sent("10 40 01 41 16"_octets);
    CHECK(filtered(echo, "10 40"_octets).empty());
    echo.sent("10 5B 01 5C 16"_octets);
    CHECK(filtered(echo, "10 5B 01 5C 16 E5"_octets) == "E5"_octets);
}
