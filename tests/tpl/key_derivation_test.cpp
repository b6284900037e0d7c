#include <meterlink/tpl/key_derivation.hpp>

#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"
#include "tpl/fake_cipher.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::tpl;

namespace {

std::vector<std::uint8_t> octets(const aes_block& block) { return {block.begin(), block.end()}; }

} // namespace

TEST_CASE("the block of the key derivation names purpose, counter and meter") {
    const key_derivation_input input{0x00000AB3, 0x12345678};
    CHECK(octets(input.block(key_purpose::encryption)) ==
          "00 B3 0A 00 00 78 56 34 12 07 07 07 07 07 07 07"_octets);
    CHECK(octets(input.block(key_purpose::authentication)) ==
          "01 B3 0A 00 00 78 56 34 12 07 07 07 07 07 07 07"_octets);
}

TEST_CASE("partners have keys of their own") {
    const key_derivation_input input{1, 2, key_direction::from_partner};
    CHECK(input.block(key_purpose::encryption)[0] == 0x10);
    CHECK(input.block(key_purpose::authentication)[0] == 0x11);
}

TEST_CASE("the derived key is the CMAC of the block") {
    fake_cipher key{7};
    const key_derivation_input input{3, 4};
    const auto block = input.block(key_purpose::encryption);
    CHECK(derive_key(key, input, key_purpose::encryption) == key.cmac(block, {}));
    CHECK(derive_key(key, input, key_purpose::encryption) !=
          derive_key(key, input, key_purpose::authentication));
}

TEST_CASE("the CI field says who sends a message") {
    STATIC_REQUIRE(direction_of({0x7A}) == key_direction::from_meter);
    STATIC_REQUIRE(direction_of({0x5B}) == key_direction::from_partner);
}

TEST_CASE("the keys of a message are its meter's own or come from a counter") {
    const auto own = derivation_of(key_derivation::persistent, std::nullopt, {0x7A}, 4);
    REQUIRE(own);
    CHECK_FALSE(own->has_value());
    const auto derived = derivation_of(key_derivation::kdf_a, 3, {0x5A}, 4);
    REQUIRE(derived);
    REQUIRE(derived->has_value());
    CHECK((*derived)->counter == 3);
    CHECK((*derived)->identification == 4);
    CHECK((*derived)->direction == key_direction::from_partner);
    CHECK(derivation_of(key_derivation::kdf_a, std::nullopt, {0x7A}, 4).error() ==
          tpl_error(errc::counter_missing, 0));
    CHECK(derivation_of(key_derivation::reserved_3, 3, {0x7A}, 4).error() ==
          error{errc::value_out_of_range, layer::tpl, 0, -1, 3});
}
