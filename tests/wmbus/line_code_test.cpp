#include <meterlink/wmbus/line_code.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <meterlink/wmbus/manchester.hpp>
#include <meterlink/wmbus/three_of_six.hpp>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;

TEST_CASE("chips without a code are the bits of the octets") {
    std::vector<std::uint8_t> out(20);
    CHECK(encode<nrz>(example_c2(), out) == std::size_t{160});
    CHECK(out == example_c2());
    std::vector<std::uint8_t> back(20);
    CHECK(decode<nrz>(bits_view{out}, back) == std::size_t{20});
    CHECK(back == example_c2());
    CHECK(decode<nrz>(bits_view{out, 4, 152}, back) == std::size_t{19});
    CHECK(back[0] == 0xF4);
}

TEST_CASE("octets are coded and decoded in constants") {
    constexpr auto round_trip = []<class Code>(Code) {
        constexpr std::array<std::uint8_t, 3> data{0x2E, 0x44, 0x93};
        std::array<std::uint8_t, 6> chips{};
        const auto count = encode<Code>(data, chips);
        std::array<std::uint8_t, 3> back{};
        return count == 3 * Code::chips_per_octet &&
               decode<Code>(bits_view{chips, 0, *count}, back) == std::size_t{3} && back == data;
    };
    STATIC_REQUIRE(round_trip(nrz{}));
    STATIC_REQUIRE(round_trip(three_of_six{}));
    STATIC_REQUIRE(round_trip(manchester{}));
}
