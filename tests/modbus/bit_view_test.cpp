#include <meterlink/modbus/bit_view.hpp>

#include <ranges>
#include <string>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

static_assert(std::ranges::random_access_range<bit_view>);

namespace {

std::string digits(bit_view bits) {
    std::string out;
    for (const bool bit : bits)
        out += bit ? '1' : '0';
    return out;
}

} // namespace

TEST_CASE("the first bit is the least significant one of the first octet") {
    const auto wire = "CD 6B 05"_octets;
    const bit_view bits{wire, 19};
    CHECK(bits.size() == 19);
    CHECK(digits(bits) == "1011001111010110101");
    CHECK(bits[0]);
    CHECK_FALSE(bits[1]);
    CHECK(bits[18]);
    CHECK(bits.octets().size() == 3);
    CHECK(digits(bit_view{wire}) == "101100111101011010100000");
}

TEST_CASE("bits that are not there are not promised") {
    const auto wire = "CD 6B 05"_octets;
    CHECK(bit_view{wire, 25}.size() == 24);
    CHECK(bit_view{wire, 8}.octets().size() == 1);
    CHECK(bit_view{wire, 9}.octets().size() == 2);
    CHECK(bit_view{wire, 0}.empty());
    CHECK(bit_view{}.empty());
    CHECK(bit_view{bytes_view{}, 5}.empty());
}
