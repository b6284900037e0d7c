#include <meterlink/tpl/configuration_field.hpp>

#include "support/catch.hpp"

using namespace meterlink::tpl;

TEST_CASE("the security mode stands in bits 12 to 8, the encrypted blocks in bits 7 to 4") {
    STATIC_REQUIRE(configuration_field{0x2520}.mode() == 5);
    STATIC_REQUIRE(configuration_field{0x2520}.encrypted_blocks() == 2);
    STATIC_REQUIRE(configuration_field{0x0710}.mode() == 7);
    STATIC_REQUIRE(configuration_field{0xE0FF}.mode() == 0);
    STATIC_REQUIRE(configuration_field{0xE0FF}.encrypted_blocks() == 15);
    for (unsigned mode = 0; mode < 32; ++mode)
        for (unsigned blocks = 0; blocks < 16; ++blocks)
            for (const unsigned others : {0U, 0xE00FU}) {
                const configuration_field field{
                    static_cast<std::uint16_t>(mode << 8U | blocks << 4U | others)};
                CHECK(field.mode() == mode);
                CHECK(field.encrypted_blocks() == blocks);
            }
    CHECK(configuration_field{1} != configuration_field{});
}

TEST_CASE("the low octet counts octets, and bit 13 announces a counter in modes 7 and 10") {
    CHECK(configuration_field{0x2AFF}.encrypted_octets() == 0xFF);
    CHECK(configuration_field{0x0A12}.encrypted_octets() == 0x12);
    CHECK(configuration_field{0x2A00}.has_counter());
    CHECK(configuration_field{0x2700}.has_counter());
    CHECK_FALSE(configuration_field{0x0700}.has_counter());
    CHECK_FALSE(configuration_field{0x2500}.has_counter()); // there it says synchronous
    CHECK_FALSE(configuration_field{0x2D00}.has_counter());
}
