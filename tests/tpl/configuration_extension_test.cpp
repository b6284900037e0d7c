#include <meterlink/tpl/configuration_extension.hpp>

#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::tpl;

namespace {

struct sample {
    std::uint16_t configuration;
    std::vector<std::uint8_t> wire;
    configuration_extension extension;
    extension_order order = extension_order::counter_first;
};

const sample samples[] = {
    {0x0710, "10"_octets, {0x10, std::nullopt, std::nullopt}},
    {0x2710, "10 04 03 02 01"_octets, {0x10, 0x01020304, std::nullopt}},
    {0x0710, "53 07"_octets, {0x53, std::nullopt, 7}},
    {0x2710, "50 04 03 02 01 07"_octets, {0x50, 0x01020304, 7}},
    {0x2710, "50 07 04 03 02 01"_octets, {0x50, 0x01020304, 7}, extension_order::version_first},
    {0x2AFF, "10 01 8C 57 0E 00"_octets, {0x0110, 0x000E578C, std::nullopt}},
    {0x2AFF, "50 03 8C 57 0E 00 09"_octets, {0x0350, 0x000E578C, 9}},
    {0x2D20, "40"_octets, {0x40, std::nullopt, std::nullopt}},
};

} // namespace

TEST_CASE("an extension is taken apart and built") {
    for (const auto& [configuration, wire, extension, order] : samples) {
        const configuration_field field{configuration};
        auto longer = wire;
        longer.push_back(0xAA);
        const auto parsed = configuration_extension::parse(field, longer, order);
        REQUIRE(parsed);
        CHECK(*parsed == extension);
        CHECK(parsed->wire_size(field.mode()) == wire.size());
        if (order == extension_order::version_first)
            continue;
        std::vector<std::uint8_t> out(wire.size());
        CHECK(parsed->emit(field.mode(), out) == wire.size());
        CHECK(out == wire);
        out.pop_back();
        CHECK(parsed->emit(field.mode(), out).error().code == errc::buffer_too_small);
    }
}

TEST_CASE("an extension is truncated at every length short of its own") {
    for (const auto& [configuration, wire, extension, order] : samples)
        for (std::size_t size = 0; size < wire.size(); ++size)
            CHECK(configuration_extension::parse({configuration}, bytes_view{wire}.first(size), order) ==
                  fail(errc::truncated, layer::tpl, size));
}

TEST_CASE("modes without an extension have none") {
    for (const unsigned mode : {0U, 1U, 2U, 3U, 4U, 5U, 6U, 8U, 9U, 11U, 12U, 14U, 15U, 24U}) {
        const auto field = configuration_field{static_cast<std::uint16_t>(mode << 8U)};
        const auto parsed = configuration_extension::parse(field, "10 00"_octets);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error() ==
              error{errc::security_mode_unsupported, layer::tpl, 0, -1, static_cast<std::int32_t>(mode)});
        CHECK(configuration_extension::cfe_size(field.mode()) == 0);
    }
}

TEST_CASE("CFE names the key and how the keys of the message come from it") {
    const configuration_extension extension{0x0215, std::nullopt, std::nullopt};
    CHECK(extension.key_id() == 5);
    CHECK(extension.derivation() == key_derivation::kdf_a);
    CHECK(extension.tag_size() == 12);
    CHECK(configuration_extension{0x0020, {}, {}}.derivation() == key_derivation::reserved_2);
    CHECK(configuration_extension{0x0000, {}, {}}.derivation() == key_derivation::persistent);
    for (const unsigned bits : {0U, 1U, 2U, 3U})
        CHECK(configuration_extension{static_cast<std::uint16_t>(bits << 8U), {}, {}}.tag_size() ==
              4 + 4 * bits);
}

TEST_CASE("bit V goes with the key version that is sent") {
    std::vector<std::uint8_t> out(2);
    CHECK(configuration_extension{0x10, std::nullopt, 3}.emit(7, out) == 2);
    CHECK(out == "50 03"_octets);
    CHECK(configuration_extension{0x50, std::nullopt, std::nullopt}.emit(7, out) == 1);
    CHECK(out[0] == 0x10);
}
