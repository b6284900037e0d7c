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
