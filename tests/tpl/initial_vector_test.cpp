#include <meterlink/tpl/initial_vector.hpp>

#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::tpl;

namespace {

const meter_address meter{{0x1593}, 0x12345678, 0x33, device_type::gas};

} // namespace

TEST_CASE("the vector of mode 5 is the address and eight times the access number") {
    const auto vector = mode_5_vector(meter, 0x2A);
    CHECK(std::vector<std::uint8_t>(vector.begin(), vector.end()) ==
          "93 15 78 56 34 12 33 03 2A 2A 2A 2A 2A 2A 2A 2A"_octets);
}

TEST_CASE("the nonce of mode 10 is the address, zero and the counter, high octet first") {
    const auto nonce = mode_10_nonce(meter, 0x010E578C);
    CHECK(std::vector<std::uint8_t>(nonce.begin(), nonce.end()) ==
          "93 15 78 56 34 12 33 03 00 01 0E 57 8C"_octets);
}
